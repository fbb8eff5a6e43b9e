"""A dozen moments at which commands are ended; `tests.harness.kills` tries any number."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_run_and_a_preparation_outlive_a_dozen_ends():
    command = [sys.executable, "-m", "tests.harness.kills", "--moments=12", "--subjects", "run"]
    done = subprocess.run(
        [*command, "preparation"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 moments tried, 0 failures" in done.stdout
