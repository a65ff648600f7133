"""What a sentence shows: each family of features, with a lexicon of a few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.classifier.classes import classes
from services.classifier.features import MANY, around, counts, features, governing, relations
from tests.support.small import sentence

WORDS = ("Kim", "Putin", "president", "russian", "missile", "fires", "will", "US", "war", "7", "on")


def test_names_of_leaders_become_their_kind() -> None:
    shown = features(sentence("Kim meets Putin today"))
    assert shown == features(sentence("Putin meets Kim today"))
    assert {"@leader", "meets", "meets @leader", "@leader meets"} <= shown
    assert not {"kim", "putin"} & shown


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Putin spoke", "@leader"),
        ("Russia spoke", "@state"),
        ("Moscow spoke", "@capital"),
        ("Raiders spoke", "@group"),
        ("president spoke", "@leader"),
        ("Pike-2 spoke", "@missile"),
        ("Iron Gate spoke", "@exercise"),
    ],
)
def test_a_name_is_known_by_its_kind(text: str, kind: str) -> None:
    assert {kind, f"^ {kind}", f"{kind} spoke"} <= features(sentence(text, "body"))


@pytest.mark.parametrize("text", ["President Putin", "Russian President", "Russian president Kim"])
def test_a_leader_with_title_and_state_is_one_leader(text: str) -> None:
    shown = features(sentence(f"{text} spoke"))
    assert {"^ @leader", "@leader spoke", "^>@leader", "@leader>$"} <= shown
    assert "@leader @leader" not in shown
    assert "@state @leader" not in shown


def test_two_leaders_with_a_word_between_stay_two() -> None:
    assert "@leader>@leader" in features(sentence("Putin and Kim spoke"))


def test_words_stand_side_by_side_from_the_first_to_the_last() -> None:
    shown = features(sentence("Army fires", "body"))
    assert {"^ army", "army fires", "fires $"} <= shown


def test_kinds_follow_each_other_whatever_stands_between() -> None:
    shown = features(sentence("Putin today again fires a big missile", "body"))
    assert {"^>@leader", "@leader>missile_done", "missile_done>missile", "missile>$"} <= shown
    assert "@leader>missile" not in shown


def test_a_kind_of_word_is_shown_as_present() -> None:
    assert "+plan" in features(sentence("Kim will fire"))
    assert "+plan" not in features(sentence("Kim fires"))


def test_a_word_of_several_words_is_one() -> None:
    assert {"war_games", "the war_games"} <= features(sentence("the war games"))


def test_numbers_are_alike() -> None:
    assert features(sentence("7 missiles")) == features(sentence("12 missiles"))


def test_a_headline_shows_the_same_again_for_itself_but_for_two_side_by_side() -> None:
    title, body = (features(sentence("Kim will meet Putin", field)) for field in ("title", "body"))
    own = title - body
    assert own == {f"title:{name}" for name in body if " " not in name and name[0] != "~"}
    assert {"title:meet", "title:+plan", "title:@leader>plan"} <= own
    assert body < title


def test_words_that_are_used_alike_show_their_class() -> None:
    named = {
        word: found
        for word, found in classes().items()
        if word.isalpha() and not sentence(word).known
    }
    (one, shared), *others = named.items()
    other = next(word for word, found in others if found == shared)
    assert set(shared) == {
        name for name in features(sentence(one)) & features(sentence(other)) if name[0] == "~"
    }


@pytest.mark.parametrize(
    ("texts", "leaders", "states"),
    [
        (["Rain today"], 0, 0),
        (["Kim spoke"], 1, 1),
        (["Kim spoke of Kim in Pyongyang"], 1, 1),
        (["Kim spoke", "Putin and the US did"], 2, 3),
        (["Kim met Russia"], 1, 2),
    ],
)
def test_leaders_and_states_are_counted_once_each_over_all_sentences(
    texts: list[str], leaders: int, states: int
) -> None:
    shown = set(counts(list(map(sentence, texts))))
    assert {f"leaders={leaders}", f"states={states}"} <= shown
    assert ("leader and another state" in shown) == (states > leaders > 0)


def test_titles_are_told_beside_the_count_of_leaders() -> None:
    with_title, without = (set(counts([sentence(t)])) for t in ("President Kim", "Kim"))
    assert with_title != without
    assert {"leaders=1", "states=1"} <= with_title & without


def test_many_leaders_are_told_as_the_greatest_count() -> None:
    texts = ["Kim, Putin, US, Raiders"]
    assert {f"states={MANY}"} <= set(counts(list(map(sentence, texts))))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("will missile", "plan 1 before"),
        ("will x missile", "plan 3 before"),
        ("will x x missile", "plan 3 before"),
        ("will x x x missile", "plan 6 before"),
        ("will x x x x x x missile", "plan 12 before"),
        ("will " + "x " * 40 + "missile", "plan 12 before"),
        ("missile will", "plan 1 after"),
        ("missile x x x will", "plan 6 after"),
    ],
)
def test_how_near_a_kind_stands_to_the_trigger(text: str, shown: str) -> None:
    read = sentence(text)
    assert list(relations(read, read.hits["missile"])) == [shown]  # type: ignore[index]


def test_nearness_is_to_the_nearest_of_several_triggers() -> None:
    read = sentence("missile x x x x x x x missile will")
    assert "plan 1 after" in set(relations(read, [0, 8]))


def test_words_around_the_trigger_are_told_by_side() -> None:
    read = sentence("one two missile set to fly")
    shown = set(around(read, [2]))
    assert shown == {"< one", "< two", "< one two"} | {
        *("> set", "> to", "> fly", "> set to", "> to fly"),
    }


def test_words_far_from_the_trigger_and_between_triggers_are_not_around_it() -> None:
    read = sentence("far a b c d e f missile mid missile g h i j k l away 7")
    shown = set(around(read, [7, 9]))
    assert {"< a", "< f", "> g", "> l", "< a b", "> k l"} <= shown
    assert not {"< far", "< far a", "> away", "> mid", "< mid"} & shown


def test_what_stands_around_has_numbers_alike() -> None:
    assert set(around(sentence("18 missile"), [1])) == {"< #"}


def test_the_trigger_is_governed_by_words_of_status_and_small_words() -> None:
    read = sentence("Army plans talks in the missile after a car")
    assert set(governing(read, [5])) == {
        *("=behind in", "=behind plan in", "=before car", "=before car nothing"),
        "=between in and car",
    }


def test_a_name_governs_nothing_however_short() -> None:
    assert "=behind plan" in set(governing(sentence("will Kim missile"), [2]))


def test_where_nothing_stands_before_the_first_trigger_what_is_between_them_governs() -> None:
    shown = set(governing(sentence("missile will missile"), [0, 2]))
    assert "=behind plan" in shown
    assert "=behind nothing" not in shown


def test_where_nothing_governs_the_trigger_that_is_told() -> None:
    assert set(governing(sentence("missile"), [0])) == {
        *("=behind nothing", "=before nothing", "=between nothing and nothing")
    }


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))
def test_features_grow_no_faster_than_the_words(words: list[str]) -> None:
    read = sentence(" ".join(words))
    assert len(features(read)) <= 8 * (len(words) + 1)
    assert len(list(around(read, [0]))) <= 2 * len(words)
    assert len(list(relations(read, [0]))) <= len(words)
