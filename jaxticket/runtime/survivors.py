"""What is left of a kernel, and the folding of batch normalisation into no more than that."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jaxticket.graph import Graph, fold
from jaxticket.graph.nodes import Conv, Dense

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Survivors:
    """A kernel [k, k, I, O] of which only the survivors are kept.

    Attributes:
        shape: of the kernel.
        positions: int64 [n], of the survivors in C order.
        values: float32 [n].
    """

    shape: tuple[int, int, int, int]
    positions: np.ndarray
    values: np.ndarray

    @property
    def density(self) -> float:
        """Share of the weights that survive."""
        return len(self.values) / max(1, int(np.prod(self.shape)))

    @cached_property
    def alive(self) -> np.ndarray:
        """Bool [k * k * I * O]."""
        alive = np.zeros(int(np.prod(self.shape)), bool)
        alive[self.positions] = True
        return alive

    def union(self, block: int) -> np.ndarray:
        """Return which of [k * k * I * O / block] blocks of output channels have a survivor.

        Args:
            block: 1, 2, 4, 8 or 16; divides O.
        """
        if block == 16:
            halves = self.alive.view(np.uint64).reshape(-1, 2)
            return (halves[:, 0] | halves[:, 1]) != 0
        return self.alive.view(f"u{block}") != 0

    def entries(self, block: int) -> tuple[np.ndarray, np.ndarray]:
        """Return where blocks of output channels have survivors, and their values.

        Returns:
            int64 [n], positions in [k, k, I, O / block], and float32 [n, block].
        """
        if block == 1:
            return self.positions, self.values[:, None]
        dense = np.zeros(int(np.prod(self.shape)), np.float32)
        dense[self.positions] = self.values
        found = np.flatnonzero(self.union(block))
        return found, dense.reshape(-1, block)[found]


def survivors_of(kernel: np.ndarray) -> Survivors:
    """Return the survivors of a kernel [k, k, I, O] or [I, O]: what is not zero."""
    flat = np.ascontiguousarray(kernel, np.float32).reshape(-1)
    positions = np.flatnonzero(flat != 0)
    height, width, inputs, outputs = (1,) * (4 - kernel.ndim) + kernel.shape
    return Survivors((height, width, inputs, outputs), positions, flat[positions])


def folded(
    graph: Graph, arrays: Mapping[str, np.ndarray]
) -> tuple[Graph, Arrays, dict[str, Survivors]]:
    """Return a graph without BatchNorm, its small arrays, and its kernels' survivors by name.

    Of kernels that are folded into, a row of factors stands for the whole: the survivors alone are
    scaled. Among the arrays a kernel is a mere shape.
    """
    names = [f"{node.name}/kernel" for node in graph.nodes if isinstance(node, Conv | Dense)]
    ones = {
        name: np.ones((1,) * (arrays[name].ndim - 1) + arrays[name].shape[-1:]) for name in names
    }
    new, small = fold(graph, {**arrays, **ones})
    kernels = {}
    for name in names:
        found = survivors_of(arrays[name])
        factors = small[name].reshape(-1)[found.positions % found.shape[-1]]
        values = (found.values * factors).astype(np.float32)
        kernels[name] = Survivors(found.shape, found.positions, values)
        small[name] = np.broadcast_to(np.float32(0), arrays[name].shape)
    return new, small, kernels
