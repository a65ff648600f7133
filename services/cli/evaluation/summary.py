"""All that an evaluation found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.report import Status
from services.cli.evaluation import calibration, scores
from services.cli.evaluation.calibration import Bin
from services.cli.evaluation.scores import Figures, Resample, Timing, Verdict


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures by group, and over all items those of confidence, status and time.

    `status` counts gold statuses (outer) by what was said (inner). `classifier_version` is the
    one stamped on the reports; it is None, as are the shares, where there is no report.
    """

    classifier_version: str | None
    groups: Mapping[str, Figures]
    reports: int
    calibration_error: float | None
    brier: float | None
    bins: Sequence[Bin]
    status: Mapping[Status, Mapping[Status, int]]
    microseconds: Timing
    unsampled: int  # items without a stratum, whose group their text decided


def summary(verdicts: Sequence[Verdict], resample: Resample) -> Summary:
    """Return the summary of an evaluation of at least one item."""
    made = calibration.claims(verdicts)
    bins = calibration.bins(made)
    versions = (report.classifier_version for v in verdicts for report in v.reports)
    return Summary(
        classifier_version=next(versions, None),
        groups={
            name: scores.figures(members, resample)
            for name, members in scores.groups(verdicts).items()
        },
        reports=len(made),
        calibration_error=calibration.calibration_error(bins),
        brier=calibration.brier(made),
        bins=bins,
        status=scores.confusion(verdicts),
        microseconds=scores.timing(verdicts),
        unsampled=sum(verdict.item.stratum is None for verdict in verdicts),
    )
