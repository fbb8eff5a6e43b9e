"""The network in a ticket as a function from crops to scores; without JAX."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

import numpy as np

from jaxticket.calibration import fake_score
from jaxticket.graph import Graph, execute, normalise
from jaxticket.graph.shapes import Arrays

Engine = Literal["auto", "sparse", "onnxruntime", "numpy"]
BATCH = 8


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
        engine: `auto` takes the sparse runtime, onnxruntime or NumPy, the first that is installed.
        threads: that an engine may use.

    Raises:
        ImportError: the engine that is asked for is not installed; says what to install.
    """
    if engine == "auto":
        installed = {"sparse": "llvmlite", "onnxruntime": "onnxruntime"}
        chosen = [name for name, module in installed.items() if find_spec(module)]
        engine = next(iter(chosen), "numpy")  # pyright: ignore[reportAssignmentType]
    make = {"sparse": _sparse, "onnxruntime": _onnxruntime, "numpy": _numpy}[engine]
    return Network(engine, graph.image_size, make(graph, arrays, threads))


def _sparse(graph: Graph, arrays: Arrays, threads: int) -> Callable[[np.ndarray], np.ndarray]:
    from jaxticket.runtime import load

    return load(graph, arrays, batch=BATCH, threads=threads)


def _onnxruntime(graph: Graph, arrays: Arrays, threads: int) -> Callable[[np.ndarray], np.ndarray]:
    import onnxruntime

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
