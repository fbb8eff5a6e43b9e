"""Figures that were published: could they have come out of these scores?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.auditing.figures import FRAMES, METRICS, VIDEOS, Figure
from jaxticket.statistics import Estimate

SHORT = {"acc": "accuracy", "bacc": "balanced_accuracy", "ap": "average_precision"}
UNITS = {"video": VIDEOS, "videos": VIDEOS, "frame": FRAMES, "frames": FRAMES}


@dataclass(frozen=True)
class Wanted:
    """A published figure.

    Attributes:
        model: its name; empty for every model.
        unit: frames or videos; empty for the one that is shown first.
        metric: such as auc.
        value: in [0, 1].
    """

    model: str
    unit: str
    metric: str
    value: float


@dataclass(frozen=True)
class Published:
    """A published figure beside ours.

    Attributes:
        wanted: what was published.
        figure: ours.
        one_training: from and to what one more training would come on these very examples, by how
            much the seeds differ; None with one seed.
        inside: whether it lies in either interval; None without any.
        words: the answer, as a sentence.
    """

    wanted: Wanted
    figure: Figure
    one_training: tuple[float, float] | None
    inside: bool | None
    words: str


def read_published(texts: Sequence[str]) -> list[Wanted]:
    """Read `auc:0.993`, `video_auc:0.998` or `MODEL/eer:0.04`; values above 1 are percents.

    Raises:
        ValueError: a text is of another form.
    """
    found = []
    for text in texts:
        name, colon, number = text.rpartition(":")
        model, _, metric = name.rpartition("/")
        head, _, rest = metric.partition("_")
        unit = UNITS.get(head, "")
        metric = rest if unit else metric
        metric = SHORT.get(metric, metric)
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not colon or metric not in METRICS or not 0 <= value <= 100:
            raise ValueError(
                f"--published={text}: write the metric and its value, such as auc:0.993, "
                f"video_auc:0.998 or MODEL/eer:0.04; metrics are {', '.join(METRICS)}"
            )
        found.append(Wanted(model, unit, metric, value if value <= 1 else value / 100))
    return found


def judge_published(
    wanted: Sequence[Wanted], models: Mapping[str, Sequence[Figure]]
) -> list[Published]:
    """Return each published figure beside ours.

    Args:
        wanted: what was published.
        models: name -> figures, those of the unit that is shown first in front.

    Raises:
        ValueError: it is of a model, or of a unit, that is not here.
    """
    found = []
    for one in wanted:
        if one.model and one.model not in models:
            raise ValueError(
                f"--published names the model {one.model}; here are {', '.join(models)}"
            )
        for name in [one.model] if one.model else models:
            ours = [f for f in models[name] if (f.by, f.metric) == ("all", one.metric)]
            figure = next((f for f in ours if one.unit in ("", f.unit)), None)
            if figure is None:
                units = ", ".join(f.unit for f in ours)
                raise ValueError(f"--published asks for {one.unit}, and {name} has {units} only")
            found.append(_judge(one, figure))
    return found


def _judge(wanted: Wanted, figure: Figure) -> Published:
    ours = figure.estimate
    training = one_more_training(figure.values)
    reaches = [ends for ends in ((ours.low, ours.high), training) if ends and not np.isnan(ends[0])]
    inside = any(low <= wanted.value <= high for low, high in reaches) if reaches else None
    return Published(wanted, figure, training, inside, _words(wanted.value, ours, reaches, inside))


def one_more_training(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95% prediction interval of one more seed on the same examples; None with one."""
    if len(values) < 2:
        return None
    from scipy.special import stdtrit

    count = len(values)
    half = float(stdtrit(count - 1, 0.975)) * np.std(values, ddof=1) * np.sqrt(1 + 1 / count)
    mean = float(np.mean(values))
    return max(mean - half, 0.0), min(mean + half, 1.0)


def _words(
    value: float, ours: Estimate, reaches: Sequence[tuple[float, float]], inside: bool | None
) -> str:
    if inside is None:
        return "cannot be judged: there is no interval"
    if inside:
        return "inside what could have come out"
    side = "above" if value > ours.value else "below"
    return f"{side} what could have come out"
