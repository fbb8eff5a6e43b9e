"""A graph as a StableHLO artefact: a network for those who have JAX, and this package not.

The file is what `jax.export.deserialize` reads; what is said of it lies beside it as JSON.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import jax
import numpy as np
from jax import export
from jax.typing import DTypeLike

from jaxticket.graph import Graph
from jaxticket.graph.shapes import Arrays
from jaxticket.models.in_jax import network
from jaxticket.writing import write_whole

PLATFORMS = ("cpu", "cuda", "tpu")


def to_stablehlo(graph: Graph, arrays: Arrays, dtype: DTypeLike = np.float32) -> export.Exported:
    """Return a network as an artefact for CPU, CUDA and TPU.

    It takes `images`, uint8 RGB [B, S, S, 3], B as many as one likes, and gives logits, float32
    [B, num_logits].

    Args:
        graph: of the network; batch normalisation is folded here.
        arrays: its arrays by name, which become constants.
        dtype: as for `jaxticket.models.in_jax.network`.
    """
    (count,) = export.symbolic_shape("B")
    images = jax.ShapeDtypeStruct((count, graph.image_size, graph.image_size, 3), np.uint8)
    with _no_paths():
        return export.export(jax.jit(network(graph, arrays, dtype)), platforms=PLATFORMS)(images)


def save_stablehlo(
    path: Path, graph: Graph, arrays: Arrays, about: Mapping[str, str] | None = None
) -> None:
    """Write an artefact and, beside it as `NAME.json`, what is said of it.

    Args:
        path: the artefact.
        graph: of the network.
        arrays: its arrays by name.
        about: what is said of it; versions and the artefact's SHA-256 are added.
    """
    exported = to_stablehlo(graph, arrays)
    content = bytes(exported.serialize())
    said = dict(about or {}) | {
        "jax": jax.__version__,
        "calling_convention": str(exported.calling_convention_version),
        "platforms": ", ".join(exported.platforms),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    write_whole(path, content)
    write_whole(beside(path), (json.dumps(said, indent=2, sort_keys=True) + "\n").encode())


def load_stablehlo(path: Path | str) -> Callable[[np.ndarray | jax.Array], jax.Array]:
    """Return the function that an artefact holds: uint8 [B, S, S, 3] -> logits, float32 [B, C].

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no artefact, damaged, or too old for this version of JAX.
    """
    content = Path(path).read_bytes()
    try:
        exported = export.deserialize(bytearray(content))
    except Exception as error:  # JAX raises whatever it likes on damaged files
        raise ValueError(
            f"{path} is no StableHLO artefact that JAX {jax.__version__} reads: {error}"
        ) from None
    return jax.jit(exported.call)


def beside(path: Path) -> Path:
    """Return where that which is said of an artefact lies."""
    return path.with_name(path.name + ".json")


@contextmanager
def _no_paths() -> Iterator[None]:
    """Keep this machine's paths out of what is exported: the same network is the same bytes."""
    option = "jax_traceback_in_locations_limit"
    before = getattr(jax.config, option)
    jax.config.update(option, 0)
    try:
        yield
    finally:
        jax.config.update(option, before)
