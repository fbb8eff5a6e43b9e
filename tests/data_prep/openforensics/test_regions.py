import gzip
import json

import numpy as np
import pytest

from data_prep.faces.regions import FaceRegions, FaceRegionsError, write_face_regions
from data_prep.openforensics import prepare_openforensics
from data_prep.prepared.card import read_card
from tests.data_prep.openforensics.release_files import write_release

# The forged face is cropped by 26 pixels from (28, 7).
MOUTH = {"mouth": (np.array([[28.0, 7.0], [54.0, 7.0], [41.0, 20.0]]),)}
SHARES = {"mouth": [[[0, 0], [1, 0], [0.5, 0.5]]]}
NAMED = {"Train/ta.jpg/1": MOUTH, "Test-Dev/tb.jpg/3": MOUTH, "Test-Challenge/ta.jpg/1": MOUTH,
         "Val/none.jpg/1": MOUTH, "Train/ta.jpg/99": MOUTH}  # fmt: skip


@pytest.fixture
def root(tmp_path):
    return write_release(tmp_path.resolve() / "source")


def write(root):
    write_face_regions(root / "face_regions.json", FaceRegions(("mouth",), faces=NAMED))


def regions_of(version):
    return json.loads(gzip.decompress((version / "regions.json.gz").read_bytes()))["of"]


def test_regions_of_the_faces_that_are_in_the_set(root, tmp_path):
    write(root)
    version = prepare_openforensics(root, tmp_path / "out", size=16)
    assert regions_of(version) == {"Train/ta.jpg/1": SHARES, "Test-Dev/tb.jpg/3": SHARES}
    card = read_card(version)
    assert card.notes[-1] == "face regions of 2 pictures are known: mouth"
    assert list(card.ignored) == ["picture of Test-Challenge"]


def test_they_are_added_to_a_prepared_set(root, tmp_path):
    version = prepare_openforensics(root, tmp_path / "out", size=16)
    fingerprint = read_card(version).fingerprint
    assert not (version / "regions.json.gz").exists()
    write(root)
    assert prepare_openforensics(root, tmp_path / "out", size=16) == version
    assert regions_of(version) == {"Train/ta.jpg/1": SHARES, "Test-Dev/tb.jpg/3": SHARES}
    assert read_card(version).fingerprint == fingerprint


def test_a_wrong_file_stops_before_the_work(root, tmp_path):
    (root / "face_regions.json").write_text("[]")
    with pytest.raises(FaceRegionsError, match=r"face_regions\.json does not say"):
        prepare_openforensics(root, tmp_path / "out", size=16)
    assert not (tmp_path / "out").exists()


def test_a_picture_that_cannot_be_read_has_none(root, tmp_path):
    write(root)
    (root / "Train/ta.jpg").write_bytes(b"broken")
    assert list(regions_of(prepare_openforensics(root, tmp_path / "out", size=16))) == [
        "Test-Dev/tb.jpg/3"
    ]
