"""A heatmap of densities as SVG: layers by levels, more colour for more weights left."""

import math
from collections.abc import Sequence

from markupsafe import Markup

ROW, TOP, BOTTOM, LEGEND = 15, 6, 34, 34
LONGEST_NAME = 22


def density_heatmap(
    layers: Sequence[str],
    levels: Sequence[str],
    densities: Sequence[Sequence[float]],
    alt: str,
    width: int = 640,
) -> Markup:
    """Return the share of weights left of each layer (row) at each level (column), as SVG.

    The colour goes with the logarithm of the density, from the least one that is there; a layer
    without a weight left is crossed out.

    Args:
        layers: names.
        levels: names, such as "80%".
        densities: in [0, 1], a row a layer.
        alt: what it shows, in words.
        width: in CSS pixels at full size.
    """
    left = 10 + 6.2 * max(len(short(name)) for name in layers)
    cell = (width - left - 4) / len(levels)
    least = min([d for row in densities for d in row if d > 0], default=1.0)
    height = TOP + ROW * len(layers) + BOTTOM + LEGEND
    parts = [
        Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(width, height, alt)
    ]
    for row, (name, values) in enumerate(zip(layers, densities, strict=True)):
        y = TOP + row * ROW
        parts.append(
            Markup('<text class="end small" x="{:.1f}" y="{}">{}<title>{}</title></text>').format(
                left - 5, y + 11, short(name), name
            )
        )
        for column, density in enumerate(values):
            x = left + column * cell
            parts.append(
                Markup(
                    '<rect class="heat" x="{:.1f}" y="{}" width="{:.1f}" height="{}" '
                    'fill-opacity="{:.3f}"><title>{}, {}: {:.2f}% left</title></rect>'
                ).format(
                    x, y, cell - 1, ROW - 1, strength(density, least),
                    name, levels[column], 100 * density,
                )
            )  # fmt: skip
            if density == 0:
                parts.append(
                    Markup('<path class="dead" d="M{:.1f} {}l{:.1f} {}"/>').format(
                        x, y, cell - 1, ROW - 1
                    )
                )
    bottom = TOP + ROW * len(layers)
    every = math.ceil(34 / cell)
    for column, name in enumerate(levels):
        if column % every == 0:
            parts.append(
                Markup('<text class="mid small" x="{:.1f}" y="{}">{}</text>').format(
                    left + (column + 0.5) * cell, bottom + 13, name
                )
            )
    parts.append(
        Markup('<text class="mid label" x="{:.1f}" y="{}">sparsity of the level</text>').format(
            (left + width) / 2, bottom + 28
        )
    )
    parts += _legend(left, bottom + BOTTOM + 8, least)
    return Markup("").join([*parts, Markup("</svg>")])


def strength(density: float, least: float) -> float:
    """Return the strength of the colour of a density, 1 where all is left and 0.08 at the least."""
    if density <= 0:
        return 0.0
    if least >= 1:
        return 1.0
    return 0.08 + 0.92 * (1 - math.log(density) / math.log(least))


def short(name: str) -> str:
    """Return a layer's name without what all have, its beginning cut off where it is long."""
    name = name.removesuffix("/kernel")
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"


def _legend(left: float, top: float, least: float) -> list[Markup]:
    parts = [
        Markup('<text class="end small" x="{:.1f}" y="{}">left</text>').format(left - 5, top + 10)
    ]
    stops = [least ** (step / 4) for step in range(5)] if least < 1 else [1.0]
    for place, density in enumerate(stops):
        x = left + 74 * place
        parts.append(
            Markup(
                '<rect class="heat" x="{:.1f}" y="{}" width="14" height="13" '
                'fill-opacity="{:.3f}"/><text class="small" x="{:.1f}" y="{}">{:.3g}%</text>'
            ).format(x, top, strength(density, least), x + 19, top + 10, 100 * density)
        )
    return parts
