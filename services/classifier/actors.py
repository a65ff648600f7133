"""Who did it, to whom, and where: from the countries and leaders that a sentence names."""

from collections.abc import Iterable, Sequence
from typing import Final

from schemas.report import Actor, Role
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Mention, Tag

MAX_ACTORS: Final = 6
TARGET: Final = 4  # the rank of whom it was aimed at, after those of possible launchers


def launchers(sentence: Sentence, triggers: Sequence[int]) -> tuple[Actor, ...]:
    """Return who launched, first, and whom it was aimed at.

    The launcher is whom the missile is called by ("Russian missiles"), else the subject of the
    launch ("North Korea fired"), else whence it came, else the first one who is not aimed at.
    """
    heads = {at - back for at in triggers for back in (1, 2, 3)}
    verbs = set(sentence.hits.get(Tag.MISSILE_DONE, ()))
    came = set(sentence.hits.get(Tag.FROM, ()))
    aimed = set(sentence.hits.get(Tag.TOWARDS, ()))
    ranked: list[tuple[int, Mention]] = []
    for start, end, mention in sentence.mentions:
        before = {start - 1, start - 2}
        rank = 3
        if end - 1 in heads:
            rank = 0
        elif verbs & {end, end + 1}:
            rank = 1
        elif came & before:
            rank = 2
        elif aimed & before:
            rank = TARGET
        ranked.append((rank, mention))
    ranked.sort(key=lambda entry: entry[0])
    targets = [(mention, Role.TARGET) for rank, mention in ranked if rank == TARGET]
    first = [(mention, Role.LAUNCHER) for rank, mention in ranked[:1] if rank != TARGET]
    return _distinct([*first, *targets])


def participants(sentence: Sentence) -> tuple[Actor, ...]:
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
    return tuple(
        Actor.model_construct(name=mention.name, country=mention.country, role=role)
        for mention, role in list(chosen.values())[:MAX_ACTORS]
    )
