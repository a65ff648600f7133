"""A language's words that govern who did what: the `roles` of its lexicon, its schema and its sets.

They are no tags, because each tag is also a feature of the learned model; and they hide nothing.
"""

import re
from dataclasses import dataclass

from pydantic import Field

from services.classifier.lexicon_file import Part, Phrases


class RolesSection(Part):
    """The `roles` of a lexicon. From `subjects` on: only where words are not set apart."""

    breaks: Phrases = Field(description="What begins another clause.")
    meanwhile: Phrases = Field(description="The same, of what happens at the same time.")
    says: Phrases = Field(description="Verbs of who only tells of it.")
    accuses: Phrases = Field(description="Verbs whose object is who did it.")
    fires: Phrases = Field(description="Verbs whose subject launched, but for their base form.")
    fire_base: Phrases = Field(description="Their base form, mostly also a noun.")
    modals: Phrases = Field(description="What makes the base form behind it a verb.")
    hit: Phrases = Field(description="Verbs whose subject was hit, if they are passive.")
    be: Phrases = Field(description="What makes the verb behind it passive.")
    by: Phrases = Field(description="What makes the verb before it passive.")
    aimed: Phrases = Field(description="What stands before who was hit, beside the tag `towards`.")
    links: Phrases = Field(description="What parts a name from the missile and the verb behind it.")
    topics: Phrases = Field(description="What stands before what a meeting is about.")
    around: Phrases = Field(description="What stands before a state that is only near.")
    matters: Phrases = Field(description="What leaders talk about, beside the state's name.")
    strikes: Phrases = Field(description="Attacks that a meeting is about, likewise.")
    meets: Phrases = Field(description="Those matters that are meetings, in the state named.")
    onlooks: Phrases = Field(description="What stands behind a leader who takes no part.")
    short_names: Phrases = Field(description="Short names of states, which may be where it is.")
    seats: Phrases = Field(description="Houses of leaders, where they receive others.")
    joins: Phrases = Field(description="What joins two names.")
    possessives: Phrases = Field(description="What is left of a name's possessive, behind it.")
    charges: Phrases = Field(
        description='What makes a verb that accuses one of whom it stands behind ("blamed for").'
    )
    pinned: Phrases = Field(
        description='What parts a verb that accuses from who did it ("blames it on").'
    )
    itself: Phrases = Field(description='Who tells of a deed of its own ("says it fired").')
    himself: Phrases = Field(description='Whose saying takes no part away ("says he").')
    hosts: Phrases = Field(description="What stands before where it is.")
    within: Phrases = Field(description="What stands between a matter and where that is.")
    lacks: Phrases = Field(description="What stands before who is missing.")
    behalf: Phrases = Field(description="What stands before for whom leaders meet.")
    subjects: Phrases = Field(description="What stands behind the name of who launched.")
    objects: Phrases = Field(description="What stands behind the name of who was hit.")
    locatives: Phrases = Field(description="What stands behind the name of where it was.")
    seas: Phrases = Field(description="Waters that stand behind who launched, without a particle.")
    describes: Phrases = Field(description="What may stand between a name and its missile.")
    launches: Phrases = Field(description="What says that there was a launch.")
    attacks: Phrases = Field(description="What says that there was an attack.")
    tells: Phrases = Field(description="What stands behind the name of who only tells of it.")
    tellers: Phrases = Field(description="Bodies of a state that only tell of it.")
    siding: Phrases = Field(description="What stands before the name of whom others side with.")


@dataclass(frozen=True, slots=True)
class Roles:
    """A language's words that govern, in lower case; a phrase's words are set apart as a text's.

    What each set says is told in the lexicon, at its key; here `breaks` holds `meanwhile` as well,
    and `onlooks` holds `says`.
    """

    breaks: frozenset[str]
    meanwhile: frozenset[str]
    says: frozenset[str]
    accuses: frozenset[str]
    fires: frozenset[str]
    fire_base: frozenset[str]
    modals: frozenset[str]
    hit: frozenset[str]
    be: frozenset[str]
    by: frozenset[str]
    aimed: frozenset[str]
    links: frozenset[str]
    topics: frozenset[str]
    around: frozenset[str]
    matters: frozenset[str]
    strikes: frozenset[str]
    meets: frozenset[str]
    onlooks: frozenset[str]
    short_names: frozenset[str]
    seats: frozenset[str]
    joins: frozenset[str]
    possessives: frozenset[str]
    charges: frozenset[str]
    pinned: frozenset[str]
    itself: frozenset[str]
    himself: frozenset[str]
    hosts: frozenset[str]
    within: frozenset[str]
    lacks: frozenset[str]
    behalf: frozenset[str]
    subjects: frozenset[str]
    objects: frozenset[str]
    locatives: frozenset[str]
    seas: frozenset[str]
    describes: frozenset[str]
    launches: frozenset[str]
    attacks: frozenset[str]
    tells: frozenset[str]
    tellers: frozenset[str]
    siding: frozenset[str]


def build(section: RolesSection, word: re.Pattern[str], *, spaced: bool) -> Roles:
    """Return the section's sets."""
    joint = " " if spaced else ""
    found = {
        key: frozenset(joint.join(word.findall(phrase)).lower() for phrase in getattr(section, key))
        for key in RolesSection.model_fields
    }
    found["breaks"] |= found["meanwhile"]
    found["onlooks"] |= found["says"]
    return Roles(**found)
