"""What a calibration found, as tables and plots that pages, pictures and terminals share."""

from collections.abc import Iterator, Sequence

import numpy as np

from jaxticket.calibration import WHOLE, Calibration, Unit, units_of
from jaxticket.calibration.record import Bin, Share, Threshold
from jaxticket.report.marks import MARKS, Mark
from jaxticket.report.page.axes import value_axis
from jaxticket.report.page.blocks import Table
from jaxticket.report.page.cells import Count, Ends
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.runs import Predictions
from jaxticket.runs.calibrations import scores_of
from jaxticket.text import count_text

REAL, FAKE = Mark(2, 0), Mark(1, 1, dash=1)
BINS = 30
BEYOND = 0.005
"""The share of a split's scores on either side that the outermost bins of a plot take in."""


def tables(calibration: Calibration, name: str) -> list[Table]:
    """Return what came out on test, the thresholds, and how far probabilities come true.

    Args:
        calibration: what is shown.
        name: how the names of the tables begin.
    """
    units = list(units_of(calibration))
    several = len(units) > 1
    test = [row for of, unit in units for row in _outcomes(of, unit, several)]
    exact = "in brackets exact 95% (Clopper, Pearson 1934)"
    return [
        Table(
            f"{name}_outcomes",
            f"Answers on test, shares of groups with one example each; {exact}",
            ("of" if several else "part", *OUTCOMES), test,
        ),
        Table(
            f"{name}_thresholds", "Thresholds, on scores: the log odds of fake",
            ("of", "temperature", "no sign found below", "signs of forgery above"),
            [(of, unit.temperature, _bound(unit.lower, "fake"), _bound(unit.upper, "real"))
             for of, unit in units],
        ),
        Table(
            f"{name}_errors",
            "Expected calibration error, 10 bins, before and after division by the temperature; "
            "in brackets 95% over groups; by chance: of probabilities that all are true",
            ("of", "split", "examples", "groups", "before", "after", "by chance"),
            [row for of, unit in units for row in _errors(of, unit)],
        ),
    ]  # fmt: skip


OUTCOMES = ("class", "groups", "signs of forgery", "cannot tell", "no sign found")


def _outcomes(of: str, unit: Unit, several: bool) -> Iterator[tuple]:
    """Yield what is answered: of the parts only where there are thresholds, and these of all."""
    parted = of in WHOLE and (unit.upper.value, unit.lower.value) != (None, None)
    for one in unit.test_outcomes:
        if not parted and one.by != "all":
            continue
        shares = (_share(each, one.groups) for each in (one.signs, one.cannot_tell, one.no_sign))
        part = one.name or "all"
        if several:
            part = f"{of}, {one.name}" if one.name else of
        yield (part, one.label, Count(one.groups), *shares)


def _share(share: Share, total: int) -> Ends:
    return Ends(share.count / total, share.low, share.high)


def _bound(bound: Threshold, kind: str) -> str:
    if bound.value is None:
        return f"never: {bound.groups} of {bound.needed} {kind} groups"
    return f"{bound.value:.3f} ({bound.groups} {kind} groups)"


def _errors(of: str, unit: Unit) -> Iterator[tuple]:
    for split, found in (("validation", unit.validation), ("test", unit.test)):
        if found is not None:
            before, after = (Ends(e.value, e.low, e.high) for e in (found.before, found.after))
            yield (of, split, Count(found.examples), Count(found.groups), before, after,
                   found.after.by_chance)  # fmt: skip


def plots(unit: Unit, test: Predictions, name: str) -> list[Plot]:
    """Return the reliability diagram, and the thresholds over the scores of test.

    Args:
        unit: of pictures, or of whole videos.
        test: predictions of the test split.
        name: of the unit, such as `videos`.
    """
    diagram = [
        Curve("real", [], marked=False, mark=REAL),
        Curve("fake", [], marked=False, mark=FAKE),
        Curve("test", _points(unit.test.bins if unit.test else [], "test"), mark=MARKS["ticket"]),
        Curve("as it should be", [Point(0, 0), Point(1, 1)], marked=False, mark=Mark(6, 10, 2)),
        Curve("validation", _points(unit.validation.bins, "validation"), mark=MARKS["validation"]),
    ]
    whole = value_axis("share of fakes (%)", [0, 1], limits=(0, 1), percent=True)
    said = value_axis("probability of fake (%)", [0, 1], limits=(0, 1), percent=True)
    words = "; ".join(
        f"{curve.name}: " + ", ".join(f"{100 * p.x:.0f}: {100 * p.y:.0f}" for p in curve.points)
        for curve in (diagram[2], diagram[4])
    )
    return [
        Plot("reliability", f"Share of fakes against the calibrated probability, percent; {words}",
             said, whole, diagram, better="nearer the diagonal is better"),
        _distribution(unit, test, name),
    ]  # fmt: skip


def _points(bins: Sequence[Bin], split: str) -> list[Point]:
    return [
        Point(one.probability, one.fakes, one.fakes_low, one.fakes_high,
              f"{split}, {count_text(one.count, 'example')}: probability "
              f"{100 * one.probability:.0f}%, fake {100 * one.fakes:.0f}%")
        for one in bins
    ]  # fmt: skip


def _distribution(unit: Unit, test: Predictions, name: str) -> Plot:
    shown = scores_of(test)
    if name.startswith("videos"):
        shown = shown.of_videos() or shown
    scores, fake = shown.scores, shown.fake
    limits = [bound.value for bound in (unit.lower, unit.upper) if bound.value is not None]
    ends = [*np.quantile(scores, (BEYOND, 1 - BEYOND)), *limits]
    x = value_axis("score (log odds of fake)", ends, least=1e-3)
    edges = np.linspace(x.low, x.high, BINS + 1)
    shares = {
        label: np.histogram(np.clip(scores[fake == label], x.low, x.high), edges)[0]
        / max(1, int((fake == label).sum()))
        for label in (False, True)
    }
    high = max(map(np.max, shares.values()))
    y = value_axis("share of the class (%)", [0, high], limits=(0, 1), percent=True)
    curves = [
        Curve("real", _steps(edges, shares[False]), marked=False, mark=REAL),
        Curve("fake", _steps(edges, shares[True]), marked=False, mark=FAKE),
        *(Curve(each, []) for each in ("test", "as it should be", "validation")),
    ]
    text = f"How often scores of real and of fake test {name} are where"
    for bound, words, colour in (
        (unit.lower, "no sign found below", REAL),
        (unit.upper, "signs of forgery above", FAKE),
    ):
        if bound.value is not None:
            at = [Point(bound.value, y.low), Point(bound.value, y.high)]
            look = Mark(colour.colour, colour.shape, dash=2 + (colour is FAKE))
            curves.append(Curve(words, at, marked=False, mark=look))
            text += f"; {words} {bound.value:.3g}"
    return Plot(f"scores of test {name}", text, x, y, curves)


def _steps(edges: np.ndarray, shares: np.ndarray) -> list[Point]:
    """Return the outline of a histogram, down to 0 at both ends."""
    xs, ys = np.repeat(edges, 2), np.concatenate([[0], np.repeat(shares, 2), [0]])
    return [Point(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
