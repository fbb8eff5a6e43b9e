"""A pruned detector that answers pictures: kernels on arrays, run by one thread or several."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from jaxticket.graph import Graph, shapes
from jaxticket.runtime import compiler
from jaxticket.runtime.cache import cache_folder
from jaxticket.runtime.choosing import Choice, choose
from jaxticket.runtime.program import Program
from jaxticket.runtime.survivors import folded
from jaxticket.runtime.tasks import Tasks, tasks


class Engine:
    """A detector of one size of pictures; made by `load`.

    Attributes:
        batch: most pictures that are worked on at once; larger batches are taken in parts.
        threads: that share the work.
        image_size: side of the pictures, pixels.
        kernels: what computes each output, by its name.
    """

    def __init__(
        self,
        todo: Tasks,
        chosen: list[Any],
        batch: int,
        threads: int,
        image_size: int,
        folder: Path,
    ):
        self.batch, self.threads, self.image_size = batch, threads, image_size
        self.kernels = {task.output: way for task, way in zip(todo.tasks, chosen, strict=True)}
        self._program = Program(todo, chosen, batch, threads, image_size, folder)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return the logits, float32 [N, C], of pictures, uint8 [N, S, S, 3].

        Raises:
            ValueError: the pictures are of another size or type.
        """
        expected = (self.image_size, self.image_size, 3)
        if images.ndim != 4 or images.shape[1:] != expected or images.dtype != np.uint8:
            raise ValueError(
                f"this engine reads uint8 [N, {', '.join(map(str, expected))}], and was given "
                f"{images.dtype} {list(images.shape)}"
            )
        parts = [
            self._program(images[first : first + self.batch])
            for first in range(0, len(images), self.batch)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self._program.outputs), np.float32)


def load(
    graph: Graph,
    arrays: Mapping[str, np.ndarray],
    *,
    batch: int = 1,
    threads: int = 1,
    image_size: int | None = None,
    choice: Choice = "timed",
    cache: Path | None = None,
) -> Engine:
    """Return an engine for a detector's graph.

    Args:
        graph: of the detector, with or without BatchNorm.
        arrays: its arrays by name; pruned weights are zeros.
        batch: pictures that are worked on at once; rounded up to a power of 2, and at most as many
            as a vector of this processor has float32 lanes. `Engine` takes any number of pictures.
        threads: that share the work.
        image_size: side of the pictures; None for the graph's own.
        choice: how the layers are computed.
        cache: the folder that remembers what was timed; None for the user's cache folder.

    Raises:
        ValueError: batch or threads are below 1, the graph and its arrays do not fit, or it has
            what this runtime has no kernel for.
    """
    if batch < 1 or threads < 1:
        raise ValueError(f"batch ({batch}) and threads ({threads}) must be at least 1")
    side = graph.image_size if image_size is None else image_size
    if len(output := shapes(graph, arrays, side)[graph.output]) != 1:
        raise ValueError(f"{graph.output!r} gives {output}, and not one row of logits a picture")
    new, small, kernels = folded(graph, arrays)
    vector = compiler.vector_lanes()
    images = min(vector, 1 << (batch - 1).bit_length())
    todo = tasks(new, small, kernels, side, images, vector)
    folder = cache or cache_folder()
    chosen = choose(todo, choice, threads, folder)
    return Engine(todo, chosen, images, threads, side, folder)
