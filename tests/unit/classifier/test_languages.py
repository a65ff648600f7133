"""Which language an item is in where its tag does not say: what its script shows."""

import pytest

from services.classifier import languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("北·美 정상회담", "ko"),
        ("북한", "ko"),
        ("ﾐｻｲﾙ発射", "ja"),
        ("韓国の미사일", "ko"),
        ("朝鲜 missile launched today by the army", "en"),
        ("North Korea fires missile (북한)", "en"),
        ("朝鲜发射 ICBM", "zh"),
        ("\uff2e\uff4f\uff52\uff54\uff48 \uff2b\uff4f\uff52\uff45\uff41", "en"),
        ("Ракета ab", "und"),
        ("Раке abcd", "en"),
        ("\U0001f680 2024!", "en"),
        ("صاروخ", "und"),
    ],
)
def test_a_script_stands_for_a_language(text: str, language: str) -> None:
    assert languages.of(None, text) == language


def test_only_the_head_of_a_text_is_looked_at() -> None:
    said = "1" * languages.SAMPLE
    assert languages.of(None, f"{said[1:]}북") == "ko"
    assert languages.of(None, f"{said}북") == "en"


@pytest.mark.parametrize(
    ("said", "language"), [("kor", "ko"), ("zho", "zh"), ("cmn-Hans", "zh"), (" en ", "en")]
)
def test_other_codes_of_a_language_are_known(said: str, language: str) -> None:
    assert languages.of(said, "") == language


@pytest.mark.parametrize("said", ["ko", "KO-kr", "ko_KR"])
def test_what_is_said_goes_before_what_is_shown(said: str) -> None:
    assert languages.of(said, "朝鲜发射导弹") == "ko"
