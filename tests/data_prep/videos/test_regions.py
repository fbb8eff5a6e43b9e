import gzip
import json

import numpy as np
import pytest

from data_prep.faces.regions import FaceRegions, FaceRegionsError, write_face_regions
from data_prep.prepared.card import read_card
from data_prep.source.listing import ListedFile
from data_prep.videos import REAL_METHOD, Video, VideoOptions, VideoSet, prepare_videos
from tests.data_prep.videos.trees import write_videos

PLACES = {
    "a/1": ("real", "train", "1"),
    "b/1": ("Swap", "train", "1"),
    "a/2": ("real", "validation", "2"),
    "a/3": ("real", "test", "3"),
    "b/3": ("Swap", "test", "3"),
}
# The box [8, 10, 20, 16] is cropped by a square of 26 pixels round (18, 18), from (5, 5).
WHOLE = {"nose": (np.array([[5.0, 5.0], [31.0, 5.0], [18.0, 18.0]]),)}
SHARES = {"nose": [[[0, 0], [1, 0], [0.5, 0.5]]]}
LEFT = {"nose": (np.array([[5.0, 5.0], [18.0, 5.0], [5.0, 18.0]]),)}
LEFT_SHARES = {"nose": [[[0, 0], [0.5, 0], [0, 0.5]]]}


@pytest.fixture
def found(tmp_path):
    root = write_videos(tmp_path.resolve() / "source", list(PLACES), boxes_of=PLACES, frames={})
    videos = tuple(
        Video(
            name, *place, name[-1], ListedFile(f"{name}.mp4", 1, 1), None,
            (name, f"a/{name[-1]}") if place[0] == "Swap" else (name,),
        )
        for name, place in PLACES.items()
    )  # fmt: skip
    return VideoSet("face_forensics", root, videos, (REAL_METHOD, "Swap"))


def prepare(found, tmp_path, data="out"):
    return prepare_videos(
        found,
        tmp_path / data,
        options=VideoOptions(size=16, frames=1),
    )


def write(found, **videos):
    frames = {name.replace("_", "/"): of for name, of in videos.items()}
    path = found.root / "face_regions.json"
    write_face_regions(path, FaceRegions(("nose",), videos=frames))
    return path


def regions_of(version):
    return json.loads(gzip.decompress((version / "regions.json.gz").read_bytes()))["of"]


def test_regions_in_the_crops(found, tmp_path):
    # Of four frames the middle one is taken, of the forgeries' one part: frame 2.
    write(found, a_1=[None, None, WHOLE, None], a_3=[WHOLE] * 4, b_3=[LEFT] * 4, x_9=[WHOLE])
    version = prepare(found, tmp_path)
    assert regions_of(version) == {
        "a/1/0002": SHARES,
        "b/1/0002": SHARES,  # of its target
        "a/3/0002": SHARES,
        "b/3/0002": LEFT_SHARES,  # its own
    }
    assert read_card(version).notes[-1] == "face regions of 4 pictures are known: nose"


def test_a_named_forgery_takes_its_own_regions_only(found, tmp_path):
    write(found, a_1=[WHOLE] * 4, b_1=[LEFT], a_3={"2": WHOLE}, b_3={"frame_0001.png": LEFT})
    assert regions_of(prepare(found, tmp_path)) == {"a/1/0002": SHARES, "a/3/0002": SHARES}


def test_they_are_added_to_a_prepared_set_and_change_nothing_else(found, tmp_path):
    version = prepare(found, tmp_path)
    before = {path.name: path.read_bytes() for path in version.iterdir()}
    card = read_card(version)
    assert "regions.json.gz" not in before
    write(found, a_1=[WHOLE] * 4)
    assert prepare(found, tmp_path) == version
    after = {path.name: path.read_bytes() for path in version.iterdir()}
    assert {name for name in after if after[name] != before.get(name)} == {
        "data_card.json",
        "regions.json.gz",
    }
    assert read_card(version).fingerprint == card.fingerprint
    assert prepare(found, tmp_path, "fresh").parent.name == version.parent.name
    added, fresh = (regions_of(tmp_path / data / "face_forensics" / version.parent.name / "1.0.0")
                    for data in ("out", "fresh"))  # fmt: skip
    assert added == fresh == {"a/1/0002": SHARES, "b/1/0002": SHARES}


def test_a_wrong_file_stops_before_the_work(found, tmp_path):
    path = write(found, a_1=[WHOLE])
    path.write_text(path.read_text().replace("5.0", '"5.0"'))
    with pytest.raises(FaceRegionsError, match=r"frame 0 of a/1, nose: a corner is"):
        prepare(found, tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_link_out_of_the_source_is_no_file_of_it(found, tmp_path):
    path = write(found, a_1=[WHOLE])
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    assert not (prepare(found, tmp_path) / "regions.json.gz").exists()
