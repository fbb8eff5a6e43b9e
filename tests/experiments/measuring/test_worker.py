"""The process of an arm: what it is asked, and how it fails."""

import sys

import numpy as np
import pytest

from experiments.measuring.worker import ArmFailed, Worker

FAKE = """
import json, sys
job = json.loads(sys.stdin.readline())
print(json.dumps({"load_seconds": 0.1, "memory_imported": 5}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked["do"] == "answer":
        print(json.dumps({"logits": [[0.5], [-1.0]]}), flush=True)
    elif asked["do"] == "time":
        print(json.dumps({"seconds": [0.25] * asked["batch"], "share": 0.5}), flush=True)
    else:
        sys.exit("the network is gone")
"""
JOB = {"engine": "fake", "threads": 1}


def test_an_arm_answers_what_it_is_asked():
    with Worker(JOB, (sys.executable, "-c", FAKE)) as worker:
        assert worker.started == {"load_seconds": 0.1, "memory_imported": 5}
        np.testing.assert_array_equal(worker.answers(1), np.array([[0.5], [-1.0]], np.float32))
        assert worker.time(2, 0.1) == [0.25, 0.25]
        assert worker.shares == {2: [0.5]}
        with pytest.raises(ArmFailed, match="the network is gone"):
            worker.peak_memory()
        with pytest.raises(ArmFailed, match="the network is gone"):
            worker.time(2, 0.1)


def test_an_arm_that_cannot_start_says_why():
    with pytest.raises(ArmFailed, match="No module named 'nowhere'"):
        Worker(JOB, (sys.executable, "-c", "import nowhere"))
    with pytest.raises(ArmFailed, match="its process ended with status 3"):
        Worker(JOB, (sys.executable, "-c", "raise SystemExit(3)"))
