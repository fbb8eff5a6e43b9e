import pytest
from made_detector import bright_rectangles, draw_video

from data_prep import detected_boxes
from data_prep.detected_boxes import boxes_of_videos
from data_prep.face_boxes import Box, FaceBoxesError, read_face_boxes, write_face_boxes

FACE = Box(20, 10, 20, 20)
OTHER = Box(1, 1, 5, 5)


@pytest.fixture
def videos(tmp_path):
    """One with a face, one without, one that is no video."""
    (tmp_path / "bad.mp4").write_text("no video")
    return {
        "youtube/000": draw_video(tmp_path / "000.mp4", [[FACE], [], [FACE]]),
        "youtube/001": draw_video(tmp_path / "001.mp4", [[], []]),
        "youtube/002": tmp_path / "bad.mp4",
    }


def test_found_stored_and_found_again(videos, tmp_path, monkeypatch):
    store = tmp_path / "made" / "face_boxes.json"
    calls = []
    found = boxes_of_videos(
        videos, store, bright_rectangles, on_progress=lambda *call: calls.append(call)
    )
    assert found.boxes == {"youtube/000": (FACE, None, FACE), "youtube/001": (None, None)}
    assert (found.kept, found.without) == (0, ("youtube/001",))
    assert list(found.bad) == ["youtube/002"]
    assert "not a whole video" in found.bad["youtube/002"]
    assert calls == [(1, 3), (2, 3), (3, 3)]
    assert read_face_boxes(store) == found.boxes
    assert [file.name for file in store.parent.iterdir()] == ["face_boxes.json"]

    # What is stored is not detected again, not even where no face was found.
    del videos["youtube/002"]
    monkeypatch.setattr(detected_boxes, "detect_boxes", None)
    before = store.stat().st_mtime_ns
    again = boxes_of_videos(videos, store, bright_rectangles)
    assert again == (found.boxes, 2, ("youtube/001",), {})
    assert store.stat().st_mtime_ns == before


def test_boxes_of_the_user_are_taken_and_kept(videos, tmp_path):
    store = tmp_path / "face_boxes.json"
    given = {"youtube/000": (OTHER,), "elsewhere/9": (OTHER, None)}
    write_face_boxes(store, given)
    found = boxes_of_videos(videos, store, bright_rectangles, every=2)
    assert found.kept == 1
    assert found.boxes == {**given, "youtube/001": (None, None)}
    assert read_face_boxes(store) == found.boxes


def test_interrupted_it_keeps_what_is_done(videos, tmp_path):
    store = tmp_path / "face_boxes.json"

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        boxes_of_videos(videos, store, bright_rectangles, on_progress=interrupt)
    assert list(read_face_boxes(store)) == ["youtube/000"]
    assert boxes_of_videos(videos, store, bright_rectangles).kept == 1


def test_written_from_time_to_time(videos, tmp_path, monkeypatch):
    store = tmp_path / "face_boxes.json"
    monkeypatch.setattr(detected_boxes, "_SECONDS_BETWEEN_WRITES", -1.0)
    stored = []

    def look(done, total):
        stored.append(sorted(read_face_boxes(store)) if store.is_file() else None)

    boxes_of_videos(videos, store, bright_rectangles, on_progress=look)
    assert stored == [None, ["youtube/000"], ["youtube/000", "youtube/001"]]


def test_a_store_of_another_form_is_left_alone(videos, tmp_path):
    store = tmp_path / "face_boxes.json"
    store.write_text("[]")
    with pytest.raises(FaceBoxesError, match="does not say that it is face_boxes/1"):
        boxes_of_videos(videos, store, bright_rectangles)
    assert store.read_text() == "[]"
