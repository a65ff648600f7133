"""What a sentence shows, as named features that a linear model weighs.

Names of people and states become their kind ("@leader"), so that what is learned from one pair of
leaders holds for every other. Each feature reads as what it is:

- `meets`, `meets @leader`: a word or kind of name, and two side by side;
- `meet>@leader`: kinds of word one after the other, whatever stands between them;
- `+plan`: a kind of word somewhere in the sentence;
- `leaders=2`: how many countries' leaders are named;
- `=2 leaders, meet`: what a category's module looks for.

What tells the status is looked for around the triggers:

- `plan 3 before`: a kind of word within 3 words before the trigger;
- `< set to`: words near before the trigger (`>`: behind it).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from services.classifier.evidence import Sentence
from services.classifier.lexicons import Entry, Tag

MANY: Final = 3  # counts above it are told as it
REACHES: Final = (1, 3, 6, 12)  # words; the last stands for all beyond
LEADER: Final = "@leader"  # by name or by title
ADDRESS: Final = {"@state", LEADER}  # what before it belongs to a leader
NEAR: Final = 6  # words
START: Final = "^"
END: Final = "$"


def features(sentence: Sentence) -> set[str]:
    """Return what the sentence shows, whatever it is asked for."""
    symbols, kinds = _symbols(sentence)
    found = set(symbols)
    found.update(map(" ".join, pairwise([START, *symbols, END])))
    found.update(map(">".join, pairwise([START, *filter(None, kinds), END])))
    found.update([f"+{tag}" for tag in sentence.hits])
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
            yield f"{kind(entry)} {_reach(abs(gap))} {'after' if gap > 0 else 'before'}"


def around(sentence: Sentence, triggers: Sequence[int]) -> Iterator[str]:
    """Yield the words within NEAR of the triggers, and each two of them, by side: "< set to"."""
    words = ["#" if word[0].isdigit() else word for word in sentence.words]
    first, last = triggers[0], triggers[-1]
    for side, near in (
        ("<", words[max(0, first - NEAR) : first]),
        (">", words[last + 1 : last + 1 + NEAR]),
    ):
        yield from (f"{side} {word}" for word in near)
        yield from (f"{side} {a} {b}" for a, b in pairwise(near))


def _reach(words: int) -> int:
    return next((reach for reach in REACHES if words <= reach), REACHES[-1])


def kind(entry: Entry) -> str:
    """Return what kind of word or name a lexicon's entry is."""
    if entry.mention:
        return entry.mention.kind
    tag = entry.tags[0]
    return LEADER if tag is Tag.TITLE else f"@{tag}" if entry.name else tag


def _symbols(sentence: Sentence) -> tuple[Sequence[str], Sequence[str | None]]:
    """Return the sentence's words with kinds in the place of names, and the kind of each."""
    symbols: list[str] = []
    kinds: list[str | None] = []
    words, after = sentence.words, 0
    for start, end, entry in [*sentence.known, (len(words), 0, None)]:
        for at in range(after, start):
            symbols.append("#" if words[at][0].isdigit() else words[at])
            kinds.append(None)
        if entry is None:
            break
        called = kind(entry)
        if called == LEADER and kinds and start == after and kinds[-1] in ADDRESS:
            symbols[-1] = kinds[-1] = called = LEADER  # "Indonesian President", "President Xi"
        else:
            symbols.append(called if called[0] == "@" else "_".join(words[start:end]))
            kinds.append(called)
        after = end
    return symbols, kinds
