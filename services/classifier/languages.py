"""Which language an item is written in: as it says, else as its letters show."""

import re
from typing import Final

UNDETERMINED: Final = ("", "und", "mul")  # BCP 47: no language is said
ALIASES: Final = {  # ISO 639-2 and -3, which feeds use in its place
    "eng": "en",
    "kor": "ko",
    "jpn": "ja",
    "zho": "zh",
    "chi": "zh",
    "cmn": "zh",
    "yue": "zh",
}
SAMPLE: Final = 400  # code points that are looked at
_SCRIPTS: Final = {
    "ko": re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
    "kana": re.compile(r"[\u3041-\u30ff\uff66-\uff9f]"),
    "han": re.compile(r"[\u3400-\u9fff\uf900-\ufaff]"),
    "latin": re.compile(r"[A-Za-z\uff21-\uff3a\uff41-\uff5a]"),
    "letters": re.compile(r"[^\W\d_]"),
}
A_WORD: Final = 4  # Latin letters that take the place of one character of the others


def of(said: str | None, text: str) -> str:
    """Return the primary language subtag of an item's tag, or what its text's script stands for.

    The script that says most decides, where a character of Korean, Chinese or Japanese says as
    much as `A_WORD` Latin letters. Latin stands for English; "und" where nothing settles it.
    """
    primary = (said or "").strip().replace("_", "-").split("-")[0].lower()
    if primary not in UNDETERMINED:
        return ALIASES.get(primary, primary)
    text = text[:SAMPLE]
    if text.isascii():
        return "en"
    found = {name: len(script.findall(text)) for name, script in _SCRIPTS.items()}
    east = found["ko"] + found["kana"] + found["han"]
    if A_WORD * east > found["latin"]:
        if found["ko"] >= found["kana"] + found["han"]:
            return "ko"
        return "ja" if A_WORD * found["kana"] > found["han"] else "zh"
    return "en" if 2 * found["latin"] >= found["letters"] - east else "und"
