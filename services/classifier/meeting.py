"""Who meets or exercises with whom, and where."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

from schemas.report import Role
from services.classifier.clauses import breaks
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Mention, Tag
from services.classifier.roles import Roles

MEETING: Final = 2  # leaders who make a meeting


def glued_parts(
    sentence: Sentence, _triggers: Sequence[int]
) -> Iterator[tuple[Mention, Role | None]]:
    """Yield the part of each of those named, where words are not set apart."""
    places = set(sentence.hits.get(Tag.TOWARDS, ()))
    for start, _, who in sentence.mentions:
        yield who, Role.HOST if who.place and start - 1 in places else Role.PARTICIPANT


def parts(sentence: Sentence, triggers: Sequence[int]) -> Iterator[tuple[Mention, Role | None]]:
    """Yield the part of each of those named; None for who has none."""
    words, roles = sentence.words, sentence.roles
    away = _elsewhere(sentence, triggers)
    many = _leaders(sentence.mentions) >= MEETING
    last, role = 0, None
    for start, end, who in sentence.mentions:
        joined = start - 1 == last > 0 and words[last] in roles.joins
        last = end
        if start in away or (start and words[start - 1] in roles.lacks):
            role = None
        elif who.leader:
            role = Role.PARTICIPANT
        elif (not joined or role) and not _topic(sentence, start, end, many=many):
            role = Role.HOST if _hosts(sentence, start, end, who) else Role.PARTICIPANT
        else:
            role = None
        yield who, role


def _leaders(mentions: Iterable[tuple[int, int, Mention]]) -> int:
    """Return of how many countries leaders are named."""
    return len({who.country for *_, who in mentions if who.leader})


def _hosts(sentence: Sentence, start: int, end: int, who: Mention) -> bool:
    """Return whether something happens "at" or "in" a state or its capital, "in Switzerland".

    "In Chinese drills" names no place, nor does "in China's drills".
    """
    words, roles = sentence.words, sentence.roles
    before = words[max(0, start - 2) : start]
    if roles.hosts.isdisjoint((" ".join(before), *before[-1:])):
        return False
    spelt = " ".join(words[start:end])
    named = spelt == who.name.lower() or spelt in roles.short_names
    return (
        who.place
        or spelt in roles.seats
        or (named and roles.possessives.isdisjoint(words[end : end + 1]))
    )


def _topic(sentence: Sentence, start: int, end: int, *, many: bool) -> bool:
    """Return whether it is about, or near, the state named there; `many` leaders are named."""
    words, roles = sentence.words, sentence.roles
    before = words[max(0, start - 2) : start]
    behind = [word for word in words[end : end + 2] if word not in roles.possessives][:1]
    if before and (before[-1] in roles.topics or before[-1] in roles.around):
        return True
    if before and before[-1] in roles.within and before[0] in roles.matters | roles.strikes:
        return before[0] not in roles.meets
    if not roles.strikes.isdisjoint(behind):
        return True
    told = bool(before) and (before[-1] in roles.behalf or before[-1] in roles.says)
    return many and (told or not roles.matters.isdisjoint(behind))


def _elsewhere(sentence: Sentence, triggers: Sequence[int]) -> Set[int]:
    """Return where those are named who look on, or stand in another clause than two who meet."""
    words, mentions = sentence.words, sentence.mentions
    if len(mentions) <= MEETING or _leaders(mentions) < MEETING:
        return frozenset()
    begins = breaks(sentence)
    clauses = {bisect(begins, at) for at in triggers}
    away = {
        start
        for start, end, who in mentions
        if bisect(begins, start) not in clauses
        or (who.leader and _looks_on(words[end : end + 2], sentence.roles))
    }
    meet = _leaders(one for one in mentions if one[0] not in away) >= MEETING
    return away if meet else frozenset()


def _looks_on(behind: Sequence[str], roles: Roles) -> bool:
    """Return whether the words behind a leader's name keep him out, "says" but not "says he"."""
    return not roles.onlooks.isdisjoint(behind[:1]) and roles.himself.isdisjoint(behind[1:])
