"""The transfer matrices of a study as a picture: source by target, a panel for each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jaxticket.report.saved import save_figure
from jaxticket.text import interval_text

COLOURS = "cividis"
"""Even in lightness and hue for the colour-blind (Nunez, Anderton, Renslow 2018)."""
CHANCE, PERFECT = 0.5, 1.0
LONGEST = 16
"""Characters of a data set's name in the picture."""
DARK = 0.55
"""Below this share of the scale cells are dark, and their text is white."""


ZERO_SHOT = "zero_shot"
TITLES = {
    ZERO_SHOT: "the ticket as it is (zero_shot)",
    "ticket": "its mask, trained there (ticket)",
    "random_global": "random mask (random_global)",
    "random_layers": "random mask (random_layers)",
    "shuffle": "shuffled mask (shuffle)",
    "reinit": "its mask, new weights (reinit)",
}
DENSE = "its dense network as it is (zero_shot)"


@dataclass(frozen=True)
class Matrix:
    """One kind of transfer of one network.

    Attributes:
        model: the detector.
        method: how its tickets were found, or `dense`.
        kind: of transfer: `ticket`, the control, or `zero_shot`.
        sparsity: of the level.
        cells: (source, target) -> the AUC as JSON (value, low, high, seeds). On the diagonal stands
            what was found, trained and tested on one set: for `zero_shot` the ticket itself.
    """

    model: str
    method: str
    kind: str
    sparsity: float
    cells: Mapping[tuple[str, str], Mapping[str, Any]]

    @property
    def title(self) -> str:
        """What is moved, in words."""
        return DENSE if self.method == "dense" else TITLES.get(self.kind, self.kind)

    @property
    def home(self) -> str:
        """The kind of network on the diagonal."""
        return "ticket" if self.kind == ZERO_SHOT else self.kind


def transfer_matrices(findings: Sequence[Mapping[str, Any]]) -> list[Matrix]:
    """Return a matrix for every network and kind of transfer that is there.

    Args:
        findings: of a study, as JSON.
    """
    matrices = []
    fields = ("model", "method", "kind", "sparsity")
    moved = [row for row in findings if row["source"] != row["target"]]
    for model, method, kind, sparsity in dict.fromkeys(
        tuple(row[field] for field in fields) for row in moved
    ):
        matrix = Matrix(model, method, kind, sparsity, {})
        matrices.append(replace(matrix, cells={
            (row["source"], row["target"]): row["metrics"]["auc"]
            for row in findings
            if (row["model"], row["method"], row["sparsity"]) == (model, method, sparsity)
            and row["kind"] == (matrix.home if row["source"] == row["target"] else kind)
        }))  # fmt: skip
    return matrices


def transfer_figure(matrices: Sequence[Matrix], sets: Sequence[str], note: str, path: Path) -> None:
    """Draw the matrices as PNG; value, interval and seeds stand in each cell.

    A row is a model at a sparsity, with its dense network's matrix first; a column what is moved.

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

    place = {
        (network, matrix.title): matrix
        for matrix in matrices
        for network, sparsity in _networks(matrix.model, matrices).items()
        if matrix.sparsity in (sparsity, 0.0)
    }
    networks, kinds = (list(dict.fromkeys(key[axis] for key in place)) for axis in (0, 1))
    scale = ScalarMappable(Normalize(CHANCE, PERFECT, clip=True), COLOURS)
    count, labels = len(sets), short_names(sets)
    with matplotlib.rc_context({"font.size": 9, "text.parse_math": False}):
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
        save_figure(figure, path)


def _networks(model: str, matrices: Sequence[Matrix]) -> dict[str, float]:
    """Return the names of a model's levels and their sparsities; of a dense one alone its own."""
    levels = {m.sparsity for m in matrices if m.model == model and m.sparsity}
    return {f"{model}, {100 * at:g}%": at for at in sorted(levels)} or {model: 0.0}


def short_names(sets: Sequence[str]) -> list[str]:
    """Return names that fit beside a cell: of long ones, such as paths, the end.

    Those that would then be alike are numbered.
    """
    names = [name if len(name) <= LONGEST else f"…{name[1 - LONGEST :]}" for name in sets]
    alike = len(set(names)) < len(names)
    return [f"{place}: {name}" for place, name in enumerate(names, 1)] if alike else names


def cell_texts(auc: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a cell says: the value; the interval in two lines, and the number of seeds."""
    value, _, ends = interval_text(auc["value"], auc["low"], auc["high"]).partition(" ")
    return value, (ends.replace(", ", ",\n ") or "no interval") + f"\nn = {auc['seeds']}"


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
            share = (auc["value"] - CHANCE) / (PERFECT - CHANCE)
            axes.add_patch(Rectangle(corner, 1, 1, facecolor=scale.to_rgba(auc["value"])))
            colour = "white" if share < DARK else "black"
            value, ends = cell_texts(auc)
            axes.text(column, row - 0.06, value, color=colour, ha="center",
                      va="bottom", fontsize=11, fontweight="bold")  # fmt: skip
            axes.text(column, row + 0.0, ends, color=colour, ha="center", va="top", fontsize=7)
