"""Who did it, to whom, and where: from the countries and leaders that a sentence names."""

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache
from typing import Final

from schemas.report import Actor, Role
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Mention, Tag

MAX_ACTORS: Final = 6
GUESSED: Final = 3  # the rank of who is only named
TARGET: Final = 4  # the rank of whom it was aimed at, after those of possible launchers


def launchers(sentence: Sentence, triggers: Sequence[int]) -> tuple[Actor, ...]:
    """Return who launched, first, and whom it was aimed at.

    The launcher is whom the missile is called by ("Russian missiles"), else the subject of the
    launch ("North Korea fired"), else whence it came, else the first one who is not aimed at.
    """
    ranked = _ranked(sentence, triggers)
    targets = [(mention, Role.TARGET) for rank, mention in ranked if rank == TARGET]
    first = [(mention, Role.LAUNCHER) for rank, mention in ranked[:1] if rank != TARGET]
    return _distinct([*first, *targets])


def launching_states(sentence: Sentence, triggers: Sequence[int]) -> Mapping[str, Sequence[int]]:
    """Return the country that the sentence says launched, where it does not leave it to guess."""
    ranked = _ranked(sentence, triggers)
    return {who.country: triggers for rank, who in ranked[:1] if rank < GUESSED and who.country}


def _ranked(sentence: Sentence, triggers: Sequence[int]) -> list[tuple[int, Mention]]:
    """Return whom the sentence names, the likeliest launcher first, with how likely: 0 most."""
    others = set(sentence.hits.get(Tag.INTERCEPTION, ()))
    done = set(sentence.hits.get(Tag.MISSILE_DONE, ()))
    heads = _heads(triggers, done)
    came = set(sentence.hits.get(Tag.FROM, ()))
    aimed = set(sentence.hits.get(Tag.TOWARDS, ()))
    ranked: list[tuple[int, Mention]] = []
    for start, end, mention in sentence.mentions:
        before = {start - 1, start - 2}
        rank = GUESSED
        if end in heads:
            rank = 0
        elif (done - others) & {end, end + 1}:
            rank = 1
        elif came & before:
            rank = 2
        elif aimed & before:
            rank = TARGET
        ranked.append((rank, mention))
    return sorted(ranked, key=lambda entry: entry[0])


def _heads(triggers: Sequence[int], verbs: Set[int]) -> Set[int]:
    """Return where a name may end so that a trigger is called by it: no verb stands between."""
    heads = set()
    for at in triggers:
        for end in (at, at - 1, at - 2):
            heads.add(end)
            if end - 1 in verbs:
                break
    return heads


def participants(sentence: Sentence, _triggers: Sequence[int] = ()) -> tuple[Actor, ...]:
    """Return who takes part; a capital that something happens "in" is its host."""
    inside = set(sentence.hits.get(Tag.TOWARDS, ()))
    hosts: list[tuple[Mention, Role]] = []
    others: list[tuple[Mention, Role]] = []
    for start, _, mention in sentence.mentions:
        hosted = mention.place and start - 1 in inside
        (hosts if hosted else others).append((mention, Role.HOST if hosted else Role.PARTICIPANT))
    return _distinct([*others, *hosts])


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
