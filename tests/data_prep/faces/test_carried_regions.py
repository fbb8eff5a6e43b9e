import gzip
import json

import numpy as np
import pytest

from data_prep.faces.carried_regions import carry_regions, check_regions, in_crop
from data_prep.faces.crop import Square
from data_prep.faces.regions import FaceRegions, FaceRegionsError, write_face_regions
from data_prep.prepared.card import make_card, read_card, write_card

POLYGON = np.array([[10.0, 20.0], [30.0, 20.0], [15.0, 45.0]])


@pytest.fixture
def folder(tmp_path):
    """What stands for a prepared set: its card."""
    folder = tmp_path / "set"
    folder.mkdir()
    write_card(make_card([], name="s", source="", methods=("real",), notes=["first"]), folder)
    return folder


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "face_regions.json"
    write_face_regions(path, FaceRegions(("eyes", "nose"), videos={"a": [{"eyes": (POLYGON,)}]}))
    return path


def crops(regions):
    return {"a/0000": in_crop(regions.videos["a"][0], Square(10, 20, 20))}


def content(folder):
    return json.loads(gzip.decompress((folder / "regions.json.gz").read_bytes()))


def test_shares_of_a_crop():
    # 20 pixels from (10, 20): the first corner is its own, the others its sides' and beyond.
    found = in_crop({"eyes": (POLYGON,), "nose": ()}, Square(10, 20, 20))
    assert found == {"eyes": [[[0, 0], [1, 0], [0.25, 1.25]]]}


def test_carried(folder, source):
    before = read_card(folder)
    carry_regions(folder, source, crops)
    found = content(folder)
    assert (found["format"], found["regions"]) == ("regions/1", ["eyes", "nose"])
    assert found["of"] == {"a/0000": {"eyes": [[[0, 0], [1, 0], [0.25, 1.25]]]}}
    card = read_card(folder)
    assert card.notes == ("first", "face regions of 1 pictures are known: eyes, nose")
    assert card.fingerprint == before.fingerprint
    assert {entry.name for entry in folder.iterdir()} == {"data_card.json", "regions.json.gz"}


def test_once_for_a_file_and_again_for_another(folder, source):
    carry_regions(folder, source, crops)
    first = (folder / "regions.json.gz").read_bytes()

    def never(regions):
        raise AssertionError("found again")

    carry_regions(folder, source, never)
    other = FaceRegions(("eyes",), videos={"a": [{"eyes": (POLYGON + 2,)}]})
    write_face_regions(source, other)
    carry_regions(folder, source, crops)
    assert content(folder)["of"]["a/0000"]["eyes"][0][0] == [0.1, 0.1]
    assert len(read_card(folder).notes) == 2
    (folder / "regions.json.gz").write_bytes(first[:20])  # damaged
    carry_regions(folder, source, crops)
    assert content(folder)["of"]["a/0000"]["eyes"][0][0] == [0.1, 0.1]


def test_without_a_file_nothing_is_done(folder):
    carry_regions(folder, None, crops)
    check_regions(None)
    assert [entry.name for entry in folder.iterdir()] == ["data_card.json"]


def test_a_wrong_file(folder, source):
    source.write_text("{}")
    for work in (lambda: carry_regions(folder, source, crops), lambda: check_regions(source)):
        with pytest.raises(FaceRegionsError, match=r"face_regions\.json does not say"):
            work()
    assert [entry.name for entry in folder.iterdir()] == ["data_card.json"]


def test_a_set_that_cannot_be_written_to_is_as_good(folder, source, monkeypatch, caplog):
    def full(path, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data_prep.faces.carried_regions._write", full)
    carry_regions(folder, source, crops)
    assert "cannot be kept: No space left on device" in caplog.text
    assert read_card(folder).notes == ("first",)
