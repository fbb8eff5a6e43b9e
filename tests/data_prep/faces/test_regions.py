import json

import numpy as np
import pytest

from data_prep import limits
from data_prep.faces.regions import (
    FaceRegions,
    FaceRegionsError,
    read_face_regions,
    write_face_regions,
)

TRIANGLE = [[1, 2], [5, 2.5], [3, -7]]
CONTENT = {
    "format": "face_regions/1",
    "regions": ["eyes", "nose"],
    "videos": {"youtube/000": [{"eyes": [TRIANGLE, TRIANGLE]}, None]},
    "faces": {"Train/a.jpg/7": {"nose": [TRIANGLE]}},
}


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "face_regions.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def test_what_a_file_says(write):
    found = read_face_regions(write(CONTENT))
    assert found.names == ("eyes", "nose")
    first, second = found.videos["youtube/000"]
    assert second is None
    assert list(first) == ["eyes"]
    assert [polygon.tolist() for polygon in first["eyes"]] == [TRIANGLE, TRIANGLE]
    assert found.faces["Train/a.jpg/7"]["nose"][0].tolist() == TRIANGLE


def test_either_part_is_enough(write):
    for part in ("videos", "faces"):
        found = read_face_regions(write({key: CONTENT[key] for key in CONTENT if key != part}))
        assert getattr(found, part) == {}


def test_written_and_read_again(tmp_path):
    polygon = np.array([[1.04, 2], [5, 2.06], [3, -7]])
    path = tmp_path / "face_regions.json"
    regions = FaceRegions(
        ("nose",),
        videos={"b/1": [None, {"nose": (polygon,)}], "a/1": [{"nose": ()}]},
        faces={"Val/b.jpg/0": {"nose": (polygon,)}},
    )
    write_face_regions(path, regions)
    found = read_face_regions(path)
    assert list(found.videos) == ["a/1", "b/1"]
    assert found.videos["a/1"] == ({},)
    of = found.videos["b/1"]
    assert of[0] is None
    assert of[1] is not None
    rounded = [[1.0, 2.0], [5.0, 2.1], [3.0, -7.0]]
    assert of[1]["nose"][0].tolist() == found.faces["Val/b.jpg/0"]["nose"][0].tolist() == rounded
    assert [entry.name for entry in tmp_path.iterdir()] == ["face_regions.json"]


def test_frames_by_their_names(write, tmp_path):
    frames = {"0014.png": {"eyes": [TRIANGLE]}, "29": None, "30": {}}
    regions = read_face_regions(write(CONTENT | {"videos": {"youtube/000": frames}}))
    assert list(regions.videos["youtube/000"]) == ["0014.png", "29", "30"]
    write_face_regions(tmp_path / "again.json", regions)
    again = read_face_regions(tmp_path / "again.json").videos["youtube/000"]
    assert again["0014.png"]["eyes"][0].tolist() == TRIANGLE
    assert (again["29"], again["30"]) == (None, {})


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"format": "face_boxes/1"}, "does not say that it is face_regions/1"),
        ({"regions": []}, "no list of 1 to 32 names"),
        ({"regions": ["r"] * 33}, "no list of 1 to 32 names"),
        ({"regions": "eyes"}, "no list of 1 to 32 names"),
        ({"regions": ["eyes", "nose", "eyes"]}, "a name stands twice"),
        ({"regions": ["eyes", "nose", "background"]}, "'background'.* is the rest"),
        ({"regions": ["eyes", "nose", "../up"]}, r"is called '\.\./up'"),
        ({"regions": ["eyes", "nose", 3]}, "is called 3"),
        ({"videos": []}, "`videos` is no object"),
        ({"faces": None}, "`faces` is no object"),
        ({"videos": {"youtube/000": "no"}}, "the frames of youtube/000 are no list and no object"),
        ({"videos": {"youtube/000": {"7": 3}}}, "frame 7 of youtube/000 is no object of regions"),
        ({"videos": {"a": [None, 3]}}, "frame 1 of a is no object"),
        ({"videos": {"a": [{"ears": []}]}}, "frame 0 of a has the region 'ears'"),
        ({"faces": {"f/1": {"eyes": 3}}}, "the face f/1, eyes: no list of polygons"),
        ({"faces": {"f/1": {"eyes": [[[1, 2], [3, 4]]]}}}, "f/1, eyes: .* list of 3 to"),
        ({"faces": {"f/1": {"eyes": [[[1, 2]] * 10001]}}}, "f/1, eyes: .* list of 3 to 10,000"),
        ({"faces": {"f/1": {"eyes": ["abc"]}}}, "f/1, eyes: .* list of 3 to"),
        *(
            ({"faces": {"f/1": {"eyes": [[[1, 2], [3, 4], corner]]}}}, "f/1, eyes: a corner is")
            for corner in (
                [1], [1, 2, 3], "12", [1, "2"], [True, 1], [None, 1], [1e7, 0],
                [float("nan"), 0], [float("-inf"), 0], [10**400, 0], {"x": 1, "y": 2},
            )
        ),
    ],
)  # fmt: skip
def test_other_forms_are_refused(write, changed, wrong):
    path = write(CONTENT | changed)
    with pytest.raises(FaceRegionsError, match=wrong) as error:
        read_face_regions(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "\ufffe", '{"a": 1, "a": 2}', "[1]"])
def test_what_is_no_such_json(write, text):
    with pytest.raises(FaceRegionsError, match=r"face_regions\.json"):
        read_face_regions(write(text))


def test_a_file_beyond_measure(write, monkeypatch):
    monkeypatch.setattr(limits, "JSON_BYTES", 100)
    with pytest.raises(
        FaceRegionsError, match=r"face_regions.json has [\d,]+ bytes; at most 100 are"
    ):
        read_face_regions(write(CONTENT))


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file of face regions"):
        read_face_regions(tmp_path / "face_regions.json")
