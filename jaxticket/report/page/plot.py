"""A plot as SVG, in the page's own colours: lines with intervals, bands, reference lines.

Colours are CSS variables, so that one drawing serves light, dark and paper; what they and markers
are is in `jaxticket.report.marks`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from jaxticket.report.marks import DASHES, SHAPES, Mark, by_place
from jaxticket.report.page.axes import Axis, even_in_rounds
from jaxticket.report.page.cells import is_number
from jaxticket.text import interval_text

RIGHT, TOP, BOTTOM = 10, 10, 42
LABEL, LETTER, GAP = 20, 6.6, 6


@dataclass(frozen=True)
class Point:
    """A point, with its interval where there is one.

    Attributes:
        x: on the horizontal axis.
        y: on the vertical one.
        low: lower end.
        high: upper end.
        note: what a pointer over it says.
    """

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Curve:
    """A named series of points.

    Attributes:
        name: in the legend.
        points: from left to right.
        line: whether they are joined.
        marked: whether each has its marker.
        mark: how it looks, of `jaxticket.report.marks`; None: by its place among the curves.
    """

    name: str
    points: Sequence[Point]
    line: bool = True
    marked: bool = True
    mark: Mark | None = None


@dataclass(frozen=True)
class Plot:
    """Curves between two axes.

    Attributes:
        title: above the plot.
        alt: what it shows, in words.
        x: the horizontal axis.
        y: the vertical axis.
        curves: drawn in order.
        lines: horizontal reference lines, value and name.
        band: from and to a value, behind all.
        size: width and height, in CSS pixels at full size.
        better: which direction is good, such as `higher is better`.
    """

    title: str
    alt: str
    x: Axis
    y: Axis
    curves: Sequence[Curve]
    lines: Sequence[tuple[float, str]] = ()
    band: tuple[float, float] | None = None
    size: tuple[int, int] = field(default=(440, 270))
    better: str = ""

    @property
    def svg(self) -> Markup:
        """The drawing."""
        return draw(self)


def level_point(
    name: str, sparsity: float, value: float | None, low: float | None, high: float | None
) -> Point | None:
    """Return the point of a level, its value a share, on an axis that is even in rounds.

    Args:
        name: of the curve, for the note.
        sparsity: of the level.
        value: in [0, 1]; without a finite one there is no point.
        low: lower end; without two finite ends the point has no interval.
        high: upper end.
    """
    if not is_number(value):
        return None
    ends = (low, high) if is_number(low) and is_number(high) else (None, None)
    percents = (None if end is None else 100 * end for end in (value, *ends))
    note = f"{name}, {sparsity:.1%} pruned: {interval_text(*percents, digits=1)}"
    return Point(even_in_rounds(sparsity), value, *ends, note)


def draw(plot: Plot) -> Markup:
    """Return a plot as SVG."""
    width, height = plot.size
    # The label of the axis, its widest tick, and the gap between ticks and plot.
    left = round(LABEL + LETTER * max((len(text) for _, text in plot.y.ticks), default=0) + GAP)
    right, bottom = width - RIGHT, height - BOTTOM

    def at_x(value: float) -> float:
        return left + plot.x.share(value) * (right - left)

    def at_y(value: float) -> float:
        return bottom - plot.y.share(value) * (bottom - TOP)

    parts = [
        Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            width, height, f"{plot.alt}; {plot.better}" if plot.better else plot.alt
        )
    ]
    if plot.band:
        low, high = sorted(at_y(value) for value in plot.band)
        parts.append(
            Markup('<rect class="band" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>').format(
                left, low, right - left, max(high - low, 1)
            )
        )
    for value, text in plot.y.ticks:
        parts.append(
            Markup(
                '<path class="grid" d="M{0} {1:.1f}H{2}"/>'
                '<text class="end" x="{3}" y="{4:.1f}">{5}</text>'
            ).format(left, at_y(value), right, left - GAP, at_y(value) + 4, text)
        )
    for value, text in plot.x.ticks:
        parts.append(
            Markup(
                '<path class="tick" d="M{0:.1f} {1}v4"/>'
                '<text class="mid" x="{0:.1f}" y="{2}">{3}</text>'
            ).format(at_x(value), bottom, bottom + 16, text)
        )
    parts.append(Markup('<path class="axis" d="M{} {}H{}"/>').format(left, bottom, right))
    parts.append(
        Markup('<text class="mid label" x="{:.1f}" y="{}">{}</text>').format(
            (left + right) / 2, height - 8, plot.x.label
        )
    )
    parts.append(
        Markup(
            '<text class="mid label" transform="translate(12 {:.1f}) rotate(-90)">{}</text>'
        ).format((TOP + bottom) / 2, plot.y.label)
    )
    inside = [line for line in plot.lines if plot.y.low <= line[0] <= plot.y.high]
    for value, _ in inside:
        line = Markup('<path class="reference" d="M{0} {1:.1f}H{2}"/>')
        parts.append(line.format(left, at_y(value), right))
    bars: list[tuple[float, float, float]] = []
    for number, curve in enumerate(plot.curves):
        look = look_of(number, curve)
        # Side by side, so that intervals at one place do not hide each other.
        shift = (number - (len(plot.curves) - 1) / 2) * min(4.0, 14 / len(plot.curves))
        shift = shift if any(point.low is not None for point in curve.points) else 0.0
        places = [(at_x(point.x) + shift, at_y(point.y)) for point in curve.points]
        parts.append(Markup('<g data-curve="{}" class="c{}">').format(number, look.colour))
        for (x, _), point in zip(places, curve.points, strict=True):
            if point.low is not None and point.high is not None:
                low, high = at_y(point.low), at_y(point.high)
                bars.append((x, high, low))
                parts.append(
                    Markup('<path class="bar" d="M{0:.1f} {1:.1f}V{2:.1f}"/>').format(x, low, high)
                )
        if curve.line and len(places) > 1:
            path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
            parts.append(
                Markup('<path class="line" stroke-dasharray="{}" d="M{}"/>').format(
                    DASHES[look.dash], path
                )
            )
        if curve.marked or len(places) == 1:  # a single point has no line to be seen by
            for (x, y), point in zip(places, curve.points, strict=True):
                parts.append(symbol(look, x, y, point.note))
        parts.append(Markup("</g>"))
    for value, name in inside:
        text = Markup('<text class="end small halo" x="{}" y="{:.1f}">{}</text>')
        y = at_y(value) + (-4 if value >= 0 else 12)
        parts.append(text.format(_clear_end(name, left, right, y, bars), y, name))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _clear_end(
    name: str, left: int, right: int, y: float, bars: Sequence[tuple[float, float, float]]
) -> int:
    """Return where a label ends, as far right as no bar (x, top, bottom) crosses it."""
    width = round(LETTER * len(name))
    ends = (
        end
        for end in range(right, left + width, -4)
        if not any(
            end - width - 4 < x < end + 4 and top < y and bottom > y - 9 for x, top, bottom in bars
        )
    )
    return next(ends, right)


def look_of(number: int, curve: Curve) -> Mark:
    """Return how a curve looks: its own mark, or that of its place."""
    return curve.mark or by_place(number, marked=curve.marked, line=curve.line)


def symbol(mark: Mark, x: float, y: float, note: str = "") -> Markup:
    """Return the marker of a point."""
    shape = SHAPES[mark.shape][1].format(f"{x:.1f}", f"{y:.1f}")
    title = Markup("<title>{}</title>").format(note) if note else Markup("")
    return Markup('<path class="mark{}" d="{}">{}</path>').format(
        " hollow" if mark.hollow else "", shape, title
    )


def key(number: int, curve: Curve) -> Markup:
    """Return a small drawing of how a curve looks, for the legend."""
    look = look_of(number, curve)
    line = Markup('<path class="line" stroke-dasharray="{}" d="M1 7H27"/>').format(
        DASHES[look.dash]
    )
    return Markup('<svg class="key c{}" viewBox="0 0 28 14" aria-hidden="true">{}{}</svg>').format(
        look.colour, line if curve.line else "", symbol(look, 14, 7) if curve.marked else ""
    )
