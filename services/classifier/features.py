"""What a sentence shows, as named features that a linear model weighs.

Names of people and states become their kind ("@leader"), so that what is learned from one pair of
leaders holds for every other. Each feature reads as what it is:

- `meets`, `meets @leader`: a word or kind of name, and two side by side;
- `meet>@leader`: kinds of word one after the other, whatever stands between them;
- `+plan`: a kind of word somewhere in the sentence;
- `~praised`, `~~spoke`: a fine and a coarse class of words that are used alike (`classes.py`);
- `title:meets`, `title:+plan`: the same, but for two side by side, in the headline;
- `leaders=2`: how many countries' leaders are named;
- `=2 leaders, meet`: what a category's module looks for;
- `< set to`: words near before the trigger (`>`: behind it);
- `plan 3 before`: a kind of word within 3 words before the trigger; it tells the status;
- `=behind plan to`: the last two words before the trigger that tell the status, or are small;
- `=between to and in`: the last such before it and the first behind it.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import islice, pairwise
from typing import Final

from services.classifier.classes import classes
from services.classifier.evidence import Sentence, once
from services.classifier.lexicons import LEADER, Tag

MANY: Final = 3  # counts above it are told as it
REACHES: Final = (1, 3, 6, 12)  # words; the last stands for all beyond
ADDRESS: Final = {"@state", LEADER}  # what before it belongs to a leader
NEAR: Final = 6  # words
SMALL: Final = 4  # letters: "to", "for", "will", "with"; a longer word is about something
SKIPPED: Final = {"a", "an", "the", "s", "u"}  # small words that govern nothing; "U.S." is two
TELLING: Final = frozenset(
    {Tag.PLAN, Tag.THREAT, Tag.DONE, Tag.CANCEL, Tag.DEMAND, Tag.BASE, Tag.DATING}
)
"""The tags of words that tell the status."""
DIGITS: Final = frozenset("0123456789")
PRESENT: Final = {tag: f"+{tag}" for tag in Tag}
NOTHING: Final = "nothing"
TITLE: Final = "title:"
START: Final = "^"
END: Final = "$"


@once
def features(sentence: Sentence) -> Set[str]:
    """Return what the sentence shows, whatever it is asked for."""
    symbols, kinds = _symbols(sentence)
    found = {*symbols, *map(">".join, pairwise([START, *kinds, END]))}
    found.update([PRESENT[tag] for tag in sentence.hits])
    if sentence.field == "title":
        found.update([TITLE + name for name in found])
    found.update(map(" ".join, pairwise([START, *symbols, END])))
    found.update(*filter(None, map(classes().get, symbols)))
    return found


def counts(sentences: Sequence[Sentence]) -> Iterator[str]:
    """Yield how many states, and leaders of states, the sentences name between them."""
    mentions = [who for sentence in sentences for *_, who in sentence.mentions]
    leaders = {who.country for who in mentions if who.leader}
    states = {who.country for who in mentions}
    yield f"leaders={min(len(leaders), MANY)}"
    yield f"states={min(len(states), MANY)}"
    titled = any(Tag.TITLE in sentence.hits for sentence in sentences)
    yield f"leaders={min(len(leaders), MANY)}, titled={titled}"
    if leaders and states - leaders:
        yield "leader and another state"


def relations(sentence: Sentence, triggers: Sequence[int]) -> Iterator[str]:
    """Yield how near the triggers (word positions, not empty) the sentence's kinds stand."""
    for position, _, entry in sentence.known:
        gap = min((position - at for at in triggers), key=abs)
        if gap:
            yield f"{entry.kind} {_reach(abs(gap))} {'after' if gap > 0 else 'before'}"


def around(sentence: Sentence, triggers: Sequence[int]) -> Iterator[str]:
    """Yield the words within NEAR of the triggers, and each two of them, by side: "< set to"."""
    words, first, last = sentence.words, triggers[0], triggers[-1]
    for side, words_near in (
        ("<", words[max(0, first - NEAR) : first]),
        (">", words[last + 1 : last + 1 + NEAR]),
    ):
        near = ["#" if word[0] in DIGITS else word for word in words_near]
        yield from [f"{side} {word}" for word in near]
        yield from [f"{side} {a} {b}" for a, b in pairwise(near)]


def governing(sentence: Sentence, triggers: Sequence[int]) -> Iterator[str]:
    """Yield the words that govern the triggers: "=behind plan to", "=before in".

    Where nothing stands before the first, what stands between them: "G7 leaders to meet".
    Nothing where words are not set apart: there no word is known to be small.
    """
    if not sentence.wording.spaced:
        return
    telling = _telling(sentence)
    first, last = triggers[0], triggers[-1]
    before = [*(_two(reversed(telling[:first])) or _two(reversed(telling[first + 1 : last])))]
    before.append(NOTHING)
    after = [*_two(telling[last + 1 :]), NOTHING]
    yield f"=behind {before[0]}"
    yield f"=behind {' '.join(before[1::-1])}"
    yield f"=before {after[0]}"
    yield f"=before {' '.join(after[:2])}"
    yield f"=between {before[0]} and {after[0]}"


def _two(telling: Iterable[str | None]) -> list[str]:
    return list(islice(filter(None, telling), 2))


def _telling(sentence: Sentence) -> list[str | None]:
    """Return for each word what it says of the status: its tag, or itself where it is small."""
    told = [word if _small(word) else None for word in sentence.words]
    for start, end, entry in sentence.known:
        tag = next((str(tag) for tag in entry.tags if tag in TELLING), None)
        if tag or entry.kind[0] == "@":  # a name is not small, however short
            told[start:end] = [tag, *[None] * (end - start - 1)]
    return told


def _small(word: str) -> bool:
    return len(word) <= SMALL and word not in SKIPPED and word[0] not in DIGITS


def _reach(words: int) -> int:
    return next((reach for reach in REACHES if words <= reach), REACHES[-1])


def _symbols(sentence: Sentence) -> tuple[list[str], list[str]]:
    """Return the sentence's words with kinds in the place of names; and its kinds alone."""
    symbols: list[str] = []
    kinds: list[str] = []
    words, after = ["#" if word[0] in DIGITS else word for word in sentence.words], 0
    for start, end, entry in sentence.known:
        called, adjacent = entry.kind, start == after
        symbols += words[after:start]
        if called == LEADER and adjacent and kinds and kinds[-1] in ADDRESS:
            symbols[-1] = kinds[-1] = LEADER  # "Indonesian President", "President Xi"
        else:
            symbols.append(called if called[0] == "@" else "_".join(words[start:end]))
            kinds.append(called)
        after = end
    return symbols + words[after:], kinds
