"""Who did it, to whom, and where: from the states and leaders that a sentence names.

Absent rather than guessed: who is only named beside a missile is not said to have launched it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from schemas.report import Actor, Role
from services.classifier import meeting, particles
from services.classifier.evidence import Sentence
from services.classifier.launching import Launching, Rank
from services.classifier.lexicons import Mention

MAX_ACTORS: Final = 6


def launchers(sentence: Sentence, triggers: Sequence[int]) -> tuple[Actor, ...]:
    """Return who launched, first, and whom it was aimed at.

    The launcher is the subject of the launch ("North Korea fired") or who is accused of it, else
    whom the missile is called by ("Russian missiles"), else whence it came.
    """
    ranked = _ranked(sentence, triggers)
    targets = [(mention, Role.TARGET) for rank, mention in ranked if rank == Rank.TARGET]
    first = [(mention, Role.LAUNCHER) for rank, mention in ranked[:1] if rank < Rank.TARGET]
    return _distinct([*first, *targets])


def launching_states(sentence: Sentence, triggers: Sequence[int]) -> Mapping[str, Sequence[int]]:
    """Return the country that the sentence says launched, where it does not leave it to guess."""
    ranked = _ranked(sentence, triggers)
    return {
        who.country: triggers for rank, who in ranked[:1] if rank < Rank.GUESSED and who.country
    }


def _ranked(sentence: Sentence, triggers: Sequence[int]) -> list[tuple[Rank, Mention]]:
    """Return whom the sentence names, the likeliest launcher first."""
    if not sentence.mentions:
        return []
    ranks = (
        Launching(sentence, triggers).ranks()
        if sentence.wording.spaced
        else particles.ranks(sentence, triggers)
    )
    ranked = [(rank, who) for rank, (*_, who) in zip(ranks, sentence.mentions, strict=True)]
    return sorted(ranked, key=lambda entry: entry[0])


def participants(sentence: Sentence, triggers: Sequence[int] = ()) -> tuple[Actor, ...]:
    """Return who takes part, then the hosts: where something happens "at" or "in".

    Absent is whom it is about ("on Ukraine", "the war in Gaza") or near ("drills around Taiwan"),
    and where two leaders meet, who stands in another clause or only speaks.
    """
    read = meeting.parts if sentence.wording.spaced else meeting.glued_parts
    found = [(who, role) for who, role in read(sentence, triggers) if role]
    return _distinct(sorted(found, key=lambda one: one[1] is Role.HOST))


def _distinct(found: Iterable[tuple[Mention, Role]]) -> tuple[Actor, ...]:
    """Return one actor a country (or group), a named leader before the bare state."""
    chosen: dict[str, tuple[Mention, Role]] = {}
    for mention, role in found:
        key = mention.country or mention.name
        known = chosen.get(key)
        if known is None:
            chosen[key] = (mention, role)
        elif mention.leader and not known[0].leader:
            chosen[key] = (mention, known[1])
    return tuple(_actor(mention, role) for mention, role in list(chosen.values())[:MAX_ACTORS])


@cache
def _actor(mention: Mention, role: Role) -> Actor:
    """Return the actor, made once: there are as many as the lexicon has mentions, times roles."""
    return Actor(name=mention.name, country=mention.country, role=role)
