"""Who did it, to whom, and where: from the countries and leaders that a sentence names."""

from collections.abc import Iterable, Sequence

from schemas.report import Actor, Role
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Mention, Tag

MAX_ACTORS = 6


def launchers(sentence: Sentence, triggers: Sequence[int]) -> tuple[Actor, ...]:
    """Return who launched, first, and whom it was aimed at.

    The launcher is whom the trigger is called by ("Russian missiles"), else whom it came "from",
    else the first one named who is not aimed at.
    """
    aimed = set(sentence.hits.get(Tag.TOWARDS, ()))
    came = set(sentence.hits.get(Tag.FROM, ()))
    heads = {at - back for at in triggers for back in (1, 2, 3)}
    ranked: list[tuple[int, Mention, Role]] = []
    for start, end, mention in sentence.mentions:
        if heads & set(range(end - 1, end)):
            ranked.append((0, mention, Role.LAUNCHER))
        elif came & {start - 1, start - 2}:
            ranked.append((1, mention, Role.LAUNCHER))
        elif aimed & {start - 1, start - 2}:
            ranked.append((3, mention, Role.TARGET))
        else:
            ranked.append((2, mention, Role.LAUNCHER))
    ranked.sort(key=lambda entry: entry[0])
    return _launcher_then_targets(ranked)


def _launcher_then_targets(ranked: Sequence[tuple[int, Mention, Role]]) -> tuple[Actor, ...]:
    if not ranked or ranked[0][2] is not Role.LAUNCHER:
        return _distinct((mention, role) for _, mention, role in ranked)
    first = ranked[0][1]
    targets = [(m, role) for _, m, role in ranked if role is Role.TARGET]
    return _distinct([(first, Role.LAUNCHER), *targets])


def participants(sentence: Sentence) -> tuple[Actor, ...]:
    """Return who takes part; a capital that something happens "in" is its host."""
    inside = {at for at in sentence.hits.get(Tag.TOWARDS, ())}
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
