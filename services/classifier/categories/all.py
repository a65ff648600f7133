"""All categories, in the order in which reports name them."""

from collections.abc import Sequence
from typing import Final

from services.classifier.categories import (
    Kind,
    balloon_launch,
    exercise,
    missile_launch,
    summit,
)

KINDS: Final[Sequence[Kind]] = (
    missile_launch.KIND,
    balloon_launch.KIND,
    summit.KIND,
    exercise.KIND,
)
