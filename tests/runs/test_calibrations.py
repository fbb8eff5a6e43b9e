"""The calibration of a level in a run folder."""

import numpy as np
import pytest
from msgspec import structs

from jaxticket.runs import Damaged
from jaxticket.runs.calibrations import (
    CALIBRATION,
    is_stale,
    predictions_digest,
    read_calibration,
    write_calibration,
)
from tests.calibration.scored import calibration, scores

RAMP = np.arange(60.0)


@pytest.fixture
def run(tmp_path):
    """A run folder with a calibrated level 3, and its calibration."""
    folder = tmp_path / "level_03"
    folder.mkdir()
    (folder / "predictions_validation.csv").write_text("key\n")
    found = structs.replace(
        calibration(scores(RAMP, RAMP)), predictions=predictions_digest(tmp_path, 3)
    )
    assert write_calibration(tmp_path, 3, found) == folder / CALIBRATION
    return tmp_path, found


def test_it_reads_back(run):
    path, found = run
    assert read_calibration(path, 3) == found
    assert read_calibration(path, 2) is None
    assert not is_stale(path, 2)


def test_predictions_of_another_training_make_it_stale(run):
    path, _ = run
    (path / "level_03" / "predictions_validation.csv").write_text("key\nother\n")
    assert is_stale(path, 3)
    assert read_calibration(path, 3) is None


def test_another_form_says_what_to_do(run):
    path, _ = run
    (path / "level_03" / CALIBRATION).write_text('{"rate": 2}')
    with pytest.raises(Damaged, match="remove it and calibrate the level again"):
        read_calibration(path, 3)
