import json
import os
import shutil

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.prepared.card import read_card
from data_prep.prepared.intact import check_files

RECORDS = "picture_folder-train.array_record-00000-of-00001"


@pytest.fixture
def copied(prepared, tmp_path):
    return shutil.copytree(prepared, tmp_path / "data" / "1.0.0")


def flip(path):
    """Turn one bit in the middle, and leave the time of the file as it is."""
    content, stat = bytearray(path.read_bytes()), path.stat()
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_whole_set_is_what_its_card_says(copied, tmp_path):
    assert check_files(copied)
    assert check_files(copied, tmp_path / "checked")
    assert {RECORDS, "features.json", "label.labels.txt"} < set(read_card(copied).files)


@pytest.mark.parametrize("name", [RECORDS, "dataset_info.json", "label.labels.txt"])
def test_a_changed_file_is_named(copied, name):
    flip(copied / name)
    with pytest.raises(PreparationError, match=f"{name} is another file than .* put back a copy"):
        check_files(copied)


def test_a_missing_file_is_named(copied):
    (copied / RECORDS).unlink()
    with pytest.raises(PreparationError, match=f"{RECORDS} is missing: put back a copy"):
        check_files(copied)


def test_what_was_checked_once_is_not_read_again_until_its_time_changes(copied, tmp_path):
    assert check_files(copied, tmp_path / "checked")
    flip(copied / RECORDS)
    assert check_files(copied, tmp_path / "checked")
    os.utime(copied / RECORDS)
    with pytest.raises(PreparationError, match="is another file"):
        check_files(copied, tmp_path / "checked")


def test_a_changed_card_is_damaged(copied):
    card = copied / "data_card.json"
    card.write_text(card.read_text().replace('"synthetic": false', '"synthetic": true'))
    with pytest.raises(PreparationError, match=r"data_card\.json is damaged .it was changed"):
        check_files(copied)


def test_a_set_of_an_earlier_version_is_unchecked(copied):
    path = copied / "data_card.json"
    card = json.loads(path.read_text())
    del card["files"], card["sha256"]
    path.write_text(json.dumps(card))
    assert not check_files(copied)
    path.unlink()
    assert not check_files(copied)
