"""An explanation for a reader: coloured in a terminal, plain and unwrapped in a pipe.

Words of an item are somebody's input: what could steer a terminal is not shown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Final, TypeAlias

from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.news import NewsItem
from schemas.report import MAX_TITLE, Category, Report, Span, Status
from services.cli.alert_view import clean
from services.cli.explanation import Account, Balance, Decision, Explanation, Side
from services.cli.wording import kind

Row: TypeAlias = tuple[str, Text | str]
"""What a line is about, and what it says."""
BAR: Final = 16  # columns
LABEL: Final = 10  # columns; the longest is "confidence"

_COLOURS: Final = {
    Category.MISSILE_LAUNCH: "red",
    Category.BALLOON_LAUNCH: "yellow",
    Category.SUMMIT: "cyan",
    Category.EXERCISE: "green",
}


def show(console: Console, item: NewsItem, found: Explanation) -> None:
    """Print the explanation of an item."""
    for heading, rows in _blocks(item, found):
        _print(console, heading, rows)
    console.print()


def show_fault(console: Console, number: int, fault: str) -> None:
    """Print what is wrong with the line of that number."""
    _print(console, Text(f"line {number}: {clean(fault)}", "bold red"), ())
    console.print()


def _print(console: Console, heading: Text, rows: Iterable[Row]) -> None:
    if not console.is_terminal:
        console.out(
            heading.plain, *(f"{a:>{LABEL}}  {b}" for a, b in rows), sep="\n", highlight=False
        )
        return
    console.print(heading)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", width=LABEL, style="dim")
    grid.add_column(overflow="fold")
    for label, text in rows:
        grid.add_row(label, text if isinstance(text, Text) else Text(text))
    console.print(grid)


def _blocks(item: NewsItem, found: Explanation) -> Iterator[tuple[Text, Iterable[Row]]]:
    about = filter(None, (found.language, item.published_at, item.source))
    heading = f"{clean(item.id)} ({', '.join(clean(str(part)) for part in about)})"
    yield Text(heading, "bold"), _text(item, found)
    if not found.known:
        yield Text(f"no lexicon for {clean(found.language)}: nothing is said in it", "bold"), ()
    for account in found.accounts:
        if account.balance:
            rows = _rows(account, account.balance, account.threshold)
            yield _judgement(account, account.balance, account.threshold), rows
    without = [account.category for account in found.accounts if account.balance is None]
    if without:
        yield Text(f"{', '.join(without)}: kept out, no trigger word"), ()


def _text(item: NewsItem, found: Explanation) -> Iterator[Row]:
    if item.title:
        yield "title", _marked("title", 0, item.title[:MAX_TITLE], found.accounts)
    evidence = (span for account in found.accounts for span in account.evidence)
    for start, text in sorted({(s.start, s.text) for s in evidence if s.field == "body"}):
        yield "body", _marked("body", start, text, found.accounts)
    if found.lookalikes:
        yield "lookalike", f"{clean(', '.join(found.lookalikes))} (no word in it is a trigger)"


def _marked(field: str, start: int, text: str, accounts: Sequence[Account]) -> Text:
    """Return a part of a field that begins at an offset, its evidence and triggers styled."""
    shown = Text("".join(c if c.isprintable() else " " for c in text))  # offsets stay

    def mark(spans: Iterable[Span], style: str) -> None:
        for span in spans:
            if span.field == field and span.end > start:
                shown.stylize(style, max(span.start - start, 0), span.end - start)

    for account in reversed(accounts):  # the first has the last word
        if account.report:
            mark(account.evidence, _COLOURS[account.category])
    for account in reversed(accounts):
        told = "bold underline" if account.report else "underline"
        mark(account.triggers, f"{told} {_COLOURS[account.category]}")
    return shown


def _judgement(account: Account, balance: Balance, threshold: float) -> Text:
    if account.report:
        said = f"reported, {account.report.status}, {account.report.prominence}"
    else:
        said = f"kept out, {threshold - balance.confidence:.3f} below the threshold"
    text = Text(account.category, f"bold {_COLOURS[account.category]}")
    return text.append(f": {said}", "bold" if account.report else "not bold default")


def _rows(account: Account, balance: Balance, threshold: float) -> Iterator[Row]:
    report, sure = account.report, balance.confidence
    yield "confidence", f"{_bar(sure, threshold)} {sure:.3f} of {threshold:.3f}"
    yield "trigger", ", ".join(dict.fromkeys(clean(span.text) for span in account.triggers))
    if report:
        yield from _facts(report)
    if report and account.decision:
        yield from _decided(report.status, account.decision)
    sides = ("for", balance.speaks_for), ("against", balance.speaks_against)
    for label, side in sides if report else reversed(sides):
        if side.features:
            yield label, f"{side.weight:+.2f} by {side.features} feature{'s' * (side.features > 1)}"
            yield from _reasons(side)
    below = f", below the head {balance.counts:+.2f}" if balance.counts != balance.score else ""
    yield "bias", f"{balance.bias:+.2f} before a word is read; in all {balance.score:+.2f}{below}"
    words = "; ".join(f"{kind(name)}: {', '.join(account.words[name])}" for name in _kinds(account))
    if words:
        yield "words", clean(words)


def _kinds(account: Account) -> list[str]:
    """Return the kinds of word that the named reasons speak of, in the text's order."""
    balances = [account.balance, account.decision.balance if account.decision else None]
    sides = (side for b in balances if b for side in (b.speaks_for, b.speaks_against))
    named = " ".join(reason.feature for side in sides for reason in side.heaviest)
    parts = set(re.split("[ >+]", named))
    return [name for name in account.words if name in parts]


def _facts(report: Report) -> Iterator[Row]:
    if report.actors:
        who = (f"{a.name} ({', '.join(filter(None, (a.country, a.role)))})" for a in report.actors)
        yield "actors", clean(", ".join(who))
    if report.event_time:
        time = report.event_time
        until = f" to {time.end}" if time.end != time.start else ""
        yield "time", f"{time.start}{until} ({time.precision})"
    if report.place:
        yield "place", clean(report.place)
    if report.names:
        yield "names", clean(", ".join(report.names))


def _decided(status: str, decision: Decision) -> Iterator[Row]:
    found = f"{decision.of} has {decision.balance.confidence:.3f} of 0.500"
    if status == Status.OCCURRED:
        yield "status", f"occurred: {found}"
        yield from _reasons(decision.balance.speaks_against)
    else:
        yield "status", found
        yield from _reasons(decision.balance.speaks_for)


def _reasons(side: Side) -> Iterator[Row]:
    yield from ((f"{reason.weight:+.2f}", clean(reason.means)) for reason in side.heaviest)


def _bar(confidence: float, threshold: float) -> str:
    """Return a bar that passes its mark where the confidence reaches the threshold."""
    filled = (ceil if confidence >= threshold else int)(confidence * BAR)
    cells, mark = "█" * filled + "░" * (BAR - filled), int(threshold * BAR)
    return f"{cells[:mark]}|{cells[mark:]}"
