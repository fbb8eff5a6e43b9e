"""Videos, masks and boxes that are bad, missing, or detected."""

import shutil
import sys

import numpy as np
import pytest

from data_prep.checks.complete import PreparationError
from data_prep.faceforensics.__main__ import Config, main
from data_prep.faces import boxes
from data_prep.faces.boxes import Box, FaceBoxesError, read_face_boxes, write_face_boxes
from data_prep.faces.detectors import DetectorError
from data_prep.media.video import write_mask_video
from data_prep.prepared.card import read_card
from data_prep.prepared.card_text import card_text
from tests.data_prep.encoded import decoded
from tests.data_prep.faceforensics.preparing import prepare_faceforensics
from tests.data_prep.made_detector import DETECTOR, draw_video
from tests.data_prep.records_of import by_key
from tests.data_prep.videos.pixels import FRAMES, SIDE, box_of, frames_of, masks_of


def test_bad_videos_cost_themselves_only(tree, tmp_path):
    originals = tree / "original_sequences/youtube/raw/videos"
    data = (originals / "000.mp4").read_bytes()
    (originals / "000.mp4").write_bytes(data[: len(data) // 2])
    boxes = {
        f"youtube/{name}": [box_of(name, frame) for frame in range(FRAMES)]
        for name in ("000", "003", "004", "001", "005")
    }
    boxes["Swap/002_005"] = [None, None]
    write_face_boxes(tree / "face_boxes.json", boxes)
    masks = tree / "manipulated_sequences/Swap/masks/videos"
    (masks / "003_000.mp4").write_bytes(b"x" * 999)
    write_mask_video(masks / "000_003.mp4", masks_of("Swap/000_003", 1))
    options = {"compression": "raw", "size": SIDE}
    version = prepare_faceforensics(tree, tmp_path / "out", skip_limit=3, **options)
    card = read_card(version)
    assert [name for name, _ in card.skipped] == ["Swap/002_005", "youtube/000", "youtube/002"]
    reasons = dict(card.skipped)
    assert reasons["Swap/002_005"] == reasons["youtube/002"] == "no frame has a face box"
    assert reasons["youtube/000"].startswith("not a whole video")
    assert card.pictures["train"] == {"real": 4, "fake": 8}
    assert card.pictures["test"] == {"real": 4, "fake": 4}
    assert card.notes[-1] == (
        "3 pictures of 1 forged videos have no mask: their masks are shorter than "
        "they are, or lack these frames"
    )
    (warning,) = card.warnings
    assert warning.startswith("1 mask videos cannot be used and were left aside (Swap/003_000: not")
    found = by_key(version)
    assert [found[f"Swap/000_003/000{frame}"]["has_mask"] for frame in range(4)] == [1, 0, 0, 0]
    assert not found["Swap/003_000/0000"]["has_mask"]
    assert "youtube/000: not a whole video" in card_text(card)

    text = (
        r"more than 2 videos cannot be used.*\n  youtube/000: .*\n(.*\n)*  Swap/002_005: no frame"
    )
    with pytest.raises(PreparationError, match="more than 2 videos cannot be used"):
        prepare_faceforensics(tree, tmp_path / "out", skip_limit=2, **options)
    with pytest.raises(PreparationError, match=text):
        prepare_faceforensics(tree, tmp_path / "new", skip_limit=2, **options)
    assert not list((tmp_path / "new").rglob("*.array_record*"))


def test_a_forgery_has_boxes_of_its_own(tree, tmp_path):
    boxes = {f"youtube/{name}": [(8, 10, 20, 16)] for name in ("000", "003", "004", "001", "002")}
    boxes["youtube/005"] = boxes["youtube/000"]
    boxes["Swap/000_003"] = [(20, 12, 20, 16)]
    boxes["Swap/003_000"] = [None, None]
    path = tmp_path / "boxes.json"
    write_face_boxes(path, boxes)
    (tree / "face_boxes.json").unlink()
    version = prepare_faceforensics(
        tree, tmp_path / "out", compression="raw", frames=1, size=SIDE, boxes=path
    )
    found = by_key(version)
    for key, left, top in (("Swap/000_003/0002", 17, 7), ("Swap/003_000/0002", 5, 5)):
        picture = frames_of(key.rpartition("/")[0])[2]
        crop = picture[top : top + SIDE, left : left + SIDE]
        np.testing.assert_array_equal(decoded(found[key]["image"]), crop)


def test_no_boxes(tree, tmp_path, monkeypatch):
    (tree / "face_boxes.json").unlink()
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(DetectorError) as caught:
        prepare_faceforensics(tree, tmp_path / "out", compression="raw")
    text = f"{tree} has no face_boxes.json, and faces are found by dlib"
    assert str(caught.value).startswith(text)
    assert boxes.BOXES_HELP in str(caught.value)
    with pytest.raises(FileNotFoundError, match=r"there is no file .*other\.json: faces"):
        prepare_faceforensics(
            tree, tmp_path / "out", compression="raw", boxes=tmp_path / "other.json"
        )


def test_wrong_boxes(tree, tmp_path):
    (tree / "face_boxes.json").write_text("{}")
    with pytest.raises(FaceBoxesError, match=r"face_boxes\.json does not say"):
        prepare_faceforensics(tree, tmp_path / "out", compression="raw")


def test_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere: check the path"):
        prepare_faceforensics(tmp_path / "nowhere", tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotADirectoryError, match=r"file is not a folder"):
        prepare_faceforensics(tmp_path / "file", tmp_path)


def test_the_command_says_what_is_wrong(tree, tmp_path, capsys):
    assert main(Config(tree, tmp_path / "out", methods=("Nothing", "Swap"))) == 2
    assert "error: the methods ['Nothing', 'Swap'] cannot be chosen" in capsys.readouterr().err


def test_faces_are_detected_in_the_raw_version_of_every_level(tree, tmp_path):
    """At c40 the tree holds noise; at raw each original has a bright rectangle of its own."""
    (tree / "face_boxes.json").unlink()
    for folder in list(tree.glob("*_sequences/*/raw")):
        shutil.copytree(folder, folder.with_name("c40"))
    rectangles = {}
    for number, file in enumerate(sorted(tree.glob("original_sequences/*/raw/videos/*.mp4"))):
        rectangles[f"youtube/{file.stem}"] = box = Box(2.0 + 3 * number, 4, 20, 20)
        draw_video(file, [[box]] * FRAMES)
    version = prepare_faceforensics(
        tree, tmp_path / "out", compression="c40", size=SIDE, frames=1, real_frames=1,
        detector=DETECTOR,
    )  # fmt: skip
    [store] = (tmp_path / "out/face_boxes").glob("tree-*made_detector*-every5.json")
    boxes = read_face_boxes(store)
    assert boxes == {name: (box, None, None, None) for name, box in rectangles.items()}
    for key, record in by_key(version).items():
        video = record["video"].decode()
        left = max(0, int(rectangles[f"youtube/{video.split('/')[1][:3]}"].x) + 10 - 13)
        picture = frames_of(video)[int(key[-4:])]
        crop = picture[1 : 1 + SIDE, left : left + SIDE]
        np.testing.assert_array_equal(decoded(record["image"]), crop)
