import os

import pytest

from data_prep.prepared.spool import Spool


def spooled(folder, *values):
    spool = Spool(folder)
    for key, value in values:
        spool.add(key, value)
    return spool


def test_sorted_by_all_bits_of_the_keys(tmp_path):
    largest = 2**128 - 1
    values = [(largest, b"e"), (1 << 64, b"c"), (0, b""), ((1 << 64) + 1, b"dd"), (5, b"b")]
    spool = spooled(tmp_path, *values)
    assert (len(spool), spool.size) == (5, 5)
    found = list(spool.sorted())
    assert found == [(0, b""), (5, b"b"), (1 << 64, b"c"), ((1 << 64) + 1, b"dd"), (largest, b"e")]
    assert list(spool.sorted()) == found
    spool.close()


def test_values_of_one_key_stay_in_order(tmp_path):
    spool = spooled(tmp_path, (2, b"a"), (1, b"b"), (2, b"c"), (2, b"d"))
    assert list(spool.sorted()) == [(1, b"b"), (2, b"a"), (2, b"c"), (2, b"d")]
    spool.close()


def test_nothing_stays_in_the_folder(tmp_path):
    spool = spooled(tmp_path, (2, b"a"))
    spool.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to(tmp_path):
    with pytest.raises(OSError, match=os.strerror(2)):
        Spool(tmp_path / "missing")
