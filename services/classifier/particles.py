"""Who launched, and at whom, where words are not set apart: what is glued to a name tells it."""

from collections.abc import Sequence, Set

from services.classifier.evidence import Sentence
from services.classifier.launching import Rank
from services.classifier.lexicons import Tag
from services.classifier.roles import Roles


def ranks(sentence: Sentence, triggers: Sequence[int]) -> list[Rank]:
    """Return how likely each of those named launched, where particles are glued to the names.

    Of several subjects the last is that of the launch: the others say that it did.
    """
    words, roles, flying = sentence.words, sentence.roles, set(triggers)
    aimed, came, caught = (
        set(sentence.hits.get(tag, ())) for tag in (Tag.TOWARDS, Tag.FROM, Tag.INTERCEPTION)
    )
    found: list[Rank] = []
    launched = attacked = subject = group = False
    until = len(words)
    for start, end, who in reversed(sentence.mentions):
        rest = "".join(words[end:until])
        launched = launched or any(word in rest for word in roles.launches)
        attacked = attacked or any(word in rest for word in roles.attacks)
        if end in caught or _stands_by(sentence, start, end) or (group and not rest):
            rank = Rank.NEITHER  # "Yemen's Houthis" are the Houthis
        elif not flying.isdisjoint(range(start, end)) or _called(sentence, end, flying):
            rank = Rank.CALLED
        elif not came.isdisjoint(sides := _sides(rest, start, end)):
            rank = Rank.CAME
        else:
            rank = _particle(rest, roles, aimed=not aimed.isdisjoint(sides))
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


def _stands_by(sentence: Sentence, start: int, end: int) -> bool:
    """Return whether the name is of who only tells of it, or of whom others side with."""
    words, roles = sentence.words, sentence.roles
    told = "".join(words[start:end]) in roles.tellers
    return told or "".join(words[max(0, start - 1) : start]) in roles.siding


def _called(sentence: Sentence, end: int, flying: Set[int]) -> bool:
    """Return whether a missile follows where a name ends, described by one word at most."""
    words = sentence.words
    return end in flying or any(
        end + len(word) in flying and "".join(words[end : end + len(word)]) == word
        for word in sentence.roles.describes
    )


def _particle(rest: str, roles: Roles, *, aimed: bool) -> Rank:
    """Return what stands directly behind a name makes of it, if there is a launch at all."""
    if rest.startswith(tuple(roles.seas)):
        return Rank.GUESSED  # "North Korea, into the East Sea": no particle
    if rest.startswith(tuple(roles.locatives)):
        return Rank.NEITHER
    if aimed or rest.startswith(tuple(roles.objects)):
        return Rank.TARGET
    if any(word in rest for word in roles.tells):
        return Rank.NEITHER
    return Rank.FIRED if rest.startswith(tuple(roles.subjects)) else Rank.GUESSED
