"""Ready crops on their way into a prepared set."""

import gzip
import json

import numpy as np
import pytest
import tensorflow_datasets as tfds
from PIL import Image

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench import open_deepfakebench
from data_prep.faces.boxes import write_face_boxes
from data_prep.prepared.card import read_card
from data_prep.videos import VideoOptions, prepare_videos
from tests.data_prep.deepfakebench.crops import (
    FF,
    FORGERIES,
    ORIGINALS,
    SIDE,
    entry,
    points,
    write_index,
    write_video,
)
from tests.data_prep.deepfakebench.crops import write_faceforensics as write_tree
from tests.data_prep.encoded import decoded
from tests.data_prep.records_of import by_key


@pytest.fixture
def tree(tmp_path):
    write_tree(tmp_path, levels=("c23", "c40"))
    return tmp_path / FF


def prepare(tree, out="out", compression="c23", **options):
    chosen = VideoOptions(**{"frames": 4, "size": SIDE} | options)
    return prepare_videos(
        open_deepfakebench(tree, compression=compression), tree.parent / out, options=chosen
    )


def test_pixels_numbers_and_masks(tree, monkeypatch):
    monkeypatch.setattr("data_prep.videos.prepare.detect_in_set", None)  # no face is looked for
    before = prepare(tree)
    write_face_boxes(tree / "face_boxes.json", {"youtube/000": [[0, 0, 4, 4]]})
    assert prepare(tree) == before
    for level in ("c23", "c40"):
        version = prepare(tree, compression=level)
        records = by_key(version)
        assert len(records) == 12 * 4
        for number in (0, 3, 29, 100):
            record = records[f"Deepfakes/000_003/{number:04d}"]
            file = tree.parent / FORGERIES / f"Deepfakes/{level}/frames/000_003/{number:03d}.png"
            assert decoded(record["image"]).tolist() == np.asarray(Image.open(file)).tolist()
            assert (record["frame"], record["has_mask"]) == (number, number < 100)
            if number < 100:
                rows = (decoded(record["mask"]) > 0).all(axis=1)
                assert rows.tolist() == [row <= number % 8 for row in range(SIDE)]
        card = read_card(version)
        assert card.notes[:2] == (
            "the pictures are face crops already (frames as DeepfakeBench keeps them): taken "
            "whole, no face is looked for",
            f"{level}; at most 4 frames of each forged and 4 of each original video, evenly spaced",
        )
        assert "6 pictures of 6 forged videos have no mask: none has their names" in card.notes


def test_masks_that_are_counted_from_another_number_are_said(tree):
    for kind, first in (("frames", 0), ("masks", 1)):
        folder = tree.parent / FORGERIES / f"Deepfakes/c23/{kind}/000_003"
        for place, file in enumerate(sorted(folder.iterdir())):
            file.rename(folder / f"{place + first:03d}.png")
    (tree.parent / FORGERIES / "Deepfakes/c23/frames/000_003/003.png").unlink()
    (note,) = (note for note in read_card(prepare(tree)).notes if "another number" in note)
    assert note.startswith(
        "the masks of 1 videos are as many as their frames, but counted from another number (+1 in "
        "Deepfakes/000_003): the first mask was taken for that of the first frame"
    )


@pytest.mark.parametrize("options", [{"boxes": "a.json"}, {"detector": "a:b"}, {"detect_every": 1}])
def test_options_of_the_search_for_faces_are_refused(tree, options):
    with pytest.raises(PreparationError, match=rf"^--{next(iter(options))}: no face is looked for"):
        prepare(tree, **options)


def regions_of(version):
    with gzip.open(version / "regions.json.gz", "rt") as file:
        return json.load(file)


def test_landmarks_become_regions(tree):
    version = prepare(tree)
    kept = regions_of(version)
    assert kept["regions"] == ["eyes", "brows", "nose", "mouth", "face"]
    # Of the first original of each pair there are some.
    assert set(kept["of"]) == {
        f"youtube/{name}/{number:04d}"
        for name in ("000", "002", "004")
        for number in (0, 3, 29, 100)
    }
    eye = kept["of"]["youtube/000/0003"]["eyes"][0]
    assert eye == np.round(points()[36:42] / SIDE, 4).tolist()
    note = "face regions of 12 pictures are known: eyes, brows, nose, mouth, face (by landmarks)"
    assert read_card(version).notes[-1] == note
    # A smaller picture has the same shares; a set that was prepared before has them anew.
    assert regions_of(prepare(tree, size=8))["of"]["youtube/000/0003"]["eyes"][0] == eye
    landmarks = tree.parent / f"{ORIGINALS}/c23/landmarks"
    (landmarks / "000/003.npy").write_bytes(b"no")
    (landmarks / "000/029.npy").unlink()
    for path in (landmarks / "002").iterdir():
        path.unlink()
    (landmarks / "002/._003.npy").write_bytes(b"")  # beside a file, by another system
    (landmarks / "002.json").write_text(json.dumps({"003.png": points(68).tolist()}))
    (landmarks / "004.json").write_text("{}")  # a folder comes first
    assert prepare(tree) == version
    assert sorted(regions_of(version)["of"])[:3] == [
        "youtube/000/0000",
        "youtube/000/0100",
        "youtube/002/0003",
    ]
    note = read_card(version).notes[-1]
    assert note.startswith("face regions of 7 pictures are known: eyes, brows, nose, mouth, face")
    assert "; 1 files of landmarks cannot be used (original_sequences/youtube/c23/landm" in note
    assert "/000/003.npy is no NumPy file" in note


def test_regions_of_a_file_come_before_landmarks(tree):
    eyes = {"eyes": [[[0, 0], [SIDE, 0], [0, 4]]]}
    regions = {"format": "face_regions/1", "regions": ["eyes"]}
    content = regions | {"videos": {"youtube/000": {"003.png": eyes}}}
    (tree / "face_regions.json").write_text(json.dumps(content))
    kept = regions_of(prepare(tree))
    assert kept["of"] == {"youtube/000/0003": {"eyes": [[[0, 0], [1, 0], [0, 0.25]]]}}


def test_fakes_for_testing_alone(tmp_path):
    """As DF40's testing data, which are of one class; the list's order is nobody's."""
    write_video(tmp_path, "DF40/simswap/cdf/frames/id0_id1_0000", (9, 10, 100))
    fakes = {"x": entry(tmp_path, "DF40/simswap/cdf/frames/id0_id1_0000", "simswap_Fake", "", "")}
    write_index(tmp_path, "simswap_cdf", {"simswap_Fake": {"test": fakes}})
    version = prepare_videos(
        open_deepfakebench(tmp_path, "simswap_cdf.json"),
        tmp_path / "out",
        options=VideoOptions(size=SIDE),
    )
    card = read_card(version)
    assert card.methods == ("real", "simswap")
    assert card.pictures["test"] == {"real": 0, "fake": 3}
    assert card.pictures["train"] == {"real": 0, "fake": 0}
    assert card.groups == {"train": 0, "validation": 0, "test": 1}
    assert "the split test holds no real pictures: no AUC can be had there" in card.warnings
    records = list(tfds.builder_from_directory(version).as_data_source("test"))
    assert sorted(record["frame"] for record in records) == [9, 10, 100]
    assert {record["video"] for record in records} == {b"simswap/cdf/id0_id1_0000"}
