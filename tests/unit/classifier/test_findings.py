"""How findings become events: several exercises, and what names none."""

from collections.abc import Callable

from schemas.report import Report

Said = Callable[..., list[Report]]


def test_two_exercises_of_different_names_are_two_reports(reports: Said) -> None:
    found = reports("Freedom Edge ends", "Ulchi Freedom Guardian is planned for August.")
    assert [(r.names, r.status) for r in found] == [
        (("Freedom Edge",), "occurred"),
        (("Ulchi Freedom Guardian",), "planned"),
    ]


def test_an_exercise_named_twice_is_one_report(reports: Said) -> None:
    (report,) = reports("Freedom Edge begins", "Freedom Edge is a naval exercise.")
    assert report.names == ("Freedom Edge",)
    assert [span.field for span in report.evidence] == ["title", "body"]


def test_what_names_no_exercise_tells_of_the_first_named(reports: Said) -> None:
    (report,) = reports("Allies begin joint drills", "Freedom Shield began on Monday.")
    assert [span.field for span in report.evidence] == ["title", "body"]


def test_one_category_is_one_report_of_its_strongest_sentence(reports: Said) -> None:
    (report,) = reports("Missile test may follow", "North Korea fired a missile on Wednesday.")
    assert report.category == "missile_launch"
    assert report.status == "occurred"


def test_names_of_missiles_are_told_with_their_launch(reports: Said) -> None:
    (report,) = reports("North Korea fires Hwasong-18 and Hwasong-17 missiles")
    assert report.names == ("Hwasong-18", "Hwasong-17")
