"""Videos that show two people: the forged one is cropped, by the masks."""

import numpy as np
import pytest

from data_prep.faces.boxes import write_face_boxes
from data_prep.media.video import write_mask_video
from data_prep.prepared.card import read_card
from tests.data_prep.encoded import decoded
from tests.data_prep.faceforensics.conftest import write_splits
from tests.data_prep.faceforensics.preparing import prepare_faceforensics
from tests.data_prep.made_detector import DETECTOR, draw_video
from tests.data_prep.records_of import by_key
from tests.data_prep.videos.test_forged_face import LARGE, SMALL, masks_of

PAIRS = {"train": [("000", "003")], "val": [("010", "013")], "test": [("020", "023")]}
SIDE = 15  # of the square around the small face


@pytest.fixture
def source(tmp_path):
    """In all videos the smaller face is forged; the masks of the test end after a frame of four."""
    root = tmp_path / "tree"
    write_splits(root / "splits", PAIRS)
    for split, ((target, other),) in PAIRS.items():
        for video in (
            f"original_sequences/youtube/c23/videos/{target}",
            f"manipulated_sequences/DeepFakeDetection/c23/videos/{target}_{other}",
            f"manipulated_sequences/FaceShifter/c23/videos/{target}_{other}",
        ):
            path = root / f"{video}.mp4"
            path.parent.mkdir(parents=True, exist_ok=True)
            draw_video(path, [[LARGE, SMALL]] * 4)
        masks = root / "manipulated_sequences/DeepFakeDetection/masks/videos"
        masks.mkdir(parents=True, exist_ok=True)
        length = 1 if split == "test" else 4
        write_mask_video(masks / f"{target}_{other}.mp4", masks_of(*[SMALL] * length))
    return root


def prepare(source, out, **options):
    return prepare_faceforensics(
        source, out, methods=["DeepFakeDetection", "FaceShifter"], size=SIDE, detect_every=1,
        **options,
    )  # fmt: skip


def test_the_face_that_meets_the_mask_is_taken(source, tmp_path):
    version = prepare(source, tmp_path / "out", detector=DETECTOR)
    expected = np.zeros((SIDE, SIDE), bool)
    expected[1:13, 1:13] = True
    found = by_key(version)
    assert len(found) == 3 * 3 * 4
    for record in found.values():  # its original, and forgeries that have no masks, too
        np.testing.assert_array_equal(decoded(record["image"])[..., 0] > 128, expected)
    masked = [key for key, record in found.items() if record["has_mask"]]
    assert len(masked) == 4 + 4 + 1
    assert all(decoded(found[key]["mask"]).any() for key in masked)
    assert not [text for text in read_card(version).warnings if "forged" in text]


def test_pictures_of_another_face_are_counted_and_named(source, tmp_path):
    boxes = {f"youtube/{target}": [LARGE] * 4 for ((target, _),) in PAIRS.values()}
    write_face_boxes(source / "face_boxes.json", boxes)
    version = prepare(source, tmp_path / "out")
    (warning,) = (text for text in read_card(version).warnings if "forged" in text)
    assert warning.startswith(
        "9 forged pictures show nothing forged: no pixel of their mask is in their crop ("
        "DeepFakeDetection/000_003/0000, DeepFakeDetection/000_003/0001, "
    )
    others = {video: [[SMALL] * 4] for video in boxes}
    write_face_boxes(source / "face_boxes.json", boxes, None, others)
    version = prepare(source, tmp_path / "again")
    assert not [text for text in read_card(version).warnings if "forged" in text]
