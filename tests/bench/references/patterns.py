"""Four regular expressions, one a category, as one writes them in an afternoon."""

import re
from typing import Final

PATTERNS: Final = {
    "missile-launch": re.compile(r"(?i)\b(?:fires?|fired|launch\w*|test\w*)\b.*\bmissiles?\b"),
    "balloon-launch": re.compile(
        r"(?i)\b(?:trash|rubbish|spy|sends?|launches|floats) .*balloons\b"
    ),
    "summit": re.compile(r"(?i)\b(?:holds?|attends?|hosts?)\b.*\bsummit\b"),
    "exercise": re.compile(r"(?i)\b(?:military|naval|joint)\b.*\b(?:exercises?|drills?)\b"),
}
