"""The files that engines read: StableHLO, ONNX, a ticket."""

from pathlib import Path

import jax.numpy as jnp

from experiments.measuring.networks import Measured
from jaxticket.export import to_onnx
from jaxticket.export.stablehlo import to_stablehlo
from jaxticket.lottery.kept_ticket import kept_ticket
from jaxticket.runs.efficiency import Engine
from jaxticket.tickets import save_ticket


class NetworkFiles:
    """Writes each network's files once, into a folder."""

    def __init__(self, folder: Path):
        self._folder = folder

    def file(self, network: Measured, engine: Engine, precision: str, image_size: int) -> Path:
        """Return what an engine reads.

        Raises:
            ValueError: the network cannot be computed at that size.
        """
        kind, level = network.key
        form, ending = {
            "xla": (precision, "stablehlo"), "sparse": ("packed", "safetensors"),
        }.get(engine, ("pixels", "onnx"))  # fmt: skip
        path = self._folder / f"{kind}_{level}_{image_size}_{form}.{ending}"
        if not path.exists():
            self._write(path, network, form, image_size)
        return path

    def _write(self, path: Path, network: Measured, form: str, image_size: int) -> None:
        graph, arrays = network.at(image_size), network.arrays
        if form == "packed":
            loaded = network.loaded
            ticket = kept_ticket(network.run.path, network.number, loaded.detector, loaded.weights)
            save_ticket(path, ticket)
        elif form == "pixels":
            path.write_bytes(to_onnx(graph, arrays).SerializeToString())
        else:
            exported = to_stablehlo(graph, arrays, jnp.dtype(form))
            path.write_bytes(exported.serialize())
