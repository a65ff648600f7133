"""Who did it, to whom, and where."""

from collections.abc import Callable

import pytest

from schemas.report import Report
from services.classifier.actors import MAX_ACTORS

Said = Callable[..., list[Report]]


@pytest.mark.parametrize(
    ("title", "actors"),
    [
        ("North Korea fires missile", [("North Korea", "KP", "launcher")]),
        (
            "Russian missiles hit Kyiv",
            [("Russia", "RU", "launcher"), ("Ukraine", "UA", "target")],
        ),
        (
            "Ukraine says Russia launched missiles at Odesa",
            [("Russia", "RU", "launcher")],
        ),
        (
            "Israel intercepts missile fired from Yemen",
            [("Yemen", "YE", "launcher")],
        ),
        (
            "Hamas fires rockets at Israel",
            [("Hamas", None, "launcher"), ("Israel", "IL", "target")],
        ),
        ("Missile attack on Israel", [("Israel", "IL", "target")]),
        ("Missile fired at dawn", []),
        (
            "Trash balloons from North Korea land in Seoul",
            [("North Korea", "KP", "launcher"), ("South Korea", "KR", "target")],
        ),
        (
            "Putin and Xi hold summit in Beijing",
            [("Vladimir Putin", "RU", "participant"), ("Xi Jinping", "CN", "participant")],
        ),
        (
            "Trump and Putin hold summit in Helsinki",
            [
                ("Donald Trump", "US", "participant"),
                ("Vladimir Putin", "RU", "participant"),
                ("Finland", "FI", "host"),
            ],
        ),
        (
            "France and its president Macron host summit",
            [("Emmanuel Macron", "FR", "participant")],
        ),
        (
            "U.S. and South Korea begin joint drills",
            [("United States", "US", "participant"), ("South Korea", "KR", "participant")],
        ),
    ],
)
def test_actors_are_told_with_country_and_role(
    title: str, actors: list[tuple[str, str | None, str]], reports: Said
) -> None:
    (report,) = reports(title)
    assert [(a.name, a.country, a.role) for a in report.actors] == actors


def test_a_report_s_country_is_that_of_whose_act_it_is(reports: Said) -> None:
    (report,) = reports("Kyiv hit by Russian missiles")
    assert report.country == "RU"


def test_a_headline_that_names_nobody_takes_the_actors_of_the_text(reports: Said) -> None:
    (report,) = reports("Missile fired at dawn", "North Korea launched the missile.")
    assert [actor.name for actor in report.actors] == ["North Korea"]


def test_a_long_list_of_states_is_cut(reports: Said) -> None:
    states = "France, Italy, Spain, Poland, Norway, Sweden, Finland and Greece"
    (report,) = reports(f"{states} begin joint drills")
    assert len(report.actors) == MAX_ACTORS
