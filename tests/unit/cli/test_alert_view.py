import io
from pathlib import Path
from typing import Any, Final

import pytest
from rich.console import Console

from schemas.alert import Alert, Source
from schemas.report import EventTime, Precision
from services.cli import alert_view

ALERT: Final = Alert.model_validate_json(
    (Path(__file__).parents[2] / "data" / "golden" / "alert.json").read_bytes()
)


def shown(alert: Alert, *, terminal: bool, width: int = 60) -> str:
    out = io.StringIO()
    alert_view.show(Console(file=out, force_terminal=terminal, width=width, no_color=True), alert)
    return out.getvalue()


def but(**fields: Any) -> Alert:
    return ALERT.model_copy(update=fields)


def test_without_a_terminal_an_alert_is_one_unwrapped_line() -> None:
    assert shown(ALERT, terminal=False, width=20) == (
        "missile_launch occurred | North Korea fires a missile into the sea & Tokyo protests"
        ' | title: "North Korea fires a missile"'
        ' | body: "the missile <flew> 400 km before it hit the water"'
        " | when: 2024-06-26 to 2024-06-27 | who: North Korea (KP, launcher), Japan (JP, target)"
        " | source: Example *News*, Example Wire, n-3, n-4 | signature verified\n"
    )


def test_in_a_terminal_it_fits_sixty_columns_and_names_its_category_in_full() -> None:
    text = shown(ALERT, terminal=True)
    assert "missile_launch occurred" in text
    assert "signature verified" in text
    assert "“North Korea fires a missile”" in text
    assert "launcher" in text


@pytest.mark.parametrize(
    "headline",
    ["\x1b[2J\x1b]0;owned\x07now", "two\nlines\r", "a\u2028b", "\u202eright to left", "[red]x[/]"],
)
@pytest.mark.parametrize("terminal", [True, False])
def test_a_headline_cannot_steer_the_terminal(headline: str, terminal: bool) -> None:
    plain, text = (
        shown(but(headline="plain"), terminal=terminal),
        shown(but(headline=headline), terminal=terminal),
    )
    assert text.count("\n") == plain.count("\n")
    assert text.count("\x1b") == plain.count("\x1b")
    assert not {"\x07", "\r", "\u2028", "\u202e"} & set(text)
    if headline.startswith("["):
        assert headline in text


@pytest.mark.parametrize(
    ("start", "end", "precision", "expected"),
    [
        ("2024-06-26", "2024-06-26", "day", "2024-06-26"),
        ("2024-06-01", "2024-06-30", "month", "2024-06"),
        ("2024-01-01", "2025-12-31", "year", "2024 to 2025"),
        (
            "2024-06-26T05:30:00+09:00",
            "2024-06-26T05:30:00+09:00",
            "minute",
            "2024-06-26 05:30+09:00",
        ),
    ],
)
def test_a_time_is_shown_as_finely_as_it_is_known(
    start: str, end: str, precision: Precision, expected: str
) -> None:
    time = EventTime.model_validate({"start": start, "end": end, "precision": precision})
    assert f"| when: {expected} |" in alert_view.line(but(event_time=time))


def test_what_an_alert_does_not_know_is_left_out() -> None:
    text = alert_view.line(but(event_time=None, actors=()))
    assert "when:" not in text
    assert "who:" not in text


def test_sources_beyond_those_named_are_counted() -> None:
    sources = (Source(item_id="n-1", source="Wire"), Source(item_id="n-2", source="Wire"))
    assert "| source: Wire and 5 more |" in alert_view.line(but(sources=sources, source_count=7))
