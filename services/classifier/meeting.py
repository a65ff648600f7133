"""Who meets or exercises with whom, and where."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

from schemas.report import Role
from services.classifier.clauses import SAYS, breaks, words_of
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Mention, Tag

MEETING: Final = 2  # leaders who make a meeting
_TOPICS: Final = words_of("about buying discuss discussing on over")
_AROUND: Final = words_of("against around near off outside toward towards")
_MATTERS: Final = words_of(
    "ceasefire conflict crisis deal fighting nuclear peace plan summit talks truce war wars"
)
_ONLOOKS: Final = SAYS | words_of(
    "absent boycotted boycotting boycotts questioned quoted seen shown skipped skipping skips "
    "snubbed snubs looks"
)
_OF: Final = SAYS | {"for"}
_STRIKES: Final = words_of("attack attacks strike strikes invasion")
_MEETS: Final = words_of("summit talks")
_SHORT: Final = frozenset({"us", "u s", "uk", "u k", "usa"})
_SEATS: Final = frozenset(
    {
        "buckingham palace",
        "camp david",
        "downing street",
        "mar a lago",
        "oval office",
        "white house",
    }
)


def glued_parts(
    sentence: Sentence, _triggers: Sequence[int]
) -> Iterator[tuple[Mention, Role | None]]:
    """Yield the part of each of those named, where words are not set apart."""
    places = set(sentence.hits.get(Tag.TOWARDS, ()))
    for start, _, who in sentence.mentions:
        yield who, Role.HOST if who.place and start - 1 in places else Role.PARTICIPANT


def parts(sentence: Sentence, triggers: Sequence[int]) -> Iterator[tuple[Mention, Role | None]]:
    """Yield the part of each of those named; None for who has none."""
    words = sentence.words
    away = _elsewhere(sentence, triggers)
    many = _leaders(sentence.mentions) >= MEETING
    last, role = 0, None
    for start, end, who in sentence.mentions:
        joined = start - 1 == last > 0 and words[last] == "and"
        last = end
        if start in away or words[start - 1 : start] == ["without"]:
            role = None
        elif who.leader:
            role = Role.PARTICIPANT
        elif (not joined or role) and not _topic(words, start, end, many=many):
            role = Role.HOST if _hosts(words, start, end, who) else Role.PARTICIPANT
        else:
            role = None
        yield who, role


def _leaders(mentions: Iterable[tuple[int, int, Mention]]) -> int:
    """Return of how many countries leaders are named."""
    return len({who.country for *_, who in mentions if who.leader})


def _hosts(words: Sequence[str], start: int, end: int, who: Mention) -> bool:
    """Return whether something happens "at" or "in" a state or its capital, "in Switzerland".

    "In Chinese drills" names no place, nor does "in China's drills".
    """
    before = words[max(0, start - 2) : start]
    if before[-1:] not in (["at"], ["in"]) and before not in (["at", "the"], ["in", "the"]):
        return False
    spelt = " ".join(words[start:end])
    named = spelt == who.name.lower() or spelt in _SHORT
    return who.place or spelt in _SEATS or (named and words[end : end + 1] != ["s"])


def _topic(words: Sequence[str], start: int, end: int, *, many: bool) -> bool:
    """Return whether it is about, or near, the state named there; `many` leaders are named."""
    before = words[max(0, start - 2) : start]
    behind = [word for word in words[end : end + 2] if word != "s"][:1]
    if before and (before[-1] in _TOPICS or before[-1] in _AROUND):
        return True
    if before[-1:] == ["in"] and before[0] in _MATTERS | _STRIKES:
        return before[0] not in _MEETS
    if not _STRIKES.isdisjoint(behind):
        return True
    return many and not (_MATTERS.isdisjoint(behind) and _OF.isdisjoint(before[-1:]))


def _elsewhere(sentence: Sentence, triggers: Sequence[int]) -> Set[int]:
    """Return where those are named who look on, or stand in another clause than two who meet."""
    words, mentions = sentence.words, sentence.mentions
    if len(mentions) <= MEETING or _leaders(mentions) < MEETING:
        return frozenset()
    begins = breaks(words)
    clauses = {bisect(begins, at) for at in triggers}
    away = {
        start
        for start, end, who in mentions
        if bisect(begins, start) not in clauses or (who.leader and _looks_on(words[end : end + 2]))
    }
    meet = _leaders(one for one in mentions if one[0] not in away) >= MEETING
    return away if meet else frozenset()


def _looks_on(behind: Sequence[str]) -> bool:
    """Return whether the words behind a leader's name keep him out, "says" but not "says he"."""
    return not _ONLOOKS.isdisjoint(behind[:1]) and behind[1:] not in (["he"], ["she"])
