from dataclasses import replace

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.faces.boxes import Box, read_face_boxes
from data_prep.faces.detectors import DetectorError
from data_prep.source.listing import ListedFile
from data_prep.videos import REAL_METHOD, Video, VideoSet
from data_prep.videos.detection.whole_set import Detection, detect_in_set
from tests.data_prep.made_detector import DETECTOR, draw_video

MADE = Detection(DETECTOR, 1)
FACE, OTHER = Box(20, 10, 20, 20), Box(1, 1, 5, 5)
PLACES = {
    "a/1": ("real", "train"),
    "b/1": ("Swap", "train"),
    "a/2": ("real", "validation"),
    "a/3": ("real", "test"),
    "b/3": ("Swap", "test"),
}


@pytest.fixture
def made(tmp_path):
    """Makes a set of five videos of one frame with the faces given; by default all have `FACE`."""
    root = (tmp_path / "source").resolve()

    def make(**faces):
        for name in PLACES:
            path = root / f"{name}.mp4"
            path.parent.mkdir(parents=True, exist_ok=True)
            draw_video(path, [faces.get(name.replace("/", ""), [FACE])])
        videos = []
        for name, (method, split) in PLACES.items():
            file = ListedFile(f"{name}.mp4", 1, 1)
            boxes_of = (name,) if method == "real" else (name, f"a/{name[-1]}")
            videos.append(Video(name, method, split, name[-1], name[-1], file, None, boxes_of))
        return VideoSet("face_forensics", root, tuple(videos), (REAL_METHOD, "Swap"))

    return make


def stored(tmp_path):
    [file] = (tmp_path / "data/face_boxes").glob("*.json")
    return read_face_boxes(file)


def test_a_forgery_takes_the_boxes_of_its_target(made, tmp_path):
    steps = []
    videos = made(b1=[OTHER])
    found = detect_in_set(videos, tmp_path / "data", MADE, lambda *step: steps.append(step))
    assert [found.of_frames(video) for video in videos.videos] == [[FACE]] * len(PLACES)
    assert found.lacking == {}
    assert found.notes == (
        f"faces found by {MADE.detector} in every frame, in forgeries where their target's are",
    )
    # Only the originals were looked at.
    assert stored(tmp_path) == dict.fromkeys(("a/1", "a/2", "a/3"), (FACE,))
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_forgery_of_a_faceless_or_absent_target_is_looked_at(made, tmp_path):
    videos = made(a3=[], b3=[OTHER], b1=[OTHER])
    other = replace(videos.videos[0], video="c/1", boxes_of=("c/1",))
    without = replace(videos, videos=(*videos.videos, other))
    without = replace(without, videos=without.videos[1:])  # c/1 in place of the target a/1
    steps = []
    found = detect_in_set(without, tmp_path / "data", MADE, lambda *step: steps.append(step))
    assert {video.video: found.of_frames(video) for video in without.videos} == {
        "b/1": [OTHER], "a/2": [FACE], "a/3": [None], "b/3": [OTHER], "c/1": [FACE],
    }  # fmt: skip
    reason = "no face was found by tests.data_prep.made_detector:bright_rectangles in 1 frame"
    assert found.lacking == {"a/3": reason}
    assert found.notes[0].endswith("; 2 forgeries by their own, for no target serves them")
    assert steps == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4), (4, 5), (5, 5)]


def test_what_is_stored_of_a_forgery_does_not_come_before_its_target(made, tmp_path):
    videos = made(b1=[OTHER])
    alone = replace(videos.videos[1], boxes_of=("b/1",))
    first = replace(videos, videos=(videos.videos[0], alone, *videos.videos[2:]))
    assert detect_in_set(first, tmp_path / "data", MADE).of_frames(alone) == [OTHER]
    found = detect_in_set(videos, tmp_path / "data", MADE)
    assert found.of_frames(videos.videos[1]) == [FACE]


def test_a_video_that_cannot_be_read_says_why(made, tmp_path):
    videos = made()
    (videos.root / "b/1.mp4").write_bytes(b"")
    (videos.root / "a/3.mp4").write_bytes(b"")
    found = detect_in_set(videos, tmp_path / "data", MADE)
    assert found.lacking == {"a/3": "empty file"}
    assert found.of_frames(videos.videos[4]) == [FACE]


def test_a_split_or_a_class_without_faces_is_an_error(made, tmp_path):
    text = (
        r"the split validation of .* is empty.*\(1 of 5 videos .* a/2: no face was found by tests"
    )
    with pytest.raises(PreparationError, match=text):
        detect_in_set(made(a2=[]), tmp_path / "data", MADE)
    text = r"split train of .* holds no real pictures.*\(2 of 5 videos"
    with pytest.raises(PreparationError, match=text):
        detect_in_set(made(a1=[], b1=[], a3=[OTHER]), tmp_path / "data", MADE)


def test_the_best_version_is_looked_at_where_it_is(made, tmp_path):
    videos = made()
    raw = draw_video(videos.root / "raw.mp4", [[OTHER]])
    outside = draw_video(tmp_path / "outside.mp4", [[Box(3, 3, 9, 9)]])
    (videos.root / "link.mp4").symlink_to(outside)
    better = replace(videos.videos[0], better=("none.mp4", "link.mp4", raw.name))
    videos = replace(videos, videos=(better, *videos.videos[1:]))
    found = detect_in_set(videos, tmp_path / "data", MADE)
    assert found.of_frames(videos.videos[1]) == [OTHER]


def test_a_missing_detector_fails_before_anything_is_read(made, tmp_path):
    text = r"source has no face_boxes\.json, and there is no detector 'x'"
    with pytest.raises(DetectorError, match=text):
        detect_in_set(made(), tmp_path / "data", Detection("x", 1))
    assert not (tmp_path / "data").exists()


def test_stores_differ_by_source_detector_and_frames(tmp_path):
    roots = [tmp_path / "tree", tmp_path / "other/tree"]
    stores = {
        Detection(detector, every).store(tmp_path, root)
        for root in roots
        for detector in ("dlib", "a.b:c", "a_b:c")
        for every in (1, 5)
    }
    assert len(stores) == 12
    store = Detection("dlib", 5).store(tmp_path / "data", roots[0])
    assert store.parent == tmp_path / "data/face_boxes"
    assert store.name.startswith("tree-")
    assert store.name.endswith("-dlib-every5.json")
