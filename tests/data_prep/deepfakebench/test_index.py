import json
from collections import Counter

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench.index import find_indexes, read_index

VIDEO = {"label": "FF-DF", "frames": ["a/b.png"], "masks": ["c/d.png"]}


def write(tmp_path, content):
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    return tmp_path / "x.json"


def test_with_levels_and_without(tmp_path):
    content = {
        "N": {
            "FF-DF": {"train": {"c23": {"000_003": VIDEO}, "c40": {}}, "val": {}},
            "x_Real": {"test": {"7": {"frames": [r"D:\a\1.png", "/a/2.png"]}}},
        }
    }
    ignored = Counter()
    first, second = read_index(write(tmp_path, "\ufeff" + json.dumps(content)), ignored)
    assert first == (
        "x.json", "N", "FF-DF", "FF-DF", "train", "c23", "000_003", ("a/b.png",), ("c/d.png",),
    )  # fmt: skip
    assert (second.split, second.level, second.label) == ("test", "", "x_Real")
    assert second.frames == (r"D:\a\1.png", "/a/2.png")
    assert not ignored


def test_entries_that_are_no_videos_are_counted(tmp_path):
    """Also what DFDC.json's validation holds: an entry in place of videos."""
    videos = {"label": "DFDC_Real", "frames": ["a/b.png"], "v": VIDEO, "": VIDEO, "w": {}}
    ignored = Counter()
    rows = read_index(write(tmp_path, {"DFDC": {"DFDC_Real": {"val": videos}}}), ignored)
    assert [row.video for row in rows] == ["v"]
    assert ignored == {
        "entry of an index without a video's name": 1,
        "entry of an index without frames": 2,
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", r"x\.json is not a JSON file"),
        ("[" * 100_000, r"x\.json is not a JSON file"),
        ([], r"x\.json is not a JSON object of the form"),
        ('{"N": {}, "N": {}}', "'N' stands in it twice"),
        ({"N": {"\udcff": {}}}, "has a name that is no text"),
        ({"N": []}, r"x\.json: N is no JSON object"),
        ({"N": {"FF-DF": 1}}, "N, FF-DF is no JSON object"),
        ({"N": {"FF-DF": {"trainings": {}}}}, "FF-DF, trainings is no split"),
        ({"N": {"FF-DF": {"val": {"v": 7}}}}, "the video 'v' is no JSON object"),
        ({"N": {"FF-DF": {"val": {"v": {"label": 1}}}}}, "the video 'v' has the label 1"),
        ({"N": {"FF-DF": {"val": {"v": {"frames": "a"}}}}}, "'v', frames: no list of paths"),
        ({"N": {"FF-DF": {"val": {"v": {"frames": [1]}}}}}, "'v', frames: no list of paths"),
        ({"N": {"FF-DF": {"val": {"c23": {"v": []}}}}}, "the video 'v' is no JSON object"),
    ],
)
def test_other_files(tmp_path, content, said):
    with pytest.raises(PreparationError, match=said):
        read_index(write(tmp_path, content), Counter())


def test_where_an_index_is_looked_for(tmp_path, monkeypatch):
    root, here = tmp_path / "root", tmp_path / "here"
    for folder in (root / "dataset_json", here):
        folder.mkdir(parents=True)
    monkeypatch.chdir(here)
    for name in ("b.json", "a.json"):
        (root / "dataset_json" / name).write_text("{}")
    for name in ("notes.txt", "._a.json"):
        (root / "dataset_json" / name).write_text("")

    def find(given):
        return [file.name for file in find_indexes(root, type(root)(given))]

    in_folder = [str(root / "dataset_json" / name) for name in ("a.json", "b.json")]
    assert find("dataset_json") == find(root / "dataset_json") == in_folder
    assert find("b.json") == find("dataset_json/b.json") == in_folder[1:]
    (here / "b.json").write_text("{}")
    assert find("b.json") == [str(here / "b.json")]
    with pytest.raises(PreparationError, match=r"there is no index c\.json, here or in"):
        find("c.json")
