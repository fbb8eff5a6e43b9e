"""Statistics: metrics, their intervals over seeds and groups, rare features. NumPy and SciPy only.

Frames of one video or faces of one picture hang together, so groups are resampled, never frames.
"""

from jaxticket.statistics.calibration import (
    Bin,
    brier_score,
    calibration_error,
    chance_error,
    reliability,
)
from jaxticket.statistics.calibration_interval import calibration_interval
from jaxticket.statistics.choosing import Choice, choose_on_test
from jaxticket.statistics.estimate import Estimate, estimate
from jaxticket.statistics.intervals import (
    interval_ends,
    mean_interval,
    paired_interval,
    retention_interval,
    seed_values,
)
from jaxticket.statistics.leave_out import is_right
from jaxticket.statistics.metrics import HITS_AT, METRICS, Metric, all_metrics, hits_at
from jaxticket.statistics.multiclass import (
    CLASS_METRICS,
    class_accuracy,
    class_recalls,
    confusion,
    macro_accuracy,
)
from jaxticket.statistics.multiplicity import holm
from jaxticket.statistics.rare import harm_to_rare, rarest, recall_by
from jaxticket.statistics.resampling import group_interval
from jaxticket.statistics.successive import successive_interval
from jaxticket.statistics.tail_bound import TailBound, groups_needed, share_interval, tail_bound
from jaxticket.statistics.temperature import fit_temperature
from jaxticket.statistics.values import value_interval
from jaxticket.statistics.videos import Videos, by_video

__all__ = [
    "CLASS_METRICS",
    "HITS_AT",
    "METRICS",
    "Bin",
    "Choice",
    "Estimate",
    "Metric",
    "TailBound",
    "Videos",
    "all_metrics",
    "brier_score",
    "by_video",
    "calibration_error",
    "calibration_interval",
    "chance_error",
    "choose_on_test",
    "class_accuracy",
    "class_recalls",
    "confusion",
    "estimate",
    "fit_temperature",
    "group_interval",
    "groups_needed",
    "harm_to_rare",
    "hits_at",
    "holm",
    "interval_ends",
    "is_right",
    "macro_accuracy",
    "mean_interval",
    "paired_interval",
    "rarest",
    "recall_by",
    "reliability",
    "retention_interval",
    "seed_values",
    "share_interval",
    "successive_interval",
    "tail_bound",
    "value_interval",
]
