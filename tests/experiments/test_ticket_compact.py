"""The subcommand that removes channels from a ticket file."""

import subprocess
import sys

import numpy as np
import pytest

from experiments import ticket
from jaxticket import graph
from jaxticket.tickets import Ticket, load_ticket, save_ticket, verify
from tests.graph.small import EVERY_KIND, drawn
from tests.tickets import small


def written(path, density, **said):
    """Write a ticket of every kind of node."""
    arrays = {name: array.astype(np.float32) for name, array in drawn(4, density).items()}
    stats = {name: arrays.pop(name) for name in ("a.bn/mean", "a.bn/var")}
    masks = {name: array != 0 for name, array in arrays.items() if name.endswith("/kernel")}
    fields = {"graph": graph.to_json(EVERY_KIND), "logits": 2, "image_size": 8} | said
    save_ticket(path, Ticket(arrays, stats, masks, small.manifest(**fields)))
    return path


@pytest.fixture
def file(tmp_path):
    """A ticket with few weights left."""
    return written(tmp_path / "ticket.safetensors", 0.15)


def test_the_smaller_ticket_says_what_it_was(call, file, tmp_path):
    out = tmp_path / "small.safetensors"
    status, said, err = call(ticket, "compact", file, f"--out={out}", "--image_size=8")
    assert status == 0, err
    assert "0 decisions changed" in " ".join(said.split())
    before, after = load_ticket(file), load_ticket(out)
    told = after.manifest.compacted
    assert told.weights == before.manifest.hashes.weights
    assert told.weights_left == sum(int(mask.sum()) for mask in before.masks.values())
    assert after.manifest.weights_left <= told.effective_weights < told.weights_left
    assert told.channels_left < told.channels == 49
    assert "graph" in dict(verify(out))
    pictures = np.random.default_rng(7).integers(0, 256, (5, 8, 8, 3), np.uint8)
    logits = [
        graph.execute(made, each.params | each.batch_stats, graph.normalise(made, pictures))
        for each in (before, after)
        for made in [graph.from_json(each.manifest.graph)]
    ]
    np.testing.assert_allclose(logits[1], logits[0], rtol=1e-4, atol=1e-5)


def test_constant_logits_are_said(call, tmp_path):
    path = written(tmp_path / "ticket.safetensors", 0.0)
    status, said, err = call(ticket, "compact", path, f"--out={tmp_path / 'b.safetensors'}")
    assert status == 0, err
    assert "all pictures get the same logits" in said


def test_halves_stay_halves_where_they_are_exact(call, tmp_path):
    path = written(tmp_path / "ticket.safetensors", 1.0, values="float16")
    assert call(ticket, "compact", path, f"--out={tmp_path / 'b.safetensors'}")[0] == 0
    assert load_ticket(tmp_path / "b.safetensors").manifest.values == "float16"


def test_a_ticket_without_a_graph_is_refused(call, tmp_path):
    path = written(tmp_path / "ticket.safetensors", 0.5, graph=None)
    status, _, err = call(ticket, "compact", path, f"--out={tmp_path / 'b.safetensors'}")
    assert (status, "holds no graph: the forward pass of" in err) == (2, True)


def test_compacting_imports_no_jax(file, tmp_path):
    code = f"""
import sys
from experiments.__main__ import main
main(["ticket", "compact", {str(file)!r}, "--out={tmp_path}/a.safetensors"], "jaxticket")
print("heavy:", sorted({{"jax", "flax", "tensorflow"}} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "heavy: []"
