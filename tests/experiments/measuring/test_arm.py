"""Every engine answers as the network does, in a process of its own."""

import numpy as np
import pytest

from experiments.measuring.machine import is_installed
from experiments.measuring.worker import ArmFailed, Worker
from jaxticket.export import to_onnx
from jaxticket.export.stablehlo import to_stablehlo
from jaxticket.graph import execute, normalise
from tests.graph.networks import SIDE, pictures, traced


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pictures, and a network in the files of the engines."""
    folder = tmp_path_factory.mktemp("arm")
    graph, arrays = traced("meso4")
    np.save(folder / "pictures.npy", pictures(3))
    (folder / "network.onnx").write_bytes(to_onnx(graph, arrays).SerializeToString())
    (folder / "network.stablehlo").write_bytes(to_stablehlo(graph, arrays).serialize())
    return folder


def job(folder, engine, network):
    return {
        "engine": engine, "precision": "float32", "network": str(folder / network),
        "pictures": str(folder / "pictures.npy"), "batches": [1, 2], "threads": 1, "cores": [],
        "image_size": SIDE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("engine", "network"),
    [("xla", "network.stablehlo"), ("onnxruntime", "network.onnx"), ("openvino", "network.onnx")],
)
def test_an_engine_answers_as_the_network_does(folder, engine, network):
    if not is_installed(engine):
        pytest.skip(f"{engine} is not installed")
    graph, arrays = traced("meso4")
    want = execute(graph, arrays, normalise(graph, pictures(3)))
    with Worker(job(folder, engine, network)) as worker:
        for batch in (1, 2):  # the second batch of two is filled up
            np.testing.assert_allclose(worker.answers(batch), want, rtol=1e-3, atol=1e-4)
        assert len(worker.time(2, 0.0)) == 3
        assert worker.peak_memory() >= worker.started["memory_imported"] > 0
        assert worker.started["version"]


def test_a_network_that_cannot_be_read_fails(folder):
    with pytest.raises(ArmFailed, match="nowhere"):
        Worker(job(folder, "onnxruntime", "nowhere.onnx"))
