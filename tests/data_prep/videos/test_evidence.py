from pathlib import Path

import pytest

from data_prep.faces.boxes import Box
from data_prep.media.video import BadVideoError, write_video
from data_prep.videos import evidence
from data_prep.videos.evidence import by_frame
from tests.data_prep.videos.extracted import extract
from tests.data_prep.videos.pixels import frames_of

A, B, C, D = (Box(x, 10, 20, 16) for x in (0, 10, 20, 30))


def boxes_of_frames(video, sources, *reach):
    """Of one face in each source."""
    return evidence.boxes_of_frames(video, [((face,), named) for face, named in sources], *reach)


def folder(path: Path, *names: str) -> Path:
    return extract(path, frames_of("youtube/000", len(names)), names)


def video(path: Path, length: int) -> Path:
    write_video(path, frames_of("youtube/000", length), crf=0)
    return path


def test_a_list_is_of_the_frames_of_its_folder(tmp_path):
    sparse = folder(tmp_path / "sparse", "000", "100", "200")
    assert by_frame([A, None, C], sparse) == {0: A, 200: C}
    dense = folder(tmp_path / "dense", "0000", "0001", "0002")
    assert by_frame([A, B], dense) == {0: A, 1: B}  # of a shorter list it is clear, too
    from_one = folder(tmp_path / "one", "frame_1", "frame_2")
    assert by_frame([A, B], from_one) == {1: A, 2: B}
    assert by_frame([A, B, C], video(tmp_path / "v.mp4", 2)) == {0: A, 1: B, 2: C}
    assert by_frame([A, B, C], None) == {0: A, 1: B, 2: C}


def test_a_list_of_the_whole_video_is_of_the_frames_of_their_number(tmp_path):
    sparse = folder(tmp_path / "sparse", "1", "3")
    assert by_frame([A, B, C, D], sparse)[3] == D
    with pytest.raises(BadVideoError, match="a list of 3 entries fits neither its 2 frames nor"):
        by_frame([A, B, C], sparse)
    named = folder(tmp_path / "named", "first", "second")
    assert by_frame([A, B], named) == {"first": A, "second": B}
    with pytest.raises(BadVideoError, match="a list of 1 entries fits neither"):
        by_frame([A], named)


def test_frames_by_name_or_number(tmp_path):
    named = folder(tmp_path / "named", "frame_0014", "frame_0029")
    entries = {"frame_0014.jpg": A, "29": B, "0030": None, "x_31": C}
    assert by_frame(entries, named) == {14: A, 29: B, 31: C}
    assert by_frame(entries, None) == {14: A, 29: B, 31: C}
    assert by_frame({"first.png": A}, folder(tmp_path / "f", "first", "second")) == {"first": A}


def test_boxes_of_another_video_serve_the_frames_of_their_number_only(tmp_path):
    original = folder(tmp_path / "o", "000", "100", "200", "300")
    forgery = folder(tmp_path / "f", "000", "075", "200", "225", "300")
    boxes = [A, B, C, None]
    assert boxes_of_frames(forgery, [(boxes, original)]) == [A, None, C, None, None]
    own = {"225": D, "200": D}
    assert boxes_of_frames(forgery, [(boxes, original), (own, forgery)]) == [A, None, C, D, None]
    # The original is not there: names still say which frames, a list does not.
    assert boxes_of_frames(forgery, [({"75": B}, None)]) == [None, B, None, None, None]
    assert boxes_of_frames(forgery, [(boxes, None)]) == [A, None, None, None, None]


def test_a_missing_frame_shifts_nothing(tmp_path):
    original = folder(tmp_path / "o", "0", "1", "2", "3")
    forgery = folder(tmp_path / "f", "0", "2", "3")
    assert boxes_of_frames(forgery, [([A, B, C, D], original)]) == [A, C, D]
    assert boxes_of_frames(original, [([A, C, D], forgery)]) == [A, None, C, D]


def test_frames_within_a_second_share_a_box(tmp_path):
    original = folder(tmp_path / "o", "0", "20", "26", "60")
    assert boxes_of_frames(original, [([A, None, None, D], original)]) == [A, A, None, D]
    assert boxes_of_frames(original, [([A, None, None, D], original)], 40) == [A, A, A, D]


def test_folders_and_video_files_meet_by_number(tmp_path):
    clip = video(tmp_path / "v.mp4", 4)
    assert boxes_of_frames(clip, [([A, None, None, D], clip)]) == [A, A, D, D]
    assert boxes_of_frames(clip, [([A, B], None)]) == [A, B, B, B]  # a shorter original
    sparse = folder(tmp_path / "s", "000", "003", "099")
    assert boxes_of_frames(sparse, [([A, B, C, D], clip)]) == [A, D, None]
    assert boxes_of_frames(clip, [([A, B, C], sparse)]) == [A, None, None, B]
    from_one = folder(tmp_path / "one", "1", "2", "3", "4")
    assert boxes_of_frames(from_one, [([A, B, C, D], clip)]) == [A, B, C, D]
    assert boxes_of_frames(clip, [([A, B, C, D], from_one)]) == [A, B, C, D]


def test_the_first_source_that_has_a_box_counts(tmp_path):
    clip = video(tmp_path / "v.mp4", 2)
    assert boxes_of_frames(clip, [([None, None], clip), ([B, B], None), ([C, C], clip)]) == [B, B]
    assert boxes_of_frames(clip, []) == [None, None]
