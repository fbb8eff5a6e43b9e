"""The reader of one page: with NumPy alone it reads what the library wrote."""

import shutil
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest

from jaxticket.tickets import load_ticket, numpy_reader, save_dense, save_ticket
from tests.tickets.small import ticket

BLOCKED = """
import sys, runpy
for name in ("jax", "jaxlib", "jaxticket", "safetensors", "msgspec"):
    sys.modules[name] = None
runpy.run_path(PATH, run_name="__main__")
"""


@pytest.fixture
def run(tmp_path):
    """Run a copy of the reader where nothing but NumPy can be imported."""
    copy = shutil.copy(import_module("jaxticket.tickets.numpy_reader").__file__, tmp_path / "r.py")
    code = f"PATH = {str(copy)!r}\n{BLOCKED}"

    def run(file):
        return subprocess.run(
            [sys.executable, "-I", "-c", code, str(file)],
            capture_output=True, text=True, cwd=tmp_path,
        )  # fmt: skip

    return run


def test_it_stands_alone(run, tmp_path):
    save_ticket(tmp_path / "a", ticket())
    done = run(tmp_path / "a")
    assert done.returncode == 0, done.stderr
    first, *leaves = done.stdout.splitlines()
    assert first == "resnet18 70.0% pruned, all hashes are right"
    assert "layer1.0.conv1/kernel [2, 2] 3" in leaves
    assert "layer1.0.conv1.x/kernel [2, 3] 0" in leaves
    content = bytearray((tmp_path / "a").read_bytes())
    content[8 + int.from_bytes(content[:8], "little")] ^= 1  # of the first array: floats
    (tmp_path / "b").write_bytes(content)
    done = run(tmp_path / "b")
    assert done.returncode == 2
    assert "the SHA-256 of its arrays is another than it says" in done.stderr


def test_it_gives_what_the_library_gives(finished_run):
    path = finished_run / "ticket.safetensors"
    network, manifest = numpy_reader.read(path)
    loaded = load_ticket(path)
    for part, leaves in network.items():
        assert leaves.keys() == getattr(loaded, part).keys()
        for name, leaf in leaves.items():
            np.testing.assert_array_equal(leaf, getattr(loaded, part)[name], strict=True)
    assert manifest == loaded.manifest.plain()


def test_the_older_form_is_named(tmp_path):
    save_dense(tmp_path / "a", ticket())
    with pytest.raises(ValueError, match="schema 1: this reads schema 2"):
        numpy_reader.read(tmp_path / "a")
