"""Trees of extracted frames: a forgery's frames are not those of its original."""

import gzip
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from data_prep.faces.boxes import write_face_boxes
from data_prep.prepared.card import read_card
from tests.data_prep.encoded import decoded
from tests.data_prep.faceforensics.conftest import write_splits
from tests.data_prep.faceforensics.preparing import prepare_faceforensics
from tests.data_prep.made_detector import DETECTOR, HEIGHT, WIDTH
from tests.data_prep.records_of import by_key

PAIRS = {"train": [("000", "003")], "val": [("010", "013")], "test": [("020", "023")]}
REAL, FORGED = (0, 10, 20, 30), (0, 7, 20, 27)
SIDE = 13


def box_at(number):
    """A face that moves to the right, one pixel a frame."""
    return (4 + number, 10, 10, 10)


def write_frames(folder, numbers, name="{:03d}.png"):
    folder.mkdir(parents=True)
    for number in numbers:
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        x, y, width, height = box_at(number)
        picture[y : y + height, x : x + width] = 200 + number
        Image.fromarray(picture).save(folder / name.format(number))


@pytest.fixture
def source(tmp_path):
    root = tmp_path / "tree"
    write_splits(root / "splits", PAIRS)
    boxes = {}
    for ((target, source),) in PAIRS.values():
        write_frames(root / f"original_sequences/youtube/c23/frames/{target}", REAL)
        forged = root / f"manipulated_sequences/Face2Face/c23/frames/{target}_{source}"
        write_frames(forged, FORGED, "frame_{:04d}.png")
        boxes[f"youtube/{target}"] = [box_at(number) for number in REAL]
    write_face_boxes(root / "face_boxes.json", boxes)
    return root


def prepare(source, out, **options):
    return prepare_faceforensics(source, out, **{"frames": 4, "size": SIDE} | options)


def check_centred(records):
    """The face is where it is in every picture: rows and columns 1 to 11 of 13."""
    for record in records.values():
        bright = decoded(record["image"])[..., 0] > 128
        expected = np.zeros((SIDE, SIDE), bool)
        expected[1:11, 1:11] = True
        np.testing.assert_array_equal(bright, expected)
        assert decoded(record["image"])[5, 5, 0] == 200 + record["frame"]


def frames_of(records, video):
    return sorted(record["frame"] for record in records.values() if record["video"] == video)


def test_frames_that_the_original_has_not_are_left_out_and_counted(source, tmp_path):
    version = prepare(source, tmp_path / "out", detector="no_such:thing")
    found = by_key(version)
    check_centred(found)
    assert frames_of(found, b"youtube/000") == [0, 10, 20, 30]
    assert frames_of(found, b"Face2Face/000_003") == [0, 20]
    assert "Face2Face/000_003/0020" in found
    card = read_card(version)
    (warning,) = (text for text in card.warnings if "left out" in text)
    assert warning == (
        "6 frames of 3 videos were left out, for no face box is known at their number (2 of "
        "Face2Face/000_003, 2 of Face2Face/010_013, 2 of Face2Face/020_023): add their boxes, or "
        "have a face detector, remove this prepared set and prepare it anew"
    )
    (note,) = (text for text in card.notes if "face box" in text)
    assert note.startswith("3 forgeries have frames for which face_boxes.json has no face box, and")


def test_or_their_faces_are_detected_in_the_forgery(source, tmp_path):
    version = prepare(source, tmp_path / "out", detector=DETECTOR)
    found = by_key(version)
    check_centred(found)
    assert frames_of(found, b"Face2Face/000_003") == [0, 7, 20, 27]
    card = read_card(version)
    assert not [text for text in card.warnings if "left out" in text or "as large" in text]
    assert any(f"face_boxes.json has no face box: {DETECTOR} looked" in note for note in card.notes)


def test_detected_faces_of_another_size_are_warned_of(source, tmp_path):
    """A file whose boxes hold the head, and a detector of the face alone."""
    boxes = {
        f"youtube/{target}": [(x - 3, y - 3, 16, 16) for x, y, _, _ in map(box_at, REAL)]
        for ((target, _),) in PAIRS.values()
    }
    write_face_boxes(source / "face_boxes.json", boxes)
    card = read_card(prepare(source, tmp_path / "out", detector=DETECTOR))
    (warning,) = (text for text in card.warnings if "as large" in text)
    assert f"{DETECTOR} detects in these forgeries are 0.62 times as large as those in" in warning


def test_without_a_file_of_boxes_every_frame_is_looked_at(source, tmp_path):
    """Frames far apart are no frames between two looks, and the face may be anywhere."""
    (source / "face_boxes.json").unlink()
    version = prepare(source, tmp_path / "out", detector=DETECTOR)
    found = by_key(version)
    check_centred(found)
    assert len(found) == 3 * (4 + 4)


def test_a_frame_missing_in_one_clip_shifts_none_after_it(source, tmp_path):
    forged = source / "manipulated_sequences/Face2Face/c23/frames"
    shutil.rmtree(forged)
    for ((target, other),) in PAIRS.values():
        write_frames(forged / f"{target}_{other}", [0, 20, 30])
    found = by_key(prepare(source, tmp_path / "out", detector="no_such:thing"))
    check_centred(found)
    assert frames_of(found, b"Face2Face/000_003") == [0, 20, 30]
    # One frame of each: the same moment, or the nearest to it.
    found = by_key(prepare(source, tmp_path / "one", frames=1, detector="no_such:thing"))
    assert frames_of(found, b"youtube/000") == frames_of(found, b"Face2Face/000_003") == [20]


def test_boxes_and_regions_by_the_names_of_frames(source, tmp_path):
    boxes = {
        f"youtube/{target}": {f"{n:03d}.png": box_at(n) for n in (*REAL, *FORGED)}
        for ((target, _),) in PAIRS.values()
    }
    boxes |= {
        f"Face2Face/{a}_{b}": {str(n): box_at(n) for n in (7, 27)} for ((a, b),) in PAIRS.values()
    }
    write_face_boxes(source / "face_boxes.json", boxes)
    triangle = [[14, 10], [24, 10], [14, 20]]
    (source / "face_regions.json").write_text(
        json.dumps(
            {
                "format": "face_regions/1",
                "regions": ["nose"],
                "videos": {"youtube/000": {"010": {"nose": [triangle]}}},
            }
        )
    )
    version = prepare(source, tmp_path / "out", detector="no_such:thing")
    found = by_key(version)
    check_centred(found)
    assert frames_of(found, b"Face2Face/000_003") == [0, 7, 20, 27]
    regions = json.loads(gzip.decompress((version / "regions.json.gz").read_bytes()))["of"]
    # The crop of frame 10 is from (13, 9); no other frame's regions are known.
    nose = [[[round(value / 13, 4) for value in corner] for corner in [(1, 1), (11, 1), (1, 11)]]]
    assert regions == {"youtube/000/0010": {"nose": nose}}


def test_a_set_of_before_gets_no_regions_of_other_frames(source, tmp_path, caplog):
    def prepared():
        return prepare(source, tmp_path / "out", detector="no_such:thing")

    version = prepared()
    card = json.loads((version / "data_card.json").read_text())
    (version / "data_card.json").write_text(json.dumps(card | {"crossing_clips": None}))
    content = {"format": "face_regions/1", "regions": ["nose"], "videos": {"youtube/000": []}}
    (source / "face_regions.json").write_text(json.dumps(content))
    assert prepared() == version
    assert "was prepared before frames met by their numbers" in caplog.text
    assert not (version / "regions.json.gz").exists()
    (version / "data_card.json").write_text(json.dumps(card))
    assert prepared() == version
    assert (version / "regions.json.gz").exists()
