"""The lexicon: what the packaged file holds, and what a wrong one is told."""

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.news import NewsItem
from schemas.report import Category, Report
from services.classifier import lexicon_file, lexicons, model
from services.classifier.actors import launchers
from services.classifier.classify import Classifier, load, version
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Lexicon, Tag
from services.classifier.roles import RolesSection
from tests.support import sentences

ENGLISH = (lexicons.FOLDER / "en.yaml").read_text()
DOCUMENT = lexicon_file.parse(ENGLISH.encode())
INVENTED: dict[str, Any] = {
    "language": "qx",
    "words": {str(tag): [] for tag in Tag}
    | {"missile": ["zarn"], "missile_done": ["pluvid"], "towards": ["ur"]},
    "names": {},
    "countries": {
        "KP": {"name": "North Korea", "also": ["norkor"], "capital": []},
        "JP": {"name": "Japan", "also": ["nipor"], "capital": []},
    },
    "groups": {},
    "leaders": {},
}
"""A language that nobody speaks, with the words for missiles; the rest is borrowed."""
Read = Callable[[str], Sentence]


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(DOCUMENT)


def test_the_packaged_lexicon_is_english_and_every_tag_has_words(lexicon: Lexicon) -> None:
    assert lexicon.language == "en"
    found = [one for alone, longer in lexicon.begins.values() for one in (alone, *longer.values())]
    entries = [entry for some in found for entry in some]
    used = {tag for entry in entries for tag in entry.tags}
    assert used == set(Tag)


def test_a_language_that_nobody_wrote_is_not_found() -> None:
    with pytest.raises(FileNotFoundError):
        lexicons.load("xx")


def test_the_longest_phrase_wins_and_takes_its_words(sentence: Read) -> None:
    read = sentence("a trial balloon over a balloon")
    assert list(read.hits[Tag.BALLOON]) == [5]


def test_a_word_with_capitals_is_matched_only_as_written(sentence: Read) -> None:
    assert [m.country for *_, m in sentence("tell US and U.S. and us").mentions] == ["US", "US"]


def test_a_word_of_two_meanings_has_both(sentence: Read) -> None:
    read = sentence("north korea")
    assert read.hits[Tag.SPACE_POWER] == [0]
    assert [m.country for *_, m in read.mentions] == ["KP"]


def test_a_name_is_told_as_the_lexicon_spells_it(sentence: Read) -> None:
    names = [name for *_, name in sentence("HWASONG-18 and UFG and freedom edge").names]
    assert names == ["Hwasong-18", "Ulchi Freedom Guardian", "Freedom Edge"]


def told(document: Any) -> str:
    """Return what a document that breaks the schema is told."""
    with pytest.raises(ValueError, match=r"\S") as refused:
        lexicons.build(document)
    return str(refused.value)


def fill(node: Any, path: str, value: Any) -> None:
    *parts, last = path.split("/")
    for part in parts:
        node = node[part]
    node[last] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("words/missile", "rocket", "words.missile: expected a list, not 'rocket'"),
        ("words/missile", None, "words.missile: expected a list, not None"),
        ("words/missile", ["a", False], "words.missile[1]: expected text (quote it), not False"),
        ("words/missile", ["a", 7], "words.missile[1]: expected text (quote it), not 7"),
        ("words/missile", ["a", None], "words.missile[1]: expected text (quote it), not None"),
        ("words/missile", ["a", ""], "words.missile[1]: expected a word, not ''"),
        ("words/missile", ["a", " \u2014"], "words.missile[1]: expected a word, not ' \u2014'"),
        ("words/missile", ["a b", "c", "A-B"], "words.missile: 'a b' stands twice"),
        ("words/missile", {"a": {}}, "words.missile: expected a list, not {'a': {}}"),
        ("words", [], "words: expected a mapping, not []"),
        ("names/missile/Pike", 2, "names.missile.Pike: expected a list, not 2"),
        ("names/missile", {"Pike": ["x"], "Perch": ["x"]}, "names.missile: 'x' stands twice"),
        ("countries/KP/capitol", [], "countries.KP.capitol: is no key that belongs here"),
        ("countries/KP/name", False, "countries.KP.name: expected text (quote it), not False"),
        ("countries/prk", {}, "countries.prk: expected a country's two capitals, not 'prk'"),
        ("groups/Raiders", [], "groups.Raiders: expected a phrase at least, not []"),
        ("leaders/KR", {"Ri": "ri"}, "leaders.KR.Ri: expected a list, not 'ri'"),
        ("leaders/QQ", {"Ri": ["ri"]}, "the lexicon: leaders: QQ is none of the countries"),
        ("calendar/months", {"June": 13}, "calendar.months.June: expected less than or equal"),
        ("calendar/parts", {"early": [9, 1]}, "calendar.parts.early: expected the first day bef"),
        ("roles/fires", [True], "roles.fires[0]: expected text (quote it), not True"),
        ("roles/fyres", [], "roles.fyres: is no key that belongs here"),
        ("places/waters", [], "places.waters: expected a mapping, not []"),
        ("spaced", "yes", "spaced: expected a valid boolean, not 'yes'"),
        ("wordz", {}, "wordz: is no key that belongs here"),
    ],
)
def test_a_fault_is_told_with_its_path_and_what_was_expected(
    path: str, value: Any, message: str, document: dict[str, Any]
) -> None:
    fill(document, path, value)
    assert told(document).startswith(message)


def test_an_unknown_tag_is_told_the_ones_there_are(document: dict[str, Any]) -> None:
    document["words"]["mizzile"] = ["rocket"]
    faults = told(document)
    assert faults.startswith("words.mizzile: expected 'lookalike', 'missile'")
    assert "not 'mizzile'" in faults


def test_a_missing_tag_is_named(document: dict[str, Any]) -> None:
    del document["words"]["plan"]
    assert told(document).startswith("words: is missing plan")


@pytest.mark.parametrize(
    "path", ["words", "language", "countries/KP/also", "roles/by", "calendar/on"]
)
def test_a_missing_key_is_named(path: str, document: dict[str, Any]) -> None:
    node, *parts = document, *path.split("/")
    for part in parts[:-1]:
        node = node[part]
    del node[parts[-1]]
    assert told(document) == f"{path.replace('/', '.')}: is missing"


def test_every_fault_is_told_at_once_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    path.write_text(
        ENGLISH.replace("spaced: true", "spaced: 1").replace("  to: [to]", "  to: [to, no]")
    )
    with pytest.raises(ValueError, match="spaced") as refused:
        lexicons.read(path)
    spaced, phrase = str(refused.value).splitlines()
    assert spaced.startswith("en.yaml: spaced: ")
    assert phrase == "en.yaml: words.to[1]: expected text (quote it), not False"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  to: [to]", "  to: [to]\n  to: [unto]", r"^en.yaml: line \d+: 'to' stands twice in"),
        ("  to: [to]", "  to: [to", r"^en.yaml: line \d+: "),
        ("language: en", "language: fr", "^en.yaml: language: expected the file's name, not 'fr'"),
    ],
)
def test_a_wrong_file_is_told_where(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    assert ENGLISH.count(f"\n{old}\n") == 1
    path.write_text(ENGLISH.replace(f"\n{old}\n", f"\n{new}\n"))
    with pytest.raises(ValueError, match=message):
        lexicons.read(path)


def test_an_empty_file_is_told_what_belongs_there() -> None:
    assert told(lexicon_file.parse(b"")) == "the lexicon: expected a mapping, not None"


def test_the_guide_says_what_each_tag_means() -> None:
    guide = (lexicons.FOLDER / "README.md").read_text()
    assert [tag for tag in Tag if f"\n| `{tag}` | " not in guide] == []


def test_the_guide_says_what_each_role_means() -> None:
    guide = (lexicons.FOLDER / "README.md").read_text()
    assert [key for key in RolesSection.model_fields if f"\n| `{key}` | " not in guide] == []


def test_a_verb_that_an_analyst_adds_tells_who_launched(document: dict[str, Any]) -> None:
    def launched() -> list[str]:
        read = sentences.sentence("North Korea hurls a missile", lexicons.build(document))
        return [actor.name for actor in launchers(read, read.hits[Tag.MISSILE])]

    assert launched() == []
    document["roles"]["fires"].append("hurls")
    assert launched() == ["North Korea"]


@pytest.mark.parametrize("language", lexicons.languages())
def test_an_editor_finds_the_schema_of_each_file(language: str) -> None:
    first, _, _ = (lexicons.FOLDER / f"{language}.yaml").read_text().partition("\n")
    _, _, schema = first.partition("# yaml-language-server: $schema=")
    assert (lexicons.FOLDER / schema).is_file()


def reports(title: str, language: str, classifier: Classifier) -> list[Report]:
    item = NewsItem(id="1", source="Test", language=language, title=title)
    moment = datetime(2024, 6, 27, tzinfo=UTC)
    return classifier.reports(item, ingested_at=moment, classified_at=moment)


def test_a_name_that_an_analyst_adds_is_reported_at_once(tmp_path: Path) -> None:
    title = "North Korea test-fires Hwasal-2 off its west coast"
    path = tmp_path / "en.yaml"
    lines = ENGLISH.splitlines(keepends=True)
    without = "".join(line for line in lines if not line.startswith("    Hwasal"))
    path.write_text(without)
    before = Classifier({"en": lexicons.read(path)}.get, model.load())
    assert reports(title, "en", before) == []
    names, missiles, rest = without.partition("\n  missile:\n")
    path.write_text(f"{names}{missiles}    Hwasal-2: [hwasal 2]\n{rest}")
    after = Classifier({"en": lexicons.read(path)}.get, model.load())
    (report,) = reports(title, "en", after)
    assert (report.category, report.names) == (Category.MISSILE_LAUNCH, ("Hwasal-2",))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put a folder in the place of the packaged one."""
    monkeypatch.setattr(lexicons, "FOLDER", tmp_path)
    remembered = (lexicons.languages, lexicons._once, version)
    for function in remembered:
        function.cache_clear()
    yield tmp_path
    for function in remembered:
        function.cache_clear()


def test_a_language_is_added_by_a_file_alone(folder: Path) -> None:
    (folder / "qx.yaml").write_text(yaml.safe_dump(DOCUMENT | INVENTED))
    (folder / "lexicon.schema.json").write_text("{}")
    assert lexicons.languages() == {"qx"}
    (report,) = reports("Norkor pluvid zarn ur nipor", "qx", load())
    assert report.category is Category.MISSILE_LAUNCH
    assert {actor.country for actor in report.actors} == {"KP", "JP"}
    assert reports("Pelska zarn vost", "qx", load()) == []
