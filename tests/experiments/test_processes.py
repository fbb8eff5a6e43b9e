"""Two real processes over loopback train one run; one is killed, and both go on."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import jax
import numpy as np

from experiments import imp
from experiments.terminal import processes
from jaxticket.runs import read_level, read_run
from tests.parallel.trained import CLOSE

ROOT = Path(__file__).parents[2]
# Adam would turn the last bit of a gradient near zero into a whole step.
OPTIONS = (
    "--model=tests.experiments.tiny_network:TinyNetwork", "--image_size=16", "--rounds=2",
    "--epochs=6", "--batch_size=12", "--checkpoint_every=5", "--optimizer=sgd",
    "--learning_rate=0.05",
)  # fmt: skip


def begin(options, port, number):
    command = [
        sys.executable, "-m", "experiments.imp", *options, f"--coordinator=127.0.0.1:{port}",
        "--num_processes=2", f"--process_id={number}",
    ]  # fmt: skip
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "JAX_PLATFORMS": "cpu"}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def both(options):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return [begin(options, port, number) for number in range(2)]


def test_a_run_of_two_processes_outlives_one_and_gives_what_one_process_gives(
    prepared, data_dir, call, tmp_path
):
    options = (*OPTIONS, f"--dataset={prepared}", f"--data_dir={data_dir}")
    alone, run = tmp_path / "alone", tmp_path / "of two"
    assert call(imp, *options, f"--run_dir={alone}")[0] == 0
    options = (*options, f"--run_dir={run}")
    first, second = started = both(options)
    try:
        while not any(item.name.isdecimal() for item in run.glob("level_*/partial/*")):
            assert first.poll() is None, first.communicate()
            time.sleep(0.1)
        second.send_signal(signal.SIGKILL)
        out, err = first.communicate(timeout=240)
        assert first.returncode == processes.LOST, out + err
        assert "has ended" in err.splitlines()[-1]
        assert processes.GO_ON in err.splitlines()[-1]

        started += (again := both(options))
        for process in again:
            out, err = process.communicate(timeout=480)
            assert process.returncode == 0, out + err
    finally:
        for process in started:
            process.kill()
            process.communicate()
    assert read_run(run).summary["executed_steps"] >= read_run(alone).summary["executed_steps"]
    for level in range(3):
        one, two = (read_level(path, level) for path in (run, alone))
        jax.tree.map(np.testing.assert_array_equal, one.masks, two.masks)
        for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(two), strict=True):
            np.testing.assert_allclose(np.asarray(a), np.asarray(b), **CLOSE)


def test_where_nothing_says_who_trains_together_it_is_said_what_to_give():
    done = subprocess.run(
        [sys.executable, "-m", "experiments.imp", "--coordinator=auto"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--coordinator=auto: who trains together is not known" in done.stderr
    assert "give --coordinator=HOST:PORT" in done.stderr
