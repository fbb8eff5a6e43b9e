"""A network exported to StableHLO gives the graph's logits, here and in a process of JAX alone."""

import json
import subprocess
import sys
from hashlib import sha256

import jax
import numpy as np
import pytest

from jaxticket.export.stablehlo import beside, load_stablehlo, save_stablehlo, to_stablehlo
from jaxticket.graph import execute, normalise
from jaxticket.models.in_jax import network
from tests.export.test_onnx_file import odd_network
from tests.runtime.networks import NAMES, pictures, pruned

ELSEWHERE = """
import sys, jax, numpy as np
with open(sys.argv[1], "rb") as file:
    network = jax.jit(jax.export.deserialize(bytearray(file.read())).call)
images = np.load(sys.argv[2])
assert network(images[:1]).shape == (1, 2)
np.save(sys.argv[3], network(images))
print(any(name.split(".")[0] in ("jaxticket", "flax") for name in sys.modules))
"""


@pytest.mark.parametrize("name", [*NAMES, "odd"])
def test_the_jax_function_gives_the_logits_of_every_network(name):
    graph, arrays = odd_network() if name == "odd" else pruned(name, 0.8)
    images = pictures(2, graph.image_size)
    want = execute(graph, arrays, normalise(graph, images))
    have = jax.jit(network(graph, arrays))(images)
    assert have.dtype == np.float32
    np.testing.assert_allclose(have, want, rtol=0, atol=2e-5 * np.abs(want).max())


def test_an_artefact_needs_jax_alone(tmp_path):
    graph, arrays = odd_network()
    path, images = tmp_path / "network.stablehlo", pictures(3, 13)
    save_stablehlo(path, graph, arrays, {"model": "odd"})
    np.save(tmp_path / "images.npy", images)
    files = [path, tmp_path / "images.npy", tmp_path / "logits.npy"]
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *files], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
    want = execute(graph, arrays, normalise(graph, images))
    np.testing.assert_allclose(np.load(files[2]), want, rtol=0, atol=1e-5)
    np.testing.assert_allclose(load_stablehlo(path)(images), want, rtol=0, atol=1e-5)
    said = json.loads(beside(path).read_text())
    assert said["model"] == "odd"
    assert said["jax"] == jax.__version__
    assert said["platforms"] == "cpu, cuda, tpu"
    assert said["sha256"] == sha256(path.read_bytes()).hexdigest()


def test_the_same_network_is_the_same_bytes_and_names_no_file_of_this_machine(tmp_path):
    graph, arrays = odd_network()
    for name in ("a", "b"):
        save_stablehlo(tmp_path / name, graph, arrays)
    content = (tmp_path / "a").read_bytes()
    assert content == (tmp_path / "b").read_bytes()
    assert b".py" not in content
    assert beside(tmp_path / "a").read_bytes() == beside(tmp_path / "b").read_bytes()


def test_a_damaged_artefact_is_refused(tmp_path):
    path = tmp_path / "network.stablehlo"
    save_stablehlo(path, *odd_network())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match=r"network\.stablehlo is no StableHLO artefact that JAX"):
        load_stablehlo(path)


def test_in_bfloat16_it_gives_nearly_the_same_logits():
    graph, arrays = odd_network()
    images = pictures(2, graph.image_size)
    want = execute(graph, arrays, normalise(graph, images))
    have = to_stablehlo(graph, arrays, jax.numpy.bfloat16).call(images)
    assert have.dtype == np.float32
    error = np.abs(have - want).max() / np.abs(want).max()
    assert 1e-5 < error < 0.05
