"""A dozen of the states that power loss leaves; `python -m tests.harness.power_loss` tries all."""

import os
import random
from pathlib import Path

import pytest

from tests.harness.disk import Disk
from tests.harness.power_loss import Trial, evenly

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="what a handle belongs to is read from /proc"
)


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    return Trial(tmp_path_factory.mktemp("power"))


@pytest.mark.parametrize("number", range(8))
def test_a_run_goes_on_from_what_was_synced(trial, number):
    trial.goes_on(evenly(trial.moments, 8)[number])


@pytest.mark.parametrize("number", range(4))
def test_a_run_goes_on_where_some_of_the_rest_was_written_too(trial, number):
    draw = random.Random(number)
    trial.goes_on(draw.choice(trial.moments), draw)


def test_what_is_not_synced_is_lost(tmp_path):
    (tmp_path / "disk").mkdir()
    disk = Disk(tmp_path / "disk")
    path = tmp_path / "disk" / "file"
    with disk.recording(), path.open("w") as file:
        file.write("kept ")
        file.flush()
        os.fsync(file.fileno())
        file.write("lost")
        file.flush()
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    first, second = disk.moments
    disk.leave(first, tmp_path / "first")
    disk.leave(second, tmp_path / "second")
    assert not list((tmp_path / "first").iterdir())
    assert (tmp_path / "second" / "file").read_text() == "kept "
