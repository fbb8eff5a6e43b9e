import json

import numpy as np
import pytest

from data_prep.faces.boxes import (
    Box,
    FaceBoxesError,
    FaceTrack,
    read_face_boxes,
    read_faces,
    write_face_boxes,
)


def written(tmp_path, videos, **others):
    path = tmp_path / "face_boxes.json"
    path.write_text(json.dumps({"format": "face_boxes/1", "videos": videos} | others))
    return path


def test_boxes_are_read(tmp_path):
    frames = {"0014.png": [1, 2, 3, 4], "29": None}
    path = written(
        tmp_path, {"youtube/000": [[-3, 2.5, 40, 50], None], "Swap/000_003": [], "a/1": frames}
    )
    assert read_face_boxes(path) == {
        "youtube/000": (Box(-3.0, 2.5, 40.0, 50.0), None),
        "Swap/000_003": (),
        "a/1": {"0014.png": Box(1, 2, 3, 4), "29": None},
    }


def test_written_boxes_come_back(tmp_path):
    videos = {
        "youtube/001": [Box(1.25, 2, 3, 4), None],
        "youtube/000": [(np.float32(0.5), np.int64(7), 8, 9)],
        "a/1": {"0014.png": (1, 2, 3, 4.5), "29": None},
    }
    path = tmp_path / "boxes.json"
    write_face_boxes(path, videos)
    assert read_face_boxes(path) == {
        "youtube/000": (Box(0.5, 7, 8, 9),),
        "youtube/001": (Box(1.25, 2, 3, 4), None),
        "a/1": {"0014.png": Box(1, 2, 3, 4.5), "29": None},
    }
    assert path.read_text() == (
        '{"format": "face_boxes/1", "videos": {\n'
        '"a/1": {"0014.png": [1, 2, 3, 4.5], "29": null},\n'
        '"youtube/000": [[0.5, 7, 8, 9]],\n'
        '"youtube/001": [[1.25, 2, 3, 4], null]\n'
        "}}\n"
    )


def test_a_wrong_box_is_not_written(tmp_path):
    with pytest.raises(FaceBoxesError, match="frame 1 of youtube/000"):
        write_face_boxes(tmp_path / "b.json", {"youtube/000": [None, (1, 2, 3, 0)]})
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize(
    "entry",
    [
        [1, 2, 3],
        [1, 2, 3, 4, 5],
        [1, 2, "3", 4],
        [1, 2, True, 4],
        [1, 2, 3, float("nan")],
        [1, 2, 3, float("inf")],
        [1e300, 2, 3, 4],
        [10**400, 2, 3, 4],
        "1234",
        7,
        {"x": 1},
    ],
)
def test_what_is_no_box_is_named(tmp_path, entry):
    path = written(tmp_path, {"Swap/000_003": [None, None, entry]})
    with pytest.raises(FaceBoxesError) as caught:
        read_face_boxes(path)
    assert str(caught.value).startswith(f"{path}: the box of frame 2 of Swap/000_003 is ")
    assert "not null or four numbers [x, y, width, height]" in str(caught.value)


@pytest.mark.parametrize("box", [[1, 2, 0, 4], [1, 2, 3, -4]])
def test_a_box_without_an_area(tmp_path, box):
    path = written(tmp_path, {"youtube/000": [box]})
    with pytest.raises(FaceBoxesError, match=r"frame 0 of youtube/000.*must be positive"):
        read_face_boxes(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not a JSON file: "),
        ("[" * 100_000, "is not a JSON file: "),
        ("[]", "does not say that it is face_boxes/1"),
        ('{"videos": {}}', "does not say that it is face_boxes/1"),
        ('{"format": "face_boxes/1"}', "has no object `videos`"),
        ('{"format": "face_boxes/1", "videos": {"a": 1}}', "of a are no list and no object"),
        ('{"format": "face_boxes/1", "videos": {"a": {"7": 1}}}', "the box of frame 7 of a is 1"),
        ('{"format": "face_boxes/1", "videos": {"a": [], "a": []}}', "'a' stands in it twice"),
    ],
)
def test_files_of_another_form(tmp_path, text, problem):
    path = tmp_path / "boxes.json"
    path.write_text(text)
    with pytest.raises(FaceBoxesError) as caught:
        read_face_boxes(path)
    assert str(path) in str(caught.value)
    assert problem in str(caught.value)


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file of face boxes .*boxes\.json"):
        read_face_boxes(tmp_path / "boxes.json")


def test_the_nearest_box():
    one, two = Box(0, 0, 1, 1), Box(5, 5, 1, 1)
    track = FaceTrack({1: one, 5: two}, range(7))
    found = [track.at(frame) for frame in range(8)]
    assert found == [one, one, one, one, two, two, two, None]  # 7 is no frame of that video
    assert FaceTrack({0: one, 2: two}, range(3)).at(1) is one
    assert FaceTrack({9: two, 0: one, 4: one}, range(12)).at(7) is two
    assert FaceTrack({9: two, 0: one, "a": two}, range(12)).at(11) is two
    assert FaceTrack({}, range(3)).at(0) is None


def test_a_box_serves_frames_within_reach_only():
    box = Box(0, 0, 1, 1)
    track = FaceTrack({100: box}, {90, 94, 95, 100, 105, 106}, reach=5)
    assert [track.at(frame) for frame in (90, 94, 95, 105, 106)] == [None, None, box, box, None]


def test_frames_without_numbers_have_boxes_of_their_own():
    box = Box(0, 0, 1, 1)
    track = FaceTrack({"first": box}, {"first", "second"})
    assert (track.at("first"), track.at("second"), track.at("third")) == (box, None, None)


def test_files_that_boxes_were_found_in_are_written_and_passed_over(tmp_path):
    path = tmp_path / "face_boxes.json"
    write_face_boxes(path, {"a/1": [[1, 2, 3, 4]]}, {"a/1": ["a.mp4", 5, 6]})
    assert path.read_text() == (
        '{"format": "face_boxes/1", "videos": {\n"a/1": [[1, 2, 3, 4]]\n}, "found_in": {\n'
        '"a/1": ["a.mp4", 5, 6]\n}}\n'
    )
    assert read_face_boxes(path) == {"a/1": ((1, 2, 3, 4),)}


def test_further_faces(tmp_path):
    one, two, three = Box(1, 2, 3, 4), Box(5, 6, 7, 8), Box(9, 9, 9, 9)
    path = tmp_path / "face_boxes.json"
    write_face_boxes(
        path,
        {"a/1": [one, None], "a/2": [one]},
        None,
        {"a/1": [[None, two], {"0": three}], "b": []},
    )
    assert read_faces(path) == {"a/1": ((one, None), (None, two), {"0": three}), "a/2": ((one,),)}
    assert read_face_boxes(path) == {"a/1": (one, None), "a/2": (one,)}
    path = written(tmp_path, {"a/1": []}, others={"a/1": [[[1, 2, 3]]]})
    with pytest.raises(FaceBoxesError, match="the box of frame 0 of a/1 is"):
        read_faces(path)
    for wrong in ([], {"a/1": 3}):
        with pytest.raises(FaceBoxesError, match="`others` is no object of lists of faces"):
            read_faces(written(tmp_path, {"a/1": []}, others=wrong))


def test_the_boxes_of_a_long_video_are_found_without_going_over_all_of_them():
    """By looking at every box for every frame this would take hours."""
    box = Box(0, 0, 1, 1)
    track = FaceTrack({2 * number: box for number in range(50_000)}, range(100_000))
    assert all(track.at(frame) is box for frame in range(1, 100_000, 2))
