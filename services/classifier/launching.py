"""Who launched, and at whom, where words are set apart."""

from bisect import bisect
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from services.classifier.clauses import breaks
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Tag

REACH: Final = 6  # words between who launches and the verb
CALLED_BY: Final = 3  # words between a name and the missile that is called by it


class Rank(IntEnum):
    """How likely somebody is the launcher, the likeliest first."""

    FIRED = 0
    CALLED = 1  # the missile is called by the name
    CAME = 2  # it came from there
    GUESSED = 3
    TARGET = 4
    NEITHER = 5


class Launching:
    """Reads in a sentence who launched where words are set apart."""

    def __init__(self, sentence: Sentence, triggers: Sequence[int]) -> None:
        self.words = sentence.words
        self.roles = sentence.roles
        self.mentions = sentence.mentions
        self.triggers = set(triggers)
        self.caught = set(sentence.hits.get(Tag.INTERCEPTION, ()))
        self.came = set(sentence.hits.get(Tag.FROM, ()))
        self.aimed = set(sentence.hits.get(Tag.TOWARDS, ()))
        self.names = {start: end for start, end, _ in self.mentions}
        self.ends = set(self.names.values())
        self.breaks = breaks(sentence)
        self.clauses = {bisect(self.breaks, at) for at in triggers}

    def ranks(self) -> list[Rank]:
        """Return how likely each of those named launched."""
        found: list[Rank] = []
        last = 0
        for start, end, _ in self.mentions:
            rank = self._rank(start, end, last)
            joined = start == last or (start - 1 == last and self.words[last] in self.roles.joins)
            if found and joined and found[-1] == Rank.TARGET and rank == Rank.NEITHER:
                rank = Rank.TARGET
            found.append(rank)
            last = end
        return found

    def _rank(self, start: int, end: int, last: int) -> Rank:
        behind = self._behind(end)
        before = [at for at in (start - 1, start - 2) if at >= last]
        if before and self._accused(start):
            return Rank.FIRED
        if behind == Rank.CALLED:
            return behind
        told = bisect(self.breaks, start) in self.clauses
        for at in before:
            if at in self.came:
                return Rank.CAME if told else Rank.NEITHER
            if at in self.aimed or self.words[at] in self.roles.aimed:
                if at < start - 1 and not self.roles.says.isdisjoint(self.words[end : end + 1]):
                    continue  # "into the sea, Seoul says"
                hit = self.words[at] in self.roles.fires and self._told(start)
                return Rank.TARGET if told or hit else Rank.NEITHER
        return behind

    def _accused(self, start: int) -> bool:
        """Return whether the words before a name accuse: "blames X", "blames it on X"."""
        word = self.words[start - 1]
        before = self.words[max(0, start - REACH) : start]
        accuses = self.roles.accuses
        return word in accuses or (word in self.roles.pinned and not accuses.isdisjoint(before))

    def _behind(self, end: int) -> Rank:
        """Return what the words behind a name say of it: the nearest that says anything."""
        called = subject = True
        at, stop = end, min(end + REACH, len(self.words))
        while at < stop:
            if at in self.names and end == at - 1 and self.words[end] in self.roles.joins:
                at, called = self.names[at], False  # "the U.S. and Israel fire"
                continue
            rank = self._settled(at, end, called=called, subject=subject)
            if rank is not None:
                return rank
            word = self.words[at]
            if word in self.roles.links or at in self.aimed or at in self.came:
                called = subject = False
            elif (len(word) > 1 and word.endswith("s")) or word in self.roles.modals:
                called = False  # "fears", "faces"
            at += 1
        return Rank.NEITHER

    def _settled(self, at: int, end: int, *, called: bool, subject: bool) -> Rank | None:
        """Return what a word says of the name that ends before; None where it says nothing.

        `called`: only what describes a missile stands between; `subject`: no preposition does.
        """
        word = self.words[at]
        if at in self.triggers:
            return Rank.CALLED if called and at - end <= CALLED_BY else None
        if at in self.names or at in self.caught or (self._stops(word) and not self._blamed(at)):
            return Rank.NEITHER
        if word in self.roles.says:
            own = not self.roles.itself.isdisjoint(self.words[at + 1 : at + 3])
            return None if own else Rank.NEITHER
        if word in self.roles.hit and self._passive(at):
            rank = Rank.TARGET if subject else Rank.NEITHER
        elif self._fires(at) or self._blamed(at):
            sure = subject and bisect(self.breaks, at) in self.clauses
            rank = Rank.FIRED if sure else Rank.GUESSED
        else:
            return None
        return rank if self._told(at) else Rank.NEITHER

    def _stops(self, word: str) -> bool:
        return word in self.roles.breaks or word in self.roles.accuses

    def _passive(self, at: int) -> bool:
        behind = self.words[at + 1 : at + 2]
        return not behind or behind[0] in self.roles.by or self.words[at - 1] in self.roles.be

    def _blamed(self, at: int) -> bool:
        behind = self.words[at + 1 : at + 2]
        return self.words[at] in self.roles.accuses and not self.roles.charges.isdisjoint(behind)

    def _fires(self, at: int) -> bool:
        word, before = self.words[at], self.words[at - 1]
        if before in self.roles.possessives:
            return False  # "Israel's strikes"
        if word in self.roles.fire_base:  # "Houthis launch", "warships launch", "will launch"
            return at in self.ends or before.endswith("s") or before in self.roles.modals
        return word in self.roles.fires

    def _told(self, at: int) -> bool:
        """Return whether a word stands in a missile's clause, or in "as ..." behind one."""
        clause = bisect(self.breaks, at)
        if clause in self.clauses:
            return True
        meanwhile = clause > 0 and self.words[self.breaks[clause - 1]] in self.roles.meanwhile
        return meanwhile and clause - 1 in self.clauses
