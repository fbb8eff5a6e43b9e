"""The network in a ticket as a function from crops to scores; without JAX."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

import numpy as np

from jaxticket.calibration import fake_score
from jaxticket.graph import Graph, execute, normalise
from jaxticket.graph.shapes import Arrays
from jaxticket.text import count_text

Engine = Literal["auto", "sparse", "onnxruntime", "numpy"]
MODULES = {"sparse": "llvmlite", "onnxruntime": "onnxruntime"}
WORDS = {
    "sparse": "the sparse runtime",
    "onnxruntime": "onnxruntime",
    "numpy": "the NumPy reference, which is slow (pip install 'jaxticket[sparse]')",
}
DENSE = 0.5
"""The share of the convolutions' weights left above which dense kernels are as fast."""
BATCH = 8
"""Crops that are scored together where there are so many."""


@dataclass(frozen=True)
class Network:
    """A network that scores crops.

    Attributes:
        engine: what runs it, in words.
        image_size: side of the crops, pixels.
        logits: uint8 [N, S, S, 3] -> float32 [N, C].
    """

    engine: str
    image_size: int
    logits: Callable[[np.ndarray], np.ndarray]

    def scores(self, squares: np.ndarray) -> np.ndarray:
        """Return the log odds of fake, float64 [N], of crops uint8 [N, S, S, 3]."""
        return fake_score(self.logits(squares))


def load_network(graph: Graph, arrays: Arrays, engine: Engine, threads: int) -> Network:
    """Return the network of a graph.

    Args:
        graph: of the ticket.
        arrays: its arrays by name.
        engine: `auto` takes the first that is installed of `preferred`, and that has kernels for
            this network.
        threads: that an engine may use.

    Raises:
        ImportError: the engine that is asked for is not installed; says what to install.
        ValueError: it has no kernels for this network, or there are more threads than cores: those
            of the sparse runtime wait for each other without a pause.
    """
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    cores = len(affinity(0)) if affinity else os.cpu_count() or threads
    if threads > cores:
        raise ValueError(f"--threads={threads}: this process may use {count_text(cores, 'core')}")
    make = {"sparse": _sparse, "onnxruntime": _onnxruntime, "numpy": _numpy}
    names = preferred(arrays) if engine == "auto" else (engine,)
    for name in names:
        try:
            logits = make[name](graph, arrays, threads)
        except ValueError:
            if name == names[-1]:
                raise
        else:
            return Network(WORDS[name], graph.image_size, logits)
    raise AssertionError("NumPy computes every graph")


def preferred(arrays: Arrays) -> tuple[Engine, ...]:
    """Return the engines that are installed, the fastest for a network first.

    The sparse runtime, if at most half of the convolutions' weights are left, else onnxruntime,
    which then is as fast, loads in no time and takes less memory; NumPy last.

    Args:
        arrays: of the network.
    """
    kernels = [array for array in arrays.values() if array.ndim == 4]
    left = sum(np.count_nonzero(kernel) for kernel in kernels)
    order: tuple[Engine, ...] = ("sparse", "onnxruntime")
    if left > DENSE * sum(kernel.size for kernel in kernels):
        order = ("onnxruntime", "sparse")
    return (*(name for name in order if find_spec(MODULES[name])), "numpy")


def _sparse(graph: Graph, arrays: Arrays, threads: int) -> Callable[[np.ndarray], np.ndarray]:
    from jaxticket.runtime import load

    # One at a time: a batch costs as much when it is not full, and saves little when it is.
    return load(graph, arrays, batch=1, threads=threads)


def _onnxruntime(graph: Graph, arrays: Arrays, threads: int) -> Callable[[np.ndarray], np.ndarray]:
    try:
        import onnxruntime
    except ImportError:
        raise ImportError(
            '--engine=onnxruntime needs onnx and onnxruntime: pip install "jaxticket[export]"'
        ) from None
    from jaxticket.export import to_onnx

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    model = to_onnx(graph, arrays, {}).SerializeToString()
    session = onnxruntime.InferenceSession(model, options)
    return lambda squares: np.asarray(session.run(None, {"images": squares})[0])


def _numpy(graph: Graph, arrays: Arrays, threads: int) -> Callable[[np.ndarray], np.ndarray]:
    def logits(squares: np.ndarray) -> np.ndarray:
        parts = [squares[at : at + BATCH] for at in range(0, len(squares), BATCH)]
        return np.concatenate([execute(graph, arrays, normalise(graph, part)) for part in parts])

    return logits
