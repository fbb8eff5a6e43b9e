"""Which layers were pruned: the density of each by level, and the weights each round took."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jaxticket.report.page.blocks import Drawing, Section, Table
from jaxticket.report.page.cells import Count
from jaxticket.report.page.heatmap import density_heatmap, short
from jaxticket.report.page.parts import RunPart, StudyPart
from jaxticket.runs import Damaged, RunRecord
from jaxticket.runs.layers import LAYERS
from jaxticket.runs.levels import level_folder, train_again


@dataclass(frozen=True)
class Counts:
    """Weights left in each layer at each level.

    Attributes:
        layers: names.
        levels: numbers.
        weights: of each layer, before pruning.
        left: a row a layer, a column a level.
        one_shot: whether every level was pruned from level 0.
    """

    layers: list[str]
    levels: list[int]
    weights: list[int]
    left: list[list[int]]
    one_shot: bool

    def densities(self) -> list[list[float]]:
        """Return the share left, in [0, 1], a row a layer."""
        return [
            [count / weights for count in row]
            for row, weights in zip(self.left, self.weights, strict=True)
        ]

    def sparsities(self) -> list[float]:
        """Return the pruned share of all layers together, by level."""
        whole = sum(self.weights)
        return [1 - sum(column) / whole for column in zip(*self.left, strict=True)]

    def taken(self) -> list[list[int]]:
        """Return how many weights each pruning removed of each layer: a column a level but 0."""
        return [
            [row[0 if self.one_shot else place - 1] - row[place] for place in range(1, len(row))]
            for row in self.left
        ]


def counts_of(run: RunRecord) -> Counts | None:
    """Return a run's counts over all finished levels; None where none is.

    Raises:
        FileNotFoundError: a level has no table of its layers.
        Damaged: one cannot be read, or has other layers than the first level.
    """
    levels = run.finished()
    if not levels:
        return None
    tables = [run.layers(level) for level in levels]
    sizes = [[(row.layer, row.weights) for row in table] for table in tables]
    for level, size in zip(levels, sizes, strict=True):
        if size != sizes[0]:
            reason = f"it has other layers than level {levels[0]}"
            path = level_folder(run.path, level) / LAYERS
            raise Damaged(path, reason, train_again(run.path, level))
    return Counts(
        layers=[row.layer for row in tables[0]],
        levels=levels,
        weights=[row.weights for row in tables[0]],
        left=[[row.weights_left for row in rows] for rows in zip(*tables, strict=True)],
        one_shot=run.recipe.pruning == "one_shot",
    )


def layers_section(runs: Sequence[RunPart], studies: Sequence[StudyPart]) -> Section | None:
    """Return the section; None where no run has two levels."""
    blocks: list[Any] = []
    alone = len(runs) == 1 and not studies
    for part in runs:
        counts = counts_of(part.run)
        if counts and len(counts.levels) > 1:
            blocks += _blocks(counts, "" if alone else part.name, "1 seed")
    for study in studies:
        for name, records in study.tickets.items():
            same = [counts for record in records if (counts := counts_of(record))]
            form = (same[0].layers, same[0].levels) if same else None
            same = [counts for counts in same if (counts.layers, counts.levels) == form]
            if same and len(same[0].levels) > 1:
                blocks.append(_mean_heatmap(same, name))
    return Section("layers", "Where the weights were pruned", blocks) if blocks else None


def _blocks(counts: Counts, name: str, seeds: str) -> list[Any]:
    whose = f" of {name}" if name else ""
    whole = "in each pruning from the dense network" if counts.one_shot else "in each round"
    rows = [
        (short(layer), Count(weights), *map(Count, row), Count(weights - last[-1]))
        for layer, weights, row, last in zip(
            counts.layers, counts.weights, counts.taken(), counts.left, strict=True
        )
    ]
    rounds = [f"round {level}" for level in counts.levels[1:]]
    heads = ("layer", "weights", *rounds, "pruned in all")
    stem = f"pruned_by_layer_{name}" if name else "pruned_by_layer"
    return [
        _heatmap(counts, counts.densities(), name, seeds),
        Table(stem, f"Weights pruned by layer {whole}{whose}", heads, rows, hidden=True),
    ]


def _mean_heatmap(same: list[Counts], name: str) -> Drawing:
    grids = [counts.densities() for counts in same]
    mean = [
        [sum(cells) / len(cells) for cells in zip(*rows, strict=True)]
        for rows in zip(*grids, strict=True)
    ]
    return _heatmap(same[0], mean, name, f"Mean of n = {len(same)} seeds")


def _heatmap(counts: Counts, densities: list[list[float]], name: str, seeds: str) -> Drawing:
    levels = [f"{sparsity:.0%}" for sparsity in counts.sparsities()]
    ends = {layer: row[-1] for layer, row in zip(counts.layers, densities, strict=True)}
    most, least = max(ends, key=ends.__getitem__), min(ends, key=ends.__getitem__)
    alt = (
        f"Share of weights left by layer and level. At the last level most is left of "
        f"{short(most)}, {ends[most]:.1%}, and least of {short(least)}, {ends[least]:.1%}."
    )
    dead = sum(value == 0 for value in ends.values())
    note = f"{seeds}. {alt} Layers without any weight left: {dead}. The colour is logarithmic."
    heatmap = density_heatmap(counts.layers, levels, densities, alt)
    return Drawing(name or "Share of weights left", heatmap, note)
