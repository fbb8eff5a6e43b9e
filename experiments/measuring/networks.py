"""The networks whose efficiency is measured: a run's levels, and small dense ones beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from msgspec import structs

from jaxticket.graph import Graph, fold
from jaxticket.graph.compaction import compact
from jaxticket.graph.cost import cost
from jaxticket.loading import LoadedLevel, load_level
from jaxticket.models.tracing import trace
from jaxticket.recipe import control_of
from jaxticket.runs import RunRecord
from jaxticket.runs.controls import SMALL_DENSE, find_controls
from jaxticket.runs.efficiency import Kind, Network
from jaxticket.runs.levels import LevelRecord, read_evaluation
from jaxticket.trees import leaves_by_path


@dataclass(frozen=True, eq=False)
class Measured:
    """A network to be measured.

    Attributes:
        about: what is said of it.
        graph: its forward pass.
        arrays: of the graph, by name.
        loaded: the level that it is made from.
        run: where it was trained.
        number: its level there.
    """

    about: Network
    graph: Graph
    arrays: dict[str, np.ndarray]
    loaded: LoadedLevel
    run: RunRecord
    number: int

    @property
    def key(self) -> tuple[Kind, int]:
        """Kind and level."""
        return self.about.kind, self.about.level

    def at(self, image_size: int) -> Graph:
        """Return its graph for pictures of a side."""
        return structs.replace(self.graph, image_size=image_size)


def networks_of(
    run: RunRecord, levels: Sequence[int], ticket: int, controls: Sequence[Path] | None
) -> list[Measured]:
    """Return a run's levels, the dense one first, one compacted, and small dense controls of them.

    Args:
        run: finished.
        levels: their numbers.
        ticket: the one of them that is compacted too.
        controls: as for `find_controls`.

    Raises:
        NoGraph: the detector computes what no graph can say.
        FileNotFoundError: a level's arrays are not there.
    """
    records = {record.level: record for record in run.levels}
    seconds = search_seconds(run)
    found = [
        _measured(run, records[n], "masked" if records[n].sparsity else "dense", n,
                  records[n].sparsity, seconds[n])
        for n in levels
    ]  # fmt: skip
    found += [_compacted(network) for network in found if network.key == ("masked", ticket)]
    for control in find_controls(run, controls):
        of = control_of(control.recipe)
        if of.kind == SMALL_DENSE and of.level in levels and control.levels:
            own = control.levels[0]
            sparsity = records[of.level].sparsity
            found.append(_measured(control, own, "small_dense", of.level, sparsity, own.seconds))
    return found


def search_seconds(run: RunRecord) -> dict[int, float]:
    """Return the seconds of all levels up to each finished one, those on the way included."""
    total, sums = 0.0, {}
    for level in run.finished():
        total += read_evaluation(run.path, level).seconds
        sums[level] = total
    return sums


def _measured(
    run: RunRecord, record: LevelRecord, kind: Kind, level: int, sparsity: float, seconds: float
) -> Measured:
    loaded = load_level(run.path, record.level)
    graph = trace(loaded.detector, run.recipe.image_size)
    arrays = graph_arrays(loaded)
    low, high = record.test_interval("auc")
    about = Network(
        kind=kind, level=level, sparsity=sparsity, auc=record.test_value("auc"), low=low,
        high=high, seconds=seconds, **_counts(graph, arrays),
    )  # fmt: skip
    return Measured(about, graph, arrays, loaded, run, record.level)


def _compacted(network: Measured) -> Measured:
    """Return a ticket without the channels that cannot matter."""
    graph, arrays, *_ = compact(network.graph, network.arrays)
    about = structs.replace(network.about, kind="compacted", **_counts(graph, arrays))
    return replace(network, about=about, graph=graph, arrays=arrays)


def graph_arrays(loaded: LoadedLevel) -> dict[str, np.ndarray]:
    """Return the arrays of a level by the names of its graph."""
    weights = loaded.weights
    leaves = leaves_by_path(weights.params) | leaves_by_path(weights.batch_stats)
    return {name: np.asarray(leaf) for name, leaf in leaves.items()}


def _counts(graph: Graph, arrays: dict[str, np.ndarray]) -> dict[str, int]:
    """Return how many weights and multiply-adds there are, and how many without the zeros."""
    total = cost(*fold(graph, arrays)).total
    return {
        "parameters": total.parameters, "parameters_left": total.alive, "macs": total.macs,
        "macs_left": total.alive_macs,
    }  # fmt: skip
