"""The plots of an audit's page."""

from experiments.auditing.findings import Audit
from jaxticket.report.page.axes import value_axis
from jaxticket.report.page.blocks import Panels
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.statistics import Bin
from jaxticket.text import HIGHER, is_interval


def roc_curves(audit: Audit) -> Panels:
    """Return the ROC of every model, all of it and its left end."""
    curves = [
        Curve(
            model.name,
            [Point(float(x), float(y)) for x, y in zip(*model.curve, strict=True)],
            marked=False,
        )
        for model in audit.models
    ]
    every = value_axis("false alarms", [0.0, 1.0], limits=(0.0, 1.0))
    few = value_axis("false alarms", [0.0, 0.1], limits=(0.0, 0.1))
    hits = value_axis("true positives", [0.0, 1.0], limits=(0.0, 1.0))
    near = [
        Curve(c.name, [point for point in c.points if point.x <= few.high], marked=False)
        for c in curves
    ]
    return Panels(
        "ROC",
        [
            Plot(
                "All of it",
                "True positives against false alarms",
                every,
                hits,
                curves,
                better=HIGHER,
            ),
            Plot(
                "Up to 10% false alarms", "The same, its left end", few, hits, near, better=HIGHER
            ),
        ],
        f"By {audit.models[0].unit}; means over seeds at equal false alarms.",
    )


def reliability_curves(audit: Audit) -> Panels:
    """Return the share of fakes against the probability, of every model."""
    curves = [
        Curve(
            model.name,
            [_point(model.name, b) for b in model.calibration.bins],
        )
        for model in audit.models
    ]  # fmt: skip
    truth = Curve("true probabilities", [Point(0.0, 0.0), Point(1.0, 1.0)], marked=False)
    said, came = [
        value_axis(text, [0.0, 1.0], limits=(0.0, 1.0))
        for text in ("probability of fake, mean of the bin", "share that is fake")
    ]
    return Panels(
        "Reliability",
        [
            Plot(
                "Bins of 0.1",
                "The share of fakes against the probability",
                said,
                came,
                [*curves, truth],
            )
        ],
        f"Bars are 95% over seeds and {audit.grouped_by}.",
    )


def _point(name: str, found: Bin) -> Point:
    note = f"{name}: {found.count:,} at {found.low:.1f} to {found.high:.1f}"
    value, low, high = found.fakes.ends
    if not is_interval((low, high)):
        return Point(found.probability, value, note=note)
    return Point(found.probability, value, low, high, note)
