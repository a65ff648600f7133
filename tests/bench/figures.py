"""A figure: what was measured in this run, what it should be, and what a peer reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from operator import ge, gt, le, lt
from statistics import median
from typing import Any, Final

_COMPARISONS: Final = {"≥": ge, ">": gt, "≤": le, "<": lt}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, with its rounds; its value is their median.

    `target` is a comparison and a number (`≥ 10000`), or empty where there is none.
    `reference` holds the rounds of each peer in the same run.
    """

    name: str
    unit: str
    rounds: tuple[float, ...]
    load: float  # the machine's load average over a minute, when it was measured
    target: str = ""
    reference: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    @property
    def peers(self) -> dict[str, float]:
        """The median of each peer's rounds."""
        return {name: median(rounds) for name, rounds in self.reference.items()}

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if not self.target:
            return None
        comparison, number = self.target.split()
        return bool(_COMPARISONS[comparison](self.value, float(number)))

    def as_json(self) -> dict[str, Any]:
        """Return what the JSON file holds of it."""
        return {
            "name": self.name,
            "unit": self.unit,
            "value": self.value,
            "target": self.target or None,
            "met": self.met,
            "reference": self.peers,
            "rounds": self.rounds,
            "reference_rounds": self.reference,
            "load": self.load,
        }


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` (0 to 1) of the values do not exceed."""
    return sorted(values)[max(ceil(share * len(values)) - 1, 0)]
