"""Who launched, and at whom, where words are not set apart: what is glued to a name tells it."""

from collections.abc import Sequence, Set
from typing import Final

from services.classifier.evidence import Sentence
from services.classifier.launching import Rank
from services.classifier.lexicons import Tag

_SUBJECT: Final = ("이", "가", "은", "는", "が", "は", "向", "朝", "对", "對")
_OBJECT: Final = ("에", "을", "를", "に", "へ")
_PLACE: Final = ("서", "에서", "で", "海")
_SEAS: Final = ("동해", "서해", "해상")
_DESCRIBES: Final = (
    *("", "의", "の", "군의", "軍", "军", "軍の", "탄도", "순항", "신형", "새"),
    *("弾道", "弹道", "彈道", "巡航", "洲際", "洲际", "新型", "间谍", "間諜", "侦察", "偵察"),
)
_LAUNCHES: Final = (
    "발사",
    "쏘",
    "쏴",
    "쐈",
    "쏜",
    "시험",
    "射",
    "発射",
    "打ち上げ",
    "發動",
    "发动",
)
_ATTACKS: Final = ("공격", "攻撃", "空爆", "攻擊", "攻击", "襲", "袭", "炸")
_TELLS: Final = ("稱", "称", "表示", "認為", "认为")
_TELLERS: Final = frozenset({"합참", "합동참모본부", "대통령실", "청와대", "우리군"})


def ranks(sentence: Sentence, triggers: Sequence[int]) -> list[Rank]:
    """Return how likely each of those named launched, where particles are glued to the names.

    Of several subjects the last is that of the launch: the others say that it did.
    """
    words, flying = sentence.words, set(triggers)
    aimed, came, caught = (
        set(sentence.hits.get(tag, ())) for tag in (Tag.TOWARDS, Tag.FROM, Tag.INTERCEPTION)
    )
    found: list[Rank] = []
    launched = attacked = subject = group = False
    until = len(words)
    for start, end, who in reversed(sentence.mentions):
        rest = "".join(words[end:until])
        launched = launched or any(word in rest for word in _LAUNCHES)
        attacked = attacked or any(word in rest for word in _ATTACKS)
        if end in caught or _stands_by(words, start, end) or (group and not rest):
            rank = Rank.NEITHER  # "Yemen's Houthis" are the Houthis
        elif not flying.isdisjoint(range(start, end)) or _called(words, end, flying):
            rank = Rank.CALLED
        elif not came.isdisjoint(sides := _sides(rest, start, end)):
            rank = Rank.CAME
        else:
            rank = _particle(rest, aimed=not aimed.isdisjoint(sides))
        fired = (launched or attacked) and not subject and Rank.CALLED not in found
        guessed = launched or (attacked and Rank.TARGET in found)
        if (rank == Rank.FIRED and not fired) or (rank == Rank.GUESSED and not guessed):
            rank = Rank.NEITHER
        subject = subject or rank == Rank.FIRED
        found.append(rank)
        until, group = start, who.country is None
    return found[::-1]


def _sides(rest: str, start: int, end: int) -> Sequence[int]:
    """Return where a preposition of a name may begin; in Korean it stands behind."""
    return (end,) if "가" <= rest[:1] <= "힣" else (start - 1, start - 2)


def _stands_by(words: Sequence[str], start: int, end: int) -> bool:
    """Return whether the name is of who only tells of it, or of whom others side with."""
    return "".join(words[start:end]) in _TELLERS or words[max(0, start - 1) : start] == ["친"]


def _called(words: Sequence[str], end: int, flying: Set[int]) -> bool:
    """Return whether a missile follows where a name ends, described by one word at most."""
    return any(
        end + len(word) in flying and "".join(words[end : end + len(word)]) == word
        for word in _DESCRIBES
    )


def _particle(rest: str, *, aimed: bool) -> Rank:
    """Return what stands directly behind a name makes of it, if there is a launch at all."""
    if rest.startswith(_SEAS):
        return Rank.GUESSED  # "North Korea, into the East Sea": no particle
    if rest.startswith(_PLACE):
        return Rank.NEITHER
    if aimed or rest.startswith(_OBJECT):
        return Rank.TARGET
    if any(word in rest for word in _TELLS):
        return Rank.NEITHER
    return Rank.FIRED if rest.startswith(_SUBJECT) else Rank.GUESSED
