from pathlib import Path

import pytest

from data_prep.faces.boxes import Box
from experiments.detecting.given_boxes import NoBoxesError, check_boxes, faces_of, in_picture

ONE, TWO = Box(1, 2, 3, 4), Box(5, 6, 7, 8)


@pytest.mark.parametrize(
    "name", ["000", "000.mp4", "youtube/000", "youtube/000.mp4", "of/youtube/000"]
)
@pytest.mark.parametrize("path", ["youtube/000.mp4", "youtube/c23/videos/000.mp4"])
def test_a_file_is_named_by_the_end_of_its_path(name, path):
    faces = ((ONE,),)
    assert faces_of(Path("/set/of") / path, {name: faces, "other/000": ()}) is faces


def test_the_longest_name_comes_first():
    boxes = {"000": (), "youtube/000": ((ONE,),)}
    assert faces_of(Path("/set/youtube/000.mp4"), boxes) == ((ONE,),)


def test_a_file_without_boxes_says_how_it_may_be_called():
    with pytest.raises(NoBoxesError, match=r"neither as .*youtube/000 nor .* 000 nor 000\.mp4$"):
        faces_of(Path("/set/youtube/000.mp4"), {"001": ()})


def test_boxes_of_none_of_the_files_are_a_mistake():
    check_boxes([Path("/a.png"), Path("/b.png")], {"b": ()}, Path("boxes.json"))
    check_boxes([Path("/a.png")], None, None)
    with pytest.raises(ValueError, match=r"--boxes=boxes\.json has boxes of none .* it names c$"):
        check_boxes([Path("/a.png")], {"c": ()}, Path("boxes.json"))


def test_the_faces_of_a_picture():
    faces = ((None, ONE), (None,), {"a.png": TWO})
    assert in_picture(faces).boxes == (ONE, TWO)
