"""Learning: what is read to learn from, that it learns, and that what it writes is the model."""

import json
import lzma
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from schemas.news import NewsItem
from schemas.report import Category, Prominence, Status
from services.classifier import model
from services.classifier.training import __main__ as command
from services.classifier.training import corpus, fit
from services.classifier.training.corpus import FEED, FEEDS, INVENTED, TRAIN, Labelled
from services.classifier.training.fit import Example
from tests.support import small

MISSILE = Category.MISSILE_LAUNCH
TOWNS = ("Alba", "Brix", "Corda", "Delmo", "Esker", "Fenn", "Garda", "Holm")
TOLD = [
    *((f"Russia fired a missile at {town}", Status.OCCURRED) for town in TOWNS),
    *((f"Russia plans a missile test near {town}", Status.PLANNED) for town in TOWNS[:4]),
    *((f"Russian missile test off {town} cancelled", Status.CALLED_OFF) for town in TOWNS[4:]),
]
UNTOLD = [f"Old missile of a museum sold in {town}" for town in TOWNS]


def labelled(title: str, status: Status | None, stratum: str = "random", **more: Any) -> Labelled:
    item = NewsItem(id=more.pop("id", title), title=title, language="en", **more)
    return Labelled(item, {str(MISSILE): (str(status), None)} if status else {}, stratum)


@pytest.fixture(scope="module")
def read() -> list[Example]:
    """Return the invented items, read with the small lexicon."""
    items = [*(labelled(*told) for told in TOLD), *(labelled(title, None) for title in UNTOLD)]
    return fit.examples(items, {"en": small.lexicon()}.get)


@pytest.fixture(scope="module")
def learned(read: list[Example]) -> fit.Fitted:
    return fit.category(read, MISSILE)


@pytest.fixture(scope="module")
def document(read: list[Example], learned: fit.Fitted) -> dict[str, Any]:
    statuses = fit.statuses(fit.timed(read, {MISSILE: learned}))
    made = fit.document({MISSILE: learned}, {MISSILE: (2.0, -0.5)}, (0.5, -1), statuses)
    return dict(orjson.loads(orjson.dumps(made)))


def test_what_is_learned_tells_events_from_what_only_looks_like_them(
    read: list[Example], learned: fit.Fitted
) -> None:
    scores = fit.head_scores(learned, read, MISSILE)
    told = np.array([example.tells(MISSILE) for example in read])
    assert told.sum() == len(TOLD)
    assert (scores > 0).tolist() == told.tolist()


def test_it_holds_for_items_that_were_not_there(learned: fit.Fitted) -> None:
    new = [labelled("Kim fired a missile at Iver", None), labelled("Old missile of a museum", None)]
    event, other = fit.head_scores(learned, fit.examples(new, {"en": small.lexicon()}.get), MISSILE)
    assert event > 0 > other


def test_an_item_without_a_trigger_is_told_nothing_of(learned: fit.Fitted) -> None:
    quiet = fit.examples([labelled("Rain fell", None)], {"en": small.lexicon()}.get)
    assert fit.head_scores(learned, quiet, MISSILE).tolist() == [fit.UNTOLD]
    assert fit.later_scores(learned, quiet, MISSILE).tolist() == [fit.UNTOLD]


def test_of_later_sentences_the_surest_counts(learned: fit.Fitted) -> None:
    below = "Rain fell. " * 6
    bodies = [
        f"{below}{told}" for told in ("A museum sold an old missile.", "Kim fired a missile.")
    ]
    bodies.append(f"{bodies[0]} Kim fired a missile.")
    items = [labelled("News", None, id=body, body=body) for body in bodies]
    examples = fit.examples(items, {"en": small.lexicon()}.get)
    weak, sure, both = fit.later_scores(learned, examples, MISSILE)
    assert weak < sure == both
    assert [len(example.later(MISSILE)) for example in examples] == [1, 1, 2]


def test_items_of_a_language_without_a_lexicon_are_left_out() -> None:
    assert fit.examples([labelled("Kim fired a missile", None)], lambda _: None) == []


def test_an_item_that_only_mentions_a_category_does_not_teach_its_head(
    read: list[Example], learned: fit.Fitted
) -> None:
    mention = Labelled(
        NewsItem(id="m", title=UNTOLD[0], language="en"),
        {str(MISSILE): ("occurred", str(Prominence.MENTION))},
        "full",
    )
    more = [*read, *fit.examples([mention] * 9, {"en": small.lexicon()}.get)]
    assert fit.category(more, MISSILE).linear((1, 0)) == learned.linear((1, 0))


def test_half_the_weight_is_half_the_lesson(read: list[Example], learned: fit.Fitted) -> None:
    contrary = [labelled(title, None, INVENTED) for title, _ in TOLD]
    more = fit.examples(contrary, {"en": small.lexicon()}.get)
    doubted = fit.category([*read, *more], MISSILE)
    scores = fit.head_scores(doubted, read, MISSILE)
    assert all(
        score > 0 for score, example in zip(scores, read, strict=True) if example.tells(MISSILE)
    )


def test_the_document_is_the_model_that_was_learned(
    read: list[Example], learned: fit.Fitted, document: dict[str, Any]
) -> None:
    built = model.build(document)
    assert built.below == (0.5, -1)
    scores = fit.head_scores(learned, read, MISSILE)
    for example, score in zip(read, scores, strict=True):
        head = example.head(MISSILE)
        assert head
        rounding = 0.02 * (len(head.shown) + 1)
        assert built.categories[MISSILE].score(head.shown) == pytest.approx(
            2 * score - 0.5, abs=rounding
        )


def test_the_document_tells_statuses_as_they_were_learned(
    read: list[Example], learned: fit.Fitted, document: dict[str, Any]
) -> None:
    built = model.build(document)
    assert set(built.statuses) == {Status.PLANNED, Status.CALLED_OFF}
    events = fit.timed(read, {MISSILE: learned})
    assert [built.status(event.shown) for event in events] == [status for _, status in TOLD]


def test_statuses_are_log_odds_against_the_one_assumed(
    read: list[Example], learned: fit.Fitted, document: dict[str, Any]
) -> None:
    built = model.build(document)
    events = fit.timed(read, {MISSILE: learned})
    scores = fit.statuses(events).scores([event.shown for event in events])
    for event, (called_off, occurred, planned) in zip(events, scores, strict=True):
        told = [built.statuses[s].score(event.shown) for s in (Status.CALLED_OFF, Status.PLANNED)]
        rounding = 0.02 * (len(event.shown) + 1)
        assert told == pytest.approx([called_off - occurred, planned - occurred], abs=rounding)


@pytest.mark.parametrize("items", [fit.SEEN - 1, fit.SEEN])
def test_only_what_several_items_show_is_learned(items: int) -> None:
    shown = [{"seen", "all"}] * items + [{"all"}] * 9
    fitted = fit.Fitted(shown, ["True"] * items + ["False"] * 9, [100.0] * len(shown))
    assert ("seen" in fitted.linear((1, 0))["weights"]) == (items == fit.SEEN)


def test_small_weights_are_left_out(document: dict[str, Any]) -> None:
    weights = document["categories"][MISSILE]["weights"]
    assert "fired" in weights
    assert all(abs(weight) >= fit.SMALL for weight in weights.values())


@pytest.mark.parametrize(("factor", "offset"), [(1.0, 0.0), (2.0, -1.0), (0.5, 1.0)])
def test_a_scale_makes_scores_the_log_odds_of_being_right(factor: float, offset: float) -> None:
    draw = np.random.default_rng(5)
    scores = draw.normal(0, 2, 20_000)
    right = draw.random(20_000) < 1 / (1 + np.exp(-(factor * scores + offset)))
    assert fit.scale(scores, right) == pytest.approx((factor, offset), abs=0.1)


def line(name: str, **more: Any) -> str:
    shown = {"id": name, "title": "A missile flew", "language": "en", "stratum": "random"}
    return json.dumps({**shown, "events": [], **more}, ensure_ascii=False)


def write(folder: Path, train: list[str], feeds: list[str]) -> None:
    (folder / TRAIN).write_text("\n".join(train), encoding="utf-8")
    for name in FEEDS:
        with lzma.open(folder / name, "wt", encoding="utf-8") as out:
            out.write("\n".join(feeds if name == FEEDS[0] else []))


@pytest.fixture
def judged() -> dict[str, Any]:
    """Return one of the project's own judgements that finds an event."""
    text = files("services.classifier.training").joinpath("labels.jsonl").read_text("utf-8")
    return next(one for one in map(json.loads, text.splitlines()) if one["events"])


def test_labelled_items_are_read_with_the_first_event_of_each_category(tmp_path: Path) -> None:
    events = [
        {"category": "summit", "status": "planned", "prominence": "main"},
        {"category": "summit", "status": "occurred", "prominence": "mention"},
        {"category": "exercise", "status": "occurred"},
    ]
    write(tmp_path, [line("a", events=events), "", line("b")], [])
    one, other = corpus.read(tmp_path)
    assert one.item.id == "a"
    assert one.events == {"summit": ("planned", "main"), "exercise": ("occurred", None)}
    assert (other.item.id, other.events, other.stratum) == ("b", {}, "random")


def test_of_the_feeds_only_judged_items_are_read(tmp_path: Path, judged: dict[str, Any]) -> None:
    write(tmp_path, [line("a")], [line("unjudged"), line(judged["id"])])
    _, one = corpus.read(tmp_path)
    assert (one.item.id, one.stratum, one.measured) == (judged["id"], FEED, False)
    assert set(one.events) == {event["category"] for event in judged["events"]}


def test_a_judgement_of_ours_goes_before_the_label(tmp_path: Path, judged: dict[str, Any]) -> None:
    write(tmp_path, [line(judged["id"])], [])
    (one,) = corpus.read(tmp_path)
    assert set(one.events) == {event["category"] for event in judged["events"]}


def test_a_label_without_a_text_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, [line("a", title="", body=""), line("b")], [])
    assert [one.item.id for one in corpus.read(tmp_path)] == ["b"]


@pytest.mark.parametrize("missing", [TRAIN, *FEEDS])
def test_a_missing_file_is_named(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, [line("a")], [])
    (tmp_path / missing).unlink()
    with pytest.raises(FileNotFoundError) as caught:
        corpus.read(tmp_path)
    assert caught.value.filename == str(tmp_path / missing)
    monkeypatch.setattr(sys, "argv", ["training", str(tmp_path)])
    with pytest.raises(SystemExit, match=missing):
        command.main()


@pytest.mark.parametrize(
    ("stratum", "weight", "measured", "group"),
    [
        ("random", 1.0, True, "en"),
        ("uncertain-2", 0.5, True, "en, uncertain"),
        ("full", 1.0, True, "full"),
        (FEED, 1.0, False, FEED),
        (INVENTED, 0.5, False, INVENTED),
    ],
)
def test_how_an_item_was_chosen_says_what_it_counts(
    stratum: str, weight: float, measured: bool, group: str
) -> None:
    one = labelled("A missile flew", None, stratum)
    assert (one.weight, one.measured, one.group) == (weight, measured, group)


def test_an_item_with_a_prominence_is_a_full_article() -> None:
    item = labelled("A missile flew", None).item
    assert Labelled(item, {"summit": ("planned", "main")}, "random").group == "full"


def test_the_invented_items_show_every_category_in_every_status_and_none() -> None:
    invented = corpus.invented()
    shown = {(which, status) for one in invented for which, (status, _) in one.events.items()}
    assert shown == {(category, status) for category in Category for status in Status}
    assert any(not one.events for one in invented)
    assert len({one.item.id for one in invented}) == len(invented)
