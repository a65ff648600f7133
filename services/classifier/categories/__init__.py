"""The four categories: what in a sentence reports an event of each.

A category is one module with `judge`, which returns what one sentence reports of it.
"""

from collections.abc import Callable, Sequence
from typing import Final

from services.classifier.categories import balloon_launch, exercise, missile_launch, summit
from services.classifier.evidence import Sentence
from services.classifier.findings import Finding, Setting

CATEGORIES: Final[Sequence[Callable[[Sentence, Setting], list[Finding]]]] = (
    missile_launch.judge,
    balloon_launch.judge,
    summit.judge,
    exercise.judge,
)
