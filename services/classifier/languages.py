"""Which language an item is written in: as it says, else as its letters show."""

import re
from typing import Final

UNDETERMINED: Final = ("", "und", "mul")  # BCP 47: no language is said
_HANGUL: Final = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_KANA: Final = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
SAMPLE: Final = 400  # code points that are looked at


def of(said: str | None, text: str) -> str:
    """Return the primary language subtag of an item's tag, or what its text's script stands for.

    Latin letters stand for English; "und" where neither settles it.
    """
    primary = (said or "").replace("_", "-").split("-")[0].lower()
    if primary not in UNDETERMINED:
        return primary
    text = text[:SAMPLE]
    if _HANGUL.search(text):
        return "ko"
    if _KANA.search(text):
        return "ja"
    if _HAN.search(text):
        return "zh"
    letters = [character for character in text if character.isalpha()]
    return "en" if 2 * sum(map(str.isascii, letters)) >= len(letters) else "und"
