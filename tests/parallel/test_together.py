"""Several tickets, and several devices, against single runs on one device."""

import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

from tests.parallel.trained import OPTIONS, assert_close, train_together
from tests.parallel.two_devices import StopAfter
from tests.tiny import log_of, restored, run_tiny

ROOT = Path(__file__).parents[2]
SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The run folder of each seed, trained alone."""
    folder = tmp_path_factory.mktemp("alone")
    for seed in SEEDS:
        run_tiny(folder / f"seed{seed}", seed=seed, **OPTIONS)
    return folder


@pytest.fixture(scope="module")
def two_devices(tmp_path_factory):
    """What a process of two devices has trained."""
    folder = tmp_path_factory.mktemp("two devices")
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=2"
    subprocess.run(
        [sys.executable, "-m", "tests.parallel.two_devices", folder], check=True, cwd=ROOT,
        env={**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
    )  # fmt: skip
    return folder


def assert_same_run(path, other):
    """Levels of both ended at the same steps, with the same masks and the same weights."""
    for level in range(3):
        one, two = (restored(run, level) for run in (path, other))
        jax.tree.map(np.testing.assert_array_equal, one.masks, two.masks)
        assert_close(one, two)
    last = [[step for step, _ in validations(run)] for run in (path, other)]
    assert last[0] == last[1]


def validations(run):
    return [(r["step"], r["auc"]) for level in range(3) for r in log_of(run, "validation", level)]


def test_seeds_of_one_program_give_what_each_gives_alone(alone, tmp_path):
    train_together(tmp_path, SEEDS)
    for seed in SEEDS:
        assert_same_run(alone / f"seed{seed}", tmp_path / f"seed{seed}")
    # They did not end at the same steps, or the test would show less.
    assert len({tuple(validations(alone / f"seed{seed}")) for seed in SEEDS}) == 3


def test_a_ticket_a_device_gives_what_one_device_gives(alone, two_devices):
    for seed in (0, 1):
        assert_same_run(alone / f"seed{seed}", two_devices / "tickets" / f"seed{seed}")


def test_a_run_whose_batches_two_devices_shared_is_ended_on_one(alone, two_devices):
    run = two_devices / "batches" / "seed0"
    assert list(run.glob("level_*/partial"))
    run_tiny(run, seed=0, **OPTIONS)
    assert_same_run(alone / "seed0", run)


def test_at_a_stop_all_are_saved_and_one_that_failed_alone_fails(alone, tmp_path):
    class Failing(StopAfter):
        def stop_requested(self):
            if self.left <= 0:
                raise FloatingPointError("of this one")
            return False

    with pytest.raises(KeyboardInterrupt, match="a checkpoint is saved"):
        train_together(tmp_path, (0, 1), callbacks=[StopAfter(4), StopAfter(5)])
    failed, records = train_together(tmp_path, (0, 1), callbacks=[Failing(2), StopAfter(99)])
    assert (str(failed), len(records)) == ("of this one", 3)
    assert_same_run(alone / "seed1", tmp_path / "seed1")
