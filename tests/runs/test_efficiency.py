"""What was measured of a run comes back as it was written."""

import csv

import pytest
from msgspec.structs import replace

from jaxticket.runs.damage import Damaged
from jaxticket.runs.efficiency import read_efficiency, write_efficiency
from tests.made_efficiency import made_efficiency


def test_figures_come_back(tmp_path):
    assert read_efficiency(tmp_path) is None
    record = made_efficiency()
    folder = write_efficiency(tmp_path, record)
    assert read_efficiency(tmp_path) == record
    with (folder / "efficiency.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["median"] for row in rows[:3]] == ["0.002", "0.001", "0.00199"]
    assert {row["failed"] for row in rows} == {""}


def test_an_arm_that_failed_stands_in_the_table_without_a_speed(tmp_path):
    record = made_efficiency()
    failed = replace(record.arms[0], fidelity=[], timings=[], failed="it ended")
    folder = write_efficiency(tmp_path, replace(record, arms=[failed]))
    with (folder / "efficiency.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (row["failed"], row["median"]) == ("it ended", "")


def test_another_file_is_refused(tmp_path):
    (tmp_path / "efficiency").mkdir()
    (tmp_path / "efficiency" / "efficiency.json").write_text('{"date": 3}')
    with pytest.raises(Damaged, match="remove it and measure the run again"):
        read_efficiency(tmp_path)
