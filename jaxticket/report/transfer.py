"""The transfer matrices of a study as a picture: source by target, a panel for each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jaxticket.statistics import Estimate
from jaxticket.text import interval_text

COLOURS = "cividis"
"""Even in lightness and hue for the colour-blind (Nunez, Anderton, Renslow 2018)."""
CHANCE, PERFECT = 0.5, 1.0
LONGEST = 16
"""Characters of a data set's name in the picture."""
DARK = 0.55
"""Below this share of the scale cells are dark, and their text is white."""


@dataclass(frozen=True)
class Matrix:
    """One kind of transfer of one network.

    Attributes:
        network: model and sparsity; matrices of the same one stand in a row.
        kind: of transfer, in words; matrices of the same one stand in a column.
        cells: (source, target) -> AUC.
    """

    network: str
    kind: str
    cells: Mapping[tuple[str, str], Estimate]


def transfer_figure(matrices: Sequence[Matrix], sets: Sequence[str], note: str, path: Path) -> None:
    """Draw the matrices as PNG; value, interval and seeds stand in each cell.

    Args:
        matrices: at least one.
        sets: names of the data sets, in order: rows are sources, columns targets.
        note: what the intervals are of, and whether the data are synthetic.
        path: of the PNG.
    """
    import matplotlib
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

    networks = list(dict.fromkeys(matrix.network for matrix in matrices))
    kinds = list(dict.fromkeys(matrix.kind for matrix in matrices))
    place = {(matrix.network, matrix.kind): matrix for matrix in matrices}
    scale = ScalarMappable(Normalize(CHANCE, PERFECT, clip=True), COLOURS)
    count, labels = len(sets), short_names(sets)
    with matplotlib.rc_context({"font.size": 9}):
        size = (1.35 * count * len(kinds) + 2.6, (1.05 * count + 0.75) * len(networks) + 1.1)
        figure = Figure(figsize=size, layout="constrained")
        grid = figure.subplots(len(networks), len(kinds), squeeze=False)
        for (row, network), (column, kind) in (
            (r, k) for r in enumerate(networks) for k in enumerate(kinds)
        ):
            axes = grid[row][column]
            if (network, kind) not in place:
                axes.axis("off")
                continue
            _draw(axes, place[network, kind], sets, scale)
            first = not any((network, earlier) in place for earlier in kinds[:column])
            axes.set_title(f"{network}\n{kind}", fontsize=9)
            axes.set_yticks(
                range(count), labels if first else [""] * count, rotation=90, va="center"
            )
            if first:
                axes.set_ylabel("source: found on")
            axes.set_xticks(range(count), labels)
            axes.set_xlabel("target: tested on")
        bar = figure.colorbar(scale, ax=grid, extend="min", shrink=0.8, pad=0.02)
        bar.set_label("AUC (0.5: chance)")
        figure.suptitle(note, fontsize=9)
        figure.savefig(path, dpi=130)


def short_names(sets: Sequence[str]) -> list[str]:
    """Return names that fit beside a cell: of long ones, such as paths, the end.

    Those that would then be alike are numbered.
    """
    names = [name if len(name) <= LONGEST else f"…{name[1 - LONGEST :]}" for name in sets]
    alike = len(set(names)) < len(names)
    return [f"{place}: {name}" for place, name in enumerate(names, 1)] if alike else names


def cell_texts(auc: Estimate) -> tuple[str, str]:
    """Return what a cell says: the value; the interval in two lines, and the number of seeds."""
    value, _, ends = interval_text(*auc.ends).partition(" ")
    return value, (ends.replace(", ", ",\n ") or "no interval") + f"\nn = {auc.seeds}"


def _draw(axes, matrix: Matrix, sets: Sequence[str], scale) -> None:
    from matplotlib.patches import Rectangle

    axes.set_xlim(-0.5, len(sets) - 0.5)
    axes.set_ylim(len(sets) - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.tick_params(length=0)
    for row, source in enumerate(sets):
        for column, target in enumerate(sets):
            auc = matrix.cells.get((source, target))
            corner = column - 0.5, row - 0.5
            if auc is None:
                axes.add_patch(Rectangle(corner, 1, 1, color="0.93", hatch="///", fill=False))
                continue
            share = (auc.value - CHANCE) / (PERFECT - CHANCE)
            axes.add_patch(Rectangle(corner, 1, 1, facecolor=scale.to_rgba(auc.value)))
            colour = "white" if share < DARK else "black"
            value, ends = cell_texts(auc)
            axes.text(column, row - 0.06, value, color=colour, ha="center",
                      va="bottom", fontsize=11, fontweight="bold")  # fmt: skip
            axes.text(column, row + 0.0, ends, color=colour, ha="center", va="top", fontsize=7)
