"""From a ticket to answers where nothing that training stands on can be imported."""

import json
import os
import subprocess
import sys

import msgspec
import pytest

from data_prep.faces.boxes import Box
from tests.experiments.detecting import drawn

BLOCKED = (
    "array_record", "chex", "flax", "grain", "jax", "jaxlib", "optax", "orbax", "tensorboardX",
    "tensorflow", "tensorflow_datasets",
)  # fmt: skip
PROGRAM = """
import sys

class Blocked:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
from experiments.__main__ import main
main(ARGV, "jaxticket")
"""


def run(*argv, cache):
    """Run a command of ours where the packages are blocked."""
    program = PROGRAM.replace("BLOCKED", repr(BLOCKED)).replace("ARGV", repr([*map(str, argv)]))
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, env=os.environ | {"JAXTICKET_CACHE": str(cache)},
    )  # fmt: skip


@pytest.fixture
def redness(tmp_path):
    """A calibrated ticket whose logit is how much redder than blue a crop is."""
    return drawn.redness_ticket(tmp_path / "ticket.safetensors")


def test_a_picture_and_a_clip_are_answered(redness, tmp_path):
    face = Box(8, 8, 20, 20)
    drawn.save(tmp_path / "a.png", drawn.draw([(face, drawn.FAKE)]))
    drawn.film(tmp_path / "b.mp4", [[(face, drawn.REAL)]] * 3)
    out = tmp_path / "out"
    done = run(
        "detect", f"--ticket={redness}", tmp_path / "a.png", tmp_path / "b.mp4", f"--out={out}",
        f"--detector={drawn.DETECTOR}", "--detect_every=1", "--engine=sparse", cache=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = msgspec.json.decode((out / "results.json").read_bytes())
    answers = [file["answer"] for file in results["files"]]
    assert answers == ["signs of forgery", "no sign found"]
    assert "scores by the sparse runtime" in results["notes"]
    assert any("JAX" in note for note in results["notes"])
    assert len(list((out / "pictures").iterdir())) == 3


def test_help_and_the_ticket_file_need_none_of_it(redness, tmp_path):
    done = run("detect", "--help", cache=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "--ticket" in done.stdout
    done = run("ticket", "verify", redness, "--json", cache=tmp_path)
    assert json.loads(done.stdout)["whole"], done.stderr
