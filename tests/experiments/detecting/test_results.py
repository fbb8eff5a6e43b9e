import csv
import os
from pathlib import Path
from shutil import copytree

import msgspec
import pytest

from experiments.detecting.findings import Asked, Face, Finding, Look, Results
from experiments.detecting.out_folder import check_out, clear_out
from experiments.detecting.results import COLUMNS, ResultsFiles

ASKED = Asked(
    ticket="a", model="m", weights=None, trained_on="set", fingerprint="f", synthetic=False,
    calibrated_on=None, rate=None, confidence=None, compression=None, engine="numpy",
    faces="dlib", detect_every=5, fewest_looks=3,
)  # fmt: skip
LOOKS = [
    Look(frame=at, seconds=at / 25, box=(1, 2.5, 3, 4), square=(1, 2, 3), score=1.0)
    for at in (0, 5)
]
FACE = Face(
    number=1, looks=LOOKS, score=-1.0, low=-2.0, high=0.0, answer="cannot tell", probability=0.25,
    probability_low=0.125, probability_high=0.5, remarks=["small: yes", "contrast: low"],
)  # fmt: skip
FOUND = [
    Finding(path="=1+1.mp4", kind="video", width=64, height=48, faces=[FACE], answer="cannot tell",
            probability=0.25, error="truncated"),
    Finding(path="b.png", kind="picture", width=8, height=9, answer="no face found"),
]  # fmt: skip


def table(out):
    with (out / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_a_file_and_one_a_face(tmp_path):
    with ResultsFiles(tmp_path, Results(asked=ASKED, notes=["n"], ignored={"hidden": 1})) as files:
        for finding in FOUND:
            files.add(finding)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.csv", "results.json"]
    read = msgspec.json.decode((tmp_path / "results.json").read_bytes(), type=Results)
    assert read == Results(
        asked=ASKED, notes=["n"], ignored={"hidden": 1}, files=FOUND, complete=True
    )
    of_file, of_face, other = table(tmp_path)
    assert list(of_file) == list(COLUMNS)
    assert [row["row"] for row in (of_file, of_face, other)] == ["file", "face", "file"]
    # No spreadsheet takes a name for a formula; numbers stay numbers.
    assert of_file["path"] == of_face["path"] == "'=1+1.mp4"
    assert {name: value for name, value in of_face.items() if value} == {
        "row": "face", "path": "'=1+1.mp4", "kind": "video", "face": "1", "answer": "cannot tell",
        "probability": "0.25", "probability_low": "0.125", "probability_high": "0.5",
        "score": "-1", "score_low": "-2", "score_high": "0", "looks": "2", "first_frame": "0",
        "last_frame": "5", "first_seconds": "0", "last_seconds": "0.2", "x": "1", "y": "2.5",
        "width": "3", "height": "4", "remarks": "small: yes; contrast: low",
    }  # fmt: skip
    assert (of_file["error"], other["error"]) == ("truncated", "")
    assert (other["answer"], other["width"], other["probability"]) == ("no face found", "8", "")


def test_what_was_added_is_kept_whatever_ends_the_work(tmp_path):
    def stopped():
        with ResultsFiles(tmp_path, Results(asked=ASKED, notes=[])) as files:
            files.add(FOUND[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    read = msgspec.json.decode((tmp_path / "results.json").read_bytes(), type=Results)
    assert (read.files, read.complete) == (FOUND[:1], False)
    assert len(table(tmp_path)) == 2


def test_what_a_killed_process_leaves_is_replaced_by_the_next(tmp_path):
    (out := tmp_path / "out").mkdir()
    with ResultsFiles(out, Results(asked=ASKED, notes=[])) as files:
        files.add(FOUND[0])
        left = copytree(out, tmp_path / "left")
    check_out(left)
    assert b"=1+1.mp4" in (left / "results.json.partial").read_bytes()
    assert "=1+1.mp4" in (left / "results.csv.partial").read_text()


def test_a_folder_that_is_being_written_is_not_cleared(tmp_path):
    with ResultsFiles(tmp_path, Results(asked=ASKED, notes=[])) as files:
        files.add(FOUND[0])
        with pytest.raises(ValueError, match="is being written by another detect"):
            clear_out(tmp_path)
    clear_out(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_full_disk_names_the_file(tmp_path):
    def write():
        with ResultsFiles(tmp_path, Results(asked=ASKED, notes=[], ignored={})) as files:
            full = os.open("/dev/full", os.O_WRONLY)
            os.dup2(full, files._json.fileno())
            os.close(full)
            files.add(FOUND[0])

    with pytest.raises(OSError, match=f"No space left on device: '{tmp_path}"):
        write()
