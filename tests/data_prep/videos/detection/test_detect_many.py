import errno
from concurrent.futures import ThreadPoolExecutor

import pytest

from data_prep.faces.boxes import Box, FaceBoxesError, read_face_boxes, write_face_boxes
from data_prep.videos.detection import detect
from data_prep.videos.detection.detect import boxes_of_videos
from tests.data_prep.made_detector import bright_rectangles, draw_video

FACE = Box(20, 10, 20, 20)
OTHER = Box(1, 1, 5, 5)


@pytest.fixture
def videos(tmp_path):
    """One with a face, one without, one that is no video."""
    (tmp_path / "bad.mp4").write_text("no video")
    return {
        "youtube/000": [draw_video(tmp_path / "000.mp4", [[FACE], [], [FACE]])],
        "youtube/001": [draw_video(tmp_path / "001.mp4", [[], []])],
        "youtube/002": [tmp_path / "bad.mp4"],
    }


def test_found_stored_and_found_again(videos, tmp_path, monkeypatch):
    store = tmp_path / "made" / "face_boxes.json"
    calls = []
    found = boxes_of_videos(
        videos, store, bright_rectangles, on_progress=lambda *call: calls.append(call)
    )
    first = {"youtube/000": (FACE, None, FACE), "youtube/001": (None, None)}
    assert found.faces == {name: (boxes,) for name, boxes in first.items()}
    assert (found.stored, found.without) == (0, ("youtube/001",))
    assert list(found.bad) == ["youtube/002"]
    assert "not a whole video" in found.bad["youtube/002"]
    assert calls == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert read_face_boxes(store) == first
    assert sorted(file.name for file in store.parent.iterdir()) == [
        ".face_boxes.json.lock",
        "face_boxes.json",
    ]

    # What is stored is not detected again, not even where no face was found.
    del videos["youtube/002"]
    monkeypatch.setattr(detect, "in_order", None)
    before = store.stat().st_mtime_ns
    calls.clear()
    again = boxes_of_videos(
        videos, store, bright_rectangles, on_progress=lambda *call: calls.append(call)
    )
    assert calls == []
    assert again == (found.faces, 2, ("youtube/001",), {})
    assert store.stat().st_mtime_ns == before


def test_boxes_of_the_user_are_taken_and_kept(videos, tmp_path):
    store = tmp_path / "face_boxes.json"
    given = {"youtube/000": (OTHER,), "elsewhere/9": (OTHER, None)}
    write_face_boxes(store, given)
    found = boxes_of_videos(videos, store, bright_rectangles, every=2)
    assert found.stored == 1
    expected = {**given, "youtube/001": (None, None)}
    assert found.faces == {name: (boxes,) for name, boxes in expected.items()}
    assert read_face_boxes(store) == expected


def test_interrupted_it_keeps_what_is_done(videos, tmp_path):
    store = tmp_path / "face_boxes.json"

    def interrupt(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        boxes_of_videos(videos, store, bright_rectangles, on_progress=interrupt)
    assert list(read_face_boxes(store)) == ["youtube/000"]
    assert boxes_of_videos(videos, store, bright_rectangles).stored == 1


def test_written_from_time_to_time(videos, tmp_path, monkeypatch):
    store = tmp_path / "face_boxes.json"
    monkeypatch.setattr(detect, "_SECONDS_BETWEEN_WRITES", -1.0)
    monkeypatch.setattr(detect, "_TIMES_A_WRITE", 0)
    stored = []

    def look(done, total):
        stored.append(sorted(read_face_boxes(store)) if store.is_file() else None)

    boxes_of_videos(videos, store, bright_rectangles, on_progress=look)
    assert stored == [None, None, ["youtube/000"], ["youtube/000", "youtube/001"]]


def test_a_store_of_another_form_is_left_alone(videos, tmp_path):
    store = tmp_path / "face_boxes.json"
    store.write_text("[]")
    with pytest.raises(FaceBoxesError, match="does not say that it is face_boxes/1"):
        boxes_of_videos(videos, store, bright_rectangles)
    assert store.read_text() == "[]"


def test_another_file_of_that_name_is_looked_at_again(videos, tmp_path):
    store = tmp_path / "face_boxes.json"
    boxes_of_videos(videos, store, bright_rectangles)
    draw_video(videos["youtube/000"][0], [[OTHER]])
    found = boxes_of_videos(videos, store, bright_rectangles)
    assert (found.stored, found.faces["youtube/000"]) == (1, ((OTHER,),))
    videos["youtube/001"][0].unlink()
    gone = boxes_of_videos(videos, store, bright_rectangles)
    assert (gone.stored, list(gone.bad)) == (1, ["youtube/001", "youtube/002"])


def test_a_better_version_that_comes_later_changes_nothing(videos, tmp_path):
    store = tmp_path / "face_boxes.json"
    boxes_of_videos(videos, store, bright_rectangles)
    raw = draw_video(tmp_path / "raw.mp4", [[OTHER], [], []])
    more = {name: [raw, *files] for name, files in videos.items()}
    found = boxes_of_videos(more, store, bright_rectangles)
    assert (found.stored, found.faces["youtube/000"]) == (2, ((FACE, None, FACE),))


def test_two_at_once_lose_nothing_and_look_once(videos, tmp_path):
    """The second waits, and finds what the first has found."""
    store = tmp_path / "face_boxes.json"
    several = {f"{name}/{n}": files for name, files in videos.items() for n in range(3)}
    halves = [dict(list(several.items())[:6]), dict(list(several.items())[3:])]
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(boxes_of_videos, half, store, bright_rectangles) for half in halves]
        found = [job.result() for job in jobs]
    assert sorted(read_face_boxes(store)) == sorted(name for name in several if "002" not in name)
    assert sorted(one.stored for one in found) == [0, 3]


def test_a_folder_that_cannot_be_written_to(videos, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"the face boxes could not be written below .*none are kept"):
        boxes_of_videos(videos, tmp_path / "file" / "face_boxes.json", bright_rectangles)


def test_a_full_disk_leaves_the_store_as_it_was(videos, tmp_path, monkeypatch):
    store = tmp_path / "face_boxes.json"
    boxes_of_videos({"youtube/000": videos["youtube/000"]}, store, bright_rectangles)
    before = store.read_text()

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("data_prep.videos.detection.store.write_face_boxes", full)
    with pytest.raises(OSError, match=r"No space left on device\); those written before are kept"):
        boxes_of_videos(videos, store, bright_rectangles)
    assert store.read_text() == before
