"""The command of ticket files: pack, verify, show, unpack."""

import json
import subprocess
import sys

import pytest

from experiments import ticket
from jaxticket.tickets import load_ticket, save_ticket
from tests.tickets import small
from tests.tickets.small import taken_apart, write


@pytest.fixture
def packed(finished_run):
    """The ticket that the run left."""
    return finished_run / "ticket.safetensors"


def test_a_level_is_packed_as_the_run_packs_its_last(call, finished_run, packed, tmp_path):
    out = tmp_path / "a.safetensors"
    status, said, err = call(ticket, "pack", f"--run={finished_run}", f"--out={out}")
    assert status == 0, err
    assert f"{out}, {out.stat().st_size:,} bytes: level 2" in said
    assert out.read_bytes() == packed.read_bytes()
    argv = f"--run={finished_run}", "--level=0", "--licence=MIT", f"--out={out}"
    assert call(ticket, "pack", *argv)[0] == 0
    manifest = load_ticket(out).manifest
    assert (manifest.level, manifest.sparsity, manifest.licence) == (0, 0.0, "MIT")


def test_what_was_checked_is_said(call, packed):
    status, out, _ = call(ticket, "verify", packed)
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["ok"] * 10
    assert "7,470 of" in out
    status, out, _ = call(ticket, "verify", packed, "--json")
    found = json.loads(out)
    assert (status, found["whole"]) == (0, True)
    assert found["checks"]["sha256 of arrays"] == load_ticket(packed).manifest.hashes.arrays


def test_a_changed_ticket_is_no_whole_one(call, packed, tmp_path):
    header, body = taken_apart(packed)
    changed = write(tmp_path / "a.safetensors", header, body[:40] + b"\1" + body[41:])
    status, out, err = call(ticket, "verify", changed)
    assert (status, out) == (2, "")
    assert "the SHA-256 of its arrays is another than it says: it was changed" in err
    status, out, _ = call(ticket, "verify", changed, "--json")
    assert (status, json.loads(out)["whole"]) == (2, False)


def test_a_graph_of_other_arrays_is_refused(call, packed, tmp_path):
    graph = load_ticket(packed).manifest.graph
    save_ticket(tmp_path / "a", small.ticket(graph=graph))
    status, _, err = call(ticket, "verify", tmp_path / "a")
    assert (status, "its graph is none of its arrays" in err) == (2, True)


def test_a_ticket_is_shown_with_the_bounds_of_its_parts(call, packed):
    status, out, _ = call(ticket, "show", packed)
    assert status == 0
    texts = (
        "meso4; fake against real", "level 2, 36.00% pruned: 7,470 of", "24 pictures in",
        "entropy bound", "conv2/kernel", "normalisation", "header and manifest",
    )  # fmt: skip
    for text in texts:
        assert text in " ".join(out.split()), text


def test_a_dense_file_is_written(call, packed, tmp_path):
    out = tmp_path / "dense.safetensors"
    assert call(ticket, "unpack", packed, f"--out={out}")[0] == 0
    dense, sparse = load_ticket(out), load_ticket(packed)
    assert dense.manifest.schema == 1
    for name, leaf in sparse.params.items():
        assert dense.params[name].tobytes() == leaf.tobytes()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["unpack", "FILE", "--out=FILE"], "is the file that is read: name another"),
        (["unpack", "FILE", "--out=x.npz"], "name a file that ends with .safetensors"),
        (["unpack", "FILE", "--out=nowhere/x.safetensors"], "there is no folder nowhere"),
        (["pack", "--run=RUN", "--level=9", "--out=x.safetensors"], "the levels 0, 1, 2"),
        (["verify", "nowhere"], "nowhere: No such file"),
        (["verify", "RUN"], "Is a directory"),
    ],
)
def test_what_cannot_be_done(call, packed, finished_run, argv, said):
    words = [word.replace("FILE", str(packed)).replace("RUN", str(finished_run)) for word in argv]
    status, _, err = call(ticket, *words)
    assert (status, said in err) == (2, True), err


def test_reading_a_ticket_imports_no_jax(packed, tmp_path):
    code = f"""
import sys
from experiments.__main__ import main
for argv in (["verify"], ["show"], ["unpack", "--out={tmp_path}/a.safetensors"]):
    main(["ticket", argv[0], {str(packed)!r}, *argv[1:]], "jaxticket")
heavy = {{"jax", "jaxlib", "flax", "orbax", "optax", "tensorflow", "torch", "matplotlib", "cv2"}}
print("heavy:", sorted(heavy & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "heavy: []"
