"""The command that writes a ticket for other runtimes, and runs it there."""

import json
import sys

import onnx
import pytest

from experiments import ticket
from jaxticket.tickets import load_ticket, save_ticket
from tests.tickets import small


@pytest.fixture
def packed(finished_run):
    """The ticket that the run left."""
    return finished_run / "ticket.safetensors"


def argv(file, kind, out, *more):
    return "export", file, f"--to={kind}", f"--out={out}", *more


def test_a_ticket_is_run_by_onnxruntime_on_the_test_split(call, packed, tmp_path):
    out = tmp_path / "a.onnx"
    status, said, err = call(ticket, *argv(packed, "onnx", out))
    assert status == 0, err
    assert f"{out}, {out.stat().st_size:,} bytes" in said
    assert "0 decisions changed, on 24 test pictures of" in said
    away = float(said.split("of a logit ")[1].split()[0])
    assert away < 1e-4
    props = {entry.key: entry.value for entry in onnx.load(out).metadata_props}
    manifest = load_ticket(packed).manifest
    assert props["decision"] == "above 0 means fake"
    assert props["ticket_weights_sha256"] == manifest.hashes.weights


def test_a_ticket_away_from_its_data_is_run_by_jax_on_noise(call, packed, tmp_path):
    away = tmp_path / "away.safetensors"
    away.write_bytes(packed.read_bytes())
    out = tmp_path / "a.stablehlo"
    status, said, err = call(ticket, *argv(away, "stablehlo", out, f"--data_dir={tmp_path}"))
    assert status == 0, err
    assert "0 decisions changed, on 64 pictures of noise (name some: --dataset)" in said
    about = json.loads((tmp_path / "a.stablehlo.json").read_text())
    assert (about["model"], about["platforms"]) == ("meso4", "cpu, cuda, tpu")


def test_a_wrong_file_is_seen(call, packed, tmp_path, monkeypatch):
    from jaxticket.graph import normalise

    def upside_down(graph, images):
        return normalise(graph, images[:, ::-1])

    monkeypatch.setattr("experiments.tickets.export.normalise", upside_down)
    _, said, _ = call(ticket, *argv(packed, "onnx", tmp_path / "a.onnx"))
    assert float(said.split("of a logit ")[1].split()[0]) > 1e-3


def test_nothing_is_run_where_it_is_not_asked_for_or_cannot(call, packed, tmp_path, monkeypatch):
    out = tmp_path / "a.onnx"
    assert call(ticket, *argv(packed, "onnx", out, "--no_check"))[1].count("\n") == 1
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    status, said, _ = call(ticket, *argv(packed, "onnx", out))
    assert (status, 'pip install "jaxticket[export]"' in said) == (0, True)


def test_what_cannot_be_exported(call, packed, tmp_path, monkeypatch):
    bare, dense = tmp_path / "bare.safetensors", tmp_path / "dense.safetensors"
    save_ticket(bare, small.ticket(graph=None))
    call(ticket, "unpack", packed, f"--out={dense}")
    out = tmp_path / "a.onnx"
    for file, words in ((bare, "of resnet18 could not be traced"), (dense, "pack it again")):
        status, _, err = call(ticket, *argv(file, "onnx", out))
        assert (status, words in err) == (2, True), err
    status, _, err = call(ticket, *argv(packed, "onnx", tmp_path / "a.pb"))
    assert (status, "name a file that ends with .onnx" in err) == (2, True)
    monkeypatch.setitem(sys.modules, "onnx", None)
    status, _, err = call(ticket, *argv(packed, "onnx", out))
    assert (status, 'pip install "jaxticket[export]"' in err) == (2, True)
    assert not out.exists()
