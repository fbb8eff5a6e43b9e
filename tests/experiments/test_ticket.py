"""The command of ticket files: pack, verify, show, unpack."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from experiments import ticket
from jaxticket.tickets import load_ticket, rewind_file, save_ticket
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
    assert rewind_file(out).read_bytes() == rewind_file(packed).read_bytes()
    argv = f"--run={finished_run}", "--level=0", "--licence=MIT", f"--out={out}"
    assert call(ticket, "pack", *argv)[0] == 0
    manifest = load_ticket(out).manifest
    assert (manifest.level, manifest.sparsity, manifest.licence) == (0, 0.0, "MIT")


def test_what_was_checked_is_said(call, packed):
    status, out, _ = call(ticket, "verify", packed)
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["ok"] * 11
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


def test_what_a_ticket_says_stays_on_its_line(call, tmp_path):
    path = tmp_path / "a.safetensors"
    hostile = small.manifest(model="\x1b[31mred", licence="a\nb [/c]", versions={"packages": [1]})
    save_ticket(path, replace(small.ticket(), manifest=hostile))
    status, out, _ = call(ticket, "show", path)
    assert (status, "\x1b" in out) == (0, False)
    assert r"licence      a\nb [/c]" in out
    assert "\x1b" not in call(ticket, "verify", path)[1]


def test_a_dense_file_is_written(call, packed, tmp_path):
    out = tmp_path / "dense.safetensors"
    assert call(ticket, "unpack", packed, f"--out={out}")[0] == 0
    dense, sparse = load_ticket(out), load_ticket(packed)
    assert dense.manifest.schema == 1
    for name, leaf in sparse.params.items():
        assert dense.params[name].tobytes() == leaf.tobytes()


@pytest.fixture
def replay(call, packed, prepared, tmp_path):
    """Replay a ticket; return status, stdout, stderr."""

    def replay(file, *argv):
        return call(ticket, "replay", file, f"--run_dir={tmp_path / 'again'}", *argv)

    return replay


def test_a_replayed_ticket_is_the_same_bit_for_bit(replay, packed, call, tmp_path, finished_run):
    status, out, err = call(ticket, "verify", packed, f"--rewind={rewind_file(packed)}")
    assert (status, "of these masks, at step 0" in out) == (0, True), err
    status, out, err = replay(packed)
    assert status == 0, err
    assert "bit for bit the same (float32): weights, masks, and every test figure" in out
    again = tmp_path / "again" / "ticket.safetensors"
    assert load_ticket(again).manifest.hashes.weights == load_ticket(packed).manifest.hashes.weights
    before = (tmp_path / "again" / "executed_steps").read_text()
    status, out, _ = replay(packed)
    assert (status, "going on with" in out) == (0, True)
    assert (tmp_path / "again" / "executed_steps").read_text() == before
    status, _, err = replay(again, f"--rewind={rewind_file(packed)}")
    assert (status, "is a control, whose beginning is its ticket's" in err) == (2, True)


def test_a_ticket_that_claims_more_is_found_out(replay, packed, prepared, tmp_path):
    one = load_ticket(packed)
    name = "conv2/kernel"
    params = one.params | {name: one.params[name] * 2}
    save_ticket(tmp_path / "a.safetensors", type(one)(**vars(one) | {"params": params}))
    rewind, data = f"--rewind={rewind_file(packed)}", f"--dataset={prepared}"
    status, out, err = replay(tmp_path / "a.safetensors", rewind, data)
    assert status == 1, err
    assert "not the same: masks equal; " in out


def test_other_pictures_are_refused_by_their_content(replay, packed, pictures, tmp_path):
    other = shutil.copytree(pictures, tmp_path / "other")
    next((other / "test" / "real").iterdir()).unlink()
    status, _, err = replay(packed, f"--dataset={other}", f"--data_dir={tmp_path / 'data'}")
    assert (status, "was found on noise with the content" in err) == (2, True)


def test_float16_says_what_it_did_on_the_test_split(call, replay, finished_run, prepared, tmp_path):
    out = tmp_path / "half.safetensors"
    argv = f"--run={finished_run}", "--values=float16", f"--out={out}"
    status, said, err = call(ticket, "pack", *argv)
    assert status == 0, err
    effect = load_ticket(out).manifest.float16
    assert (effect.examples, effect.metric) == (24, "auc")
    assert 0 < effect.largest_difference < 0.1
    assert abs(effect.after - effect.before) < 0.05
    assert f"float16 on 24 test pictures: {effect.decisions_changed} decision" in said
    half, full = load_ticket(out), load_ticket(finished_run / "ticket.safetensors")
    kernel = full.params["conv2/kernel"]
    assert (half.params["conv2/kernel"] == kernel.astype("f2").astype("f4")).all()
    assert (half.params["fc1/bias"] == full.params["fc1/bias"]).all()
    assert out.stat().st_size < (finished_run / "ticket.safetensors").stat().st_size
    assert "bit for bit the same (float16)" in replay(out, f"--dataset={prepared}")[1]
    other = f"--data_dir={tmp_path / 'none'}", "--dataset=nothing"
    assert call(ticket, "pack", *argv, *other)[0] == 2


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["replay", "FILE", "--rewind=FILE"], "is not the rewind point of this ticket"),
        (["unpack", "FILE", "--out=FILE"], "is the file that is read: name another"),
        (["unpack", "FILE", "--out=x.npz"], "name a file that ends with .safetensors"),
        (["unpack", "FILE", "--out=nowhere/x.safetensors"], "there is no folder nowhere"),
        (["pack", "--run=RUN", "--level=9", "--out=x.safetensors"], "the levels 0, 1, 2"),
        (["replay", "FILE", "--rewind=nowhere"], "nowhere, the rewind point of"),
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
