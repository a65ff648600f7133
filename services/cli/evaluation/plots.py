"""The plots of an evaluation, as PNG."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from schemas.report import Category, Status
from services.cli.evaluation.calibration import BINS, Point, claims, curve
from services.cli.evaluation.scores import Verdict
from services.cli.evaluation.summary import Summary

# Okabe and Ito's colours, which the colour-blind tell apart (jfly.uni-koeln.de/color, 2008), and a
# dash for each, for print.
_LOOKS: Final = {
    Category.MISSILE_LAUNCH: ("#D55E00", "-"),
    Category.BALLOON_LAUNCH: ("#0072B2", (0, (5, 1.5))),
    Category.SUMMIT: ("#009E73", (0, (1.2, 1.2))),
    Category.EXERCISE: ("#CC79A7", (0, (6, 1.5, 1.2, 1.5))),
}
_INK: Final = "#333333"
_SOFT: Final = "#666666"
_FAINT: Final = "#AAAAAA"
_BLUE: Final = "#0072B2"
_DARK: Final = 0.6  # share of a shade on which only white can be read
_Z: Final = 1.96  # standard deviations on either side of 95 %
_STYLE: Final[dict[Any, Any]] = {
    "font.size": 10,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E8E8E8",
    "figure.constrained_layout.h_pad": 0.12,  # inches
    "figure.constrained_layout.w_pad": 0.12,
    "legend.frameon": False,
    "savefig.dpi": 150,
}


def write(directory: Path, verdicts: Sequence[Verdict], found: Summary) -> Iterator[Path]:
    """Write the plots into a folder, which is made where it is missing; yield the path of each."""
    directory.mkdir(parents=True, exist_ok=True)
    curves = {category: curve(verdicts, category) for category in Category}
    with rc_context(_STYLE):
        drawn = {
            "reliability": reliability(found, [sure for sure, _ in claims(verdicts)]),
            "precision-recall": precision_recall(curves),
            "f1-by-threshold": f1_by_threshold(curves),
            "status": status(found.status),
        }
        for name, figure in drawn.items():
            path = directory / f"{name}.png"
            figure.savefig(path)
            yield path


def reliability(found: Summary, confidences: Sequence[float]) -> Figure:
    """Draw the share right of reports by confidence, above how often each confidence is said."""
    figure = Figure(figsize=(6.4, 7.4), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    _title(
        upper,
        "Are reports as right as they are sure?",
        f"expected calibration error {_shown(found.calibration_error)}, "
        f"{found.reports:,} reports, {found.reports // BINS:,} or one more in each bin",
    )
    upper.plot(
        [0, 1], [0, 1], color=_FAINT, linestyle="--", linewidth=1, label="perfectly calibrated"
    )
    sure, right = [b.confidence for b in found.bins], [b.right for b in found.bins]
    bounds = [wilson(b.right, b.reports) for b in found.bins]
    upper.vlines(
        sure, *(zip(*bounds, strict=True) if bounds else ([], [])),
        color=_BLUE, alpha=0.3, linewidth=3, label="95 % interval",
    )  # fmt: skip
    upper.plot(sure, right, "o-", color=_BLUE, linewidth=1.2, clip_on=False, label="one bin")
    upper.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="share right, 0 to 1")
    upper.legend(loc="upper left")
    lower.hist(confidences, bins=[edge / 20 for edge in range(21)], color=_BLUE, rwidth=0.9)
    lower.set(xlabel="confidence, 0 to 1", ylabel="reports")
    return figure


def precision_recall(curves: Mapping[Category, Sequence[Point]]) -> Figure:
    """Draw precision against recall by category, from the surest reports to all of them."""
    figure, axes = _square()
    _title(axes, "Precision and recall", "from the surest reports (left) to all of them (dot)")
    for category, points in _drawable(curves):
        colour, dash = _LOOKS[category]
        recall = [point.score.recall for point in points]
        precision = [point.score.precision for point in points]
        label = f"{_words(category)}, {points[-1].score.positives:,} items"
        axes.plot(recall, precision, color=colour, linestyle=dash, linewidth=1.8, label=label)
        axes.plot(recall[-1], precision[-1], "o", color=colour)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="recall, 0 to 1", ylabel="precision, 0 to 1")
    axes.set_aspect("equal")
    _legend(axes)
    return figure


def f1_by_threshold(curves: Mapping[Category, Sequence[Point]]) -> Figure:
    """Draw F1 by category if only reports of a threshold's confidence and above were made."""
    figure, axes = _square()
    _title(axes, "F1 by threshold", "counting only reports at least as sure; dots mark the best")
    for category, points in _drawable(curves):
        colour, dash = _LOOKS[category]
        rising = [0.0, *(point.threshold for point in reversed(points))]
        f1 = [points[-1].score.f1, *(point.score.f1 for point in reversed(points))]
        best = max(points, key=lambda point: point.score.f1)
        label = f"{_words(category)}, {best.score.f1:.2f} at {best.threshold:.2f}"
        axes.step(rising, f1, where="pre", color=colour, linestyle=dash, linewidth=1.8, label=label)
        axes.plot(best.threshold, best.score.f1, "o", color=colour)
    axes.set(
        xlim=(0, 1), ylim=(0, 1.02), xlabel="threshold on confidence, 0 to 1", ylabel="F1, 0 to 1"
    )
    _legend(axes)
    return figure


def status(counts: Mapping[Status, Mapping[Status, int]]) -> Figure:
    """Draw what was said of each status: counts, and shares of the labelled ones as shades."""
    figure, axes = _square()
    _title(axes, "Status", "categories both said and true: how many, and which share of a row")
    totals = {true: sum(said.values()) for true, said in counts.items()}
    shares = [[n / (totals[true] or 1) for n in said.values()] for true, said in counts.items()]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, said in enumerate(counts.values()):
        for column, n in enumerate(said.values()):
            share = shares[row][column]
            axes.text(
                column, row, f"{n:,}\n{100 * share:.0f} %", ha="center", va="center", fontsize=13,
                color="white" if share > _DARK else _INK,
            )  # fmt: skip
    names = [_words(name) for name in Status]
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="said", ylabel="labelled")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    return figure


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share of so many, at least one (JASA 22, 1927)."""
    spread = _Z * math.sqrt(share * (1 - share) / count + (_Z / (2 * count)) ** 2)
    middle, scale = share + _Z**2 / (2 * count), 1 + _Z**2 / count
    return (middle - spread) / scale, (middle + spread) / scale


def _drawable(
    curves: Mapping[Category, Sequence[Point]],
) -> Iterator[tuple[Category, Sequence[Point]]]:
    """Yield the categories that gold has and that were reported."""
    for category, points in curves.items():
        if points and points[-1].score.positives:
            yield category, points


def _square() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.4, 6.2), layout="constrained")
    return figure, figure.subplots()


def _legend(axes: Axes) -> None:
    if axes.lines:
        axes.legend(loc="lower left")
    else:
        axes.text(0.5, 0.5, "nothing was reported", ha="center", color=_SOFT)


def _title(axes: Axes, title: str, below: str) -> None:
    axes.set_title(title, pad=26)
    axes.annotate(
        below, (0, 1), xytext=(0, 9), xycoords="axes fraction", textcoords="offset points",
        color=_SOFT,
    )  # fmt: skip


def _words(code: str) -> str:
    return code.replace("_", " ")


def _shown(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.3f}"
