"""A video's faces over time, as a picture: every look, the mean, and the thresholds it is held to.

Heights are log odds divided by the calibration's temperature, labelled by their probabilities: the
mean of a face is the mean of what is drawn.
"""

import io
import math
import warnings
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments.detecting.curves import Curve, Curves, curves_of
from experiments.detecting.findings import Face, Finding
from experiments.detecting.overlays import COLOURS, percent
from jaxticket.calibration import CANNOT_TELL, NO_SIGN, SIGNS, Unit
from jaxticket.report.marks import LIGHT, SHAPES, by_place

if TYPE_CHECKING:  # imported where it draws, so that detect begins sooner
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_FACES = 8
"""Drawn."""
HIGHEST = 9.3
"""Log odds, 99.99%: what is further from 0 is drawn there."""
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800)
"""Between marks of the time, seconds."""


def timeline(finding: Finding, units: Sequence[Unit | None]) -> bytes:
    """Return the timeline of a video as PNG, 1,430 x 676 pixels.

    Args:
        finding: of the video, with a face at least.
        units: the calibration that each of its faces was judged by. Bands are those of the face
            with the most looks; without a calibration there are none.
    """
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # of a file's name
        draw_timeline(finding, units).savefig(file, format="png", dpi=130)
    return file.getvalue()


def draw_timeline(finding: Finding, units: Sequence[Unit | None]) -> "Figure":
    """Return the timeline as Matplotlib's figure, see `timeline`."""
    from matplotlib.figure import Figure

    judged = list(zip(finding.faces, units, strict=True))
    _, unit = max(judged, key=lambda each: len(each[0].looks))
    highest = sorted(judged, key=lambda each: -each[0].score)[:MOST_FACES]
    drawn = [_Drawn.of(*each, unit) for each in sorted(highest, key=lambda each: each[0].number)]
    end = max(look.seconds for face in finding.faces for look in face.looks)
    curves = curves_of([each.face for each in drawn], [each.temperature for each in drawn], end)

    figure = Figure(figsize=(11, 5.2), layout="constrained")
    axes, means = figure.subplots(1, 2, sharey=True, width_ratios=(14, 1))
    limit = _limit(curves.each, drawn, unit)
    _scale(axes, limit, calibrated=unit is not None)
    _time(axes, end)
    _bands((axes, means), limit, unit)
    for place, (face, curve) in enumerate(zip(drawn, curves.each, strict=True)):
        _draw(axes, place, curve)
        _mean(means, place, face)
    means.set(xlim=(-1, len(drawn)), xticks=[], xlabel="mean,\n95%")
    means.tick_params(left=False, labelleft=False)
    _name(means, drawn, limit)
    axes.set_title(_title(finding), fontsize=11, loc="left", parse_math=False)
    others = any(each.other for each in drawn)
    said = _caption(len(finding.faces), unit, curves, others)
    figure.supxlabel(said, fontsize=8, color="0.3")
    return figure


class _Drawn(NamedTuple):
    """A face as it is drawn.

    Attributes:
        face: it.
        temperature: that its scores are divided by.
        low, mean, high: of its looks, where they are drawn.
        other: whether it was judged by other thresholds than those that are drawn.
    """

    face: Face
    temperature: float
    low: float
    mean: float
    high: float
    other: bool

    @classmethod
    def of(cls, face: Face, own: Unit | None, drawn: Unit | None) -> "_Drawn":
        """Return a face that was judged by `own`, where bands are those of `drawn`."""
        temperature = 1.0 if own is None else own.temperature
        edges = (face.score if edge is None else edge for edge in (face.low, face.score, face.high))
        low, mean, high = _shown(np.array(list(edges)) / temperature).tolist()
        return cls(face, temperature, low, mean, high, own != drawn)


def _limit(curves: Sequence[Curve], faces: Sequence[_Drawn], unit: Unit | None) -> float:
    """Return up to where the axis goes, on both sides of 0."""
    values = [part for curve in curves for part in curve[1:] if part is not None]
    values.append(np.array([edge for face in faces for edge in (face.low, face.high)]))
    if unit is not None:
        edges = [each.value for each in (unit.lower, unit.upper) if each.value is not None]
        values.append(np.array(edges) / unit.temperature)
    furthest = float(np.nanmax(np.abs(np.concatenate(values))))
    return min(max(3.0, furthest + 0.7), HIGHEST + 0.2)


def _shown(values: np.ndarray) -> np.ndarray:
    return np.clip(values, -HIGHEST, HIGHEST)


def _scale(axes: "Axes", limit: float, calibrated: bool) -> None:
    chances = [1e-4, 1e-3, 1e-2, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999]
    if limit < 4:
        chances += [0.25, 0.75]
    marks = {math.log(p / (1 - p)): f"{100 * p:g}%" for p in sorted(chances)}
    marks = {at: text for at, text in marks.items() if abs(at) <= limit}
    axes.set_yticks(list(marks), list(marks.values()), fontsize=9)
    axes.set_ylim(-limit, limit)
    axes.set_ylabel(
        "calibrated probability of fake, log odds scale"
        if calibrated
        else "uncalibrated: sigmoid of the logit, log odds scale"
    )
    axes.grid(axis="y", color="0.88", linewidth=0.6)
    axes.set_axisbelow(True)


def _time(axes: "Axes", end: float) -> None:
    step = next((step for step in STEPS if end / step <= 10), math.ceil(end / 10))
    marks = np.arange(0, end + 1e-9, step)
    axes.set_xticks(marks, [clock(mark, end) for mark in marks], fontsize=9)
    margin = max(end, 0.1) * 0.015
    axes.set_xlim(-margin, end + margin)
    minutes = "minutes:seconds" if end < 3600 else "hours:minutes:seconds"
    axes.set_xlabel("seconds" if end < 120 else minutes)


def clock(seconds: float, end: float) -> str:
    """Return a time as text, of a video that ends at `end` seconds: 7, 1:07 or 0:01:07."""
    if end < 120:
        return f"{seconds:g}"
    minutes, rest = divmod(round(seconds), 60)
    hours = f"{minutes // 60}:{minutes % 60:02d}"
    return f"{minutes if end < 3600 else hours}:{rest:02d}"


def _bands(both: Sequence["Axes"], limit: float, unit: Unit | None) -> None:
    """Colour what the mean of a face is answered with, as far as there are thresholds."""
    if unit is None:
        return
    lower, upper = (
        None if each.value is None else float(_shown(np.array(each.value / unit.temperature)))
        for each in (unit.lower, unit.upper)
    )
    low, high = -limit if lower is None else lower, limit if upper is None else upper
    narrow = high - low < limit / 5
    for answer, edges, at, side, left in (
        (NO_SIGN, (-limit, low), low, "top", 0.01),
        (CANNOT_TELL, (low, high), (low + high) / 2, "center", 0.25 if narrow else 0.01),
        (SIGNS, (high, limit), high, "bottom", 0.01),
    ):
        if edges[0] == edges[1]:
            continue
        for axes in both:
            axes.axhspan(*edges, color=COLOURS[answer], alpha=0.22, linewidth=0, zorder=0)
        both[0].annotate(
            answer, (left, at), xycoords=("axes fraction", "data"), textcoords="offset points",
            xytext=(0, {"top": -4, "bottom": 4}.get(side, 0)), va=side, fontsize=9, style="italic",
            bbox={"facecolor": "white", "alpha": 0.6, "pad": 1, "linewidth": 0}, zorder=5,
        )  # fmt: skip
    for axes in both:
        for threshold in (each for each in (lower, upper) if each is not None):
            axes.axhline(threshold, color="0.25", linewidth=0.9, zorder=1)


def _draw(axes: "Axes", place: int, curve: Curve) -> None:
    mark = by_place(place)
    colour, shape = LIGHT[mark.colour], SHAPES[mark.shape][0]
    if curve.low is not None and curve.high is not None:
        low, high = _shown(curve.low), _shown(curve.high)
        axes.fill_between(curve.seconds, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.plot(
        curve.seconds, _shown(curve.values), color=colour, linewidth=1.1, marker=shape,
        markersize=3, markeredgewidth=0, clip_on=False, zorder=3,
    )  # fmt: skip


def _mean(axes: "Axes", place: int, face: _Drawn) -> None:
    mark = by_place(place)
    axes.errorbar(
        [place], [face.mean], yerr=[[face.mean - face.low], [face.high - face.mean]],
        color=LIGHT[mark.colour], marker=SHAPES[mark.shape][0], markersize=6, capsize=3,
        elinewidth=1.4, zorder=3,
    )  # fmt: skip


def _name(axes: "Axes", drawn: Sequence[_Drawn], limit: float) -> None:
    """Write every face's name and answer to the right of its mean, none over another."""
    order = sorted(range(len(drawn)), key=lambda at: drawn[at].face.score / drawn[at].temperature)
    wanted = [drawn[place].mean for place in order]
    heights = spread(wanted, -limit, limit, 2 * limit / (MOST_FACES + 0.5))
    for place, at, height in zip(order, wanted, heights, strict=True):
        face, colour = drawn[place].face, LIGHT[by_place(place).colour]
        interval = ""
        if face.probability_low is not None and face.probability_high is not None:
            interval = f" [{percent(face.probability_low)}, {percent(face.probability_high)}]"
        axes.annotate(
            f"face {face.number}: fake {percent(face.probability)}{interval}\n"
            f"{face.answer or 'not calibrated'}{' *' * drawn[place].other}",
            (place, at), xytext=(1.35, height), textcoords=("axes fraction", "data"), fontsize=8.5,
            va="center", color=colour, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkB": 4,
                        "relpos": (0, 0.5)},
        )  # fmt: skip


def spread(wanted: Sequence[float], low: float, high: float, apart: float) -> list[float]:
    """Return heights near those wanted, `apart` from each other, within `low` and `high`.

    Args:
        wanted: ascending.
        low: half of `apart` below the lowest.
        high: half of `apart` above the highest, if there is room for all.
        apart: least distance.
    """
    heights: list[float] = []
    for at in wanted:
        heights.append(max(at, heights[-1] + apart if heights else low + apart / 2))
    above = high + apart / 2
    for place in reversed(range(len(heights))):
        above = heights[place] = min(heights[place], above - apart)
    return heights


def _title(finding: Finding) -> str:
    name = PurePath(finding.path).name
    name = name if len(name) <= 60 else f"{name[:40]}...{name[-17:]}"
    return f"{name}: {finding.answer}" if finding.answer else name


def _caption(count: int, unit: Unit | None, curves: Curves, others: bool) -> str:
    said = ["Points are frames looked at", "lines break where a face is not seen"]
    if curves.step is not None:
        said[0] += f", {curves.step:.3g} s apart"
    if curves.part is not None:
        said[0] = (
            f"Points are means over {curves.part:.3g} s, shaded from the least look to the greatest"
        )
    if unit is not None:
        said.append("bands are what a face's mean is answered with")
        if unit.upper.value is None or unit.lower.value is None:
            said.append("a threshold is missing: validation had too few groups")
    if any(np.nanmax(np.abs(curve.values)) > HIGHEST for curve in curves.each):
        said.append("what lies beyond 99.99% is drawn there")
    if count > MOST_FACES:
        said.append(f"{MOST_FACES} of {count} faces, those that score highest")
    if others:
        said[-1] += "\n* few looks: answered by the thresholds of single pictures, not drawn here"
    return "; ".join(said) + "."
