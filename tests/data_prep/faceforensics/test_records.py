import numpy as np
import pytest

from data_prep.prepared.card import read_card
from tests.data_prep.encoded import decoded
from tests.data_prep.faceforensics.preparing import prepare_faceforensics
from tests.data_prep.records_of import by_key
from tests.data_prep.videos.pixels import FRAMES, SIDE, crop_of, frames_of, masks_of

SPLITS = ("train", "validation", "test")


@pytest.fixture(scope="module")
def whole(write_tree, tmp_path_factory):
    """A tree of eight originals and two methods, one with masks."""
    return write_tree(tmp_path_factory.mktemp("whole") / "tree")


@pytest.fixture(scope="module")
def version(whole, tmp_path_factory):
    """It as a prepared set of all frames."""
    out = tmp_path_factory.mktemp("out")
    return prepare_faceforensics(whole, out, compression="raw", size=SIDE)


def test_every_record(version):
    found = by_key(version)
    assert len(found) == (8 + 2 * 8) * FRAMES
    splits = {"000_003": "train", "006_007": "train", "004_001": "validation", "002_005": "test"}
    methods = ["real", "Blend", "Swap"]
    for key, record in found.items():
        method, name, frame = key.split("/")
        assert frame == f"{record['frame']:04d}"
        video = f"{method}/{name}"
        target = f"youtube/{name[:3]}"
        picture = frames_of(video)[record["frame"]]
        crop = crop_of(picture, target, record["frame"])
        np.testing.assert_array_equal(decoded(record["image"]), crop)
        assert record["label"] == (method != "youtube")
        assert methods[record["method"]] == ("real" if method == "youtube" else method)
        assert record["video"].decode() == video
        group = record["group"].decode()
        assert name[:3] in group.split("_")
        assert splits[group] == record["split"]
        assert record["compression"] == b"raw"
        assert record["has_mask"] == (method == "Swap")
        if record["has_mask"]:
            mask = crop_of(masks_of(video)[record["frame"]], target, record["frame"])
            np.testing.assert_array_equal(decoded(record["mask"]), mask)


def test_both_orders_of_a_pair_are_in_its_group(version):
    groups = {}
    for record in by_key(version).values():
        groups.setdefault(record["group"].decode(), set()).add(record["video"].decode())
    assert groups["004_001"] == {
        "youtube/004",
        "youtube/001",
        "Swap/004_001",
        "Swap/001_004",
        "Blend/004_001",
        "Blend/001_004",
    }


def test_the_card(version, whole):
    card = read_card(version)
    assert (card.name, card.source, card.synthetic) == ("tree", str(whole), False)
    assert card.methods == ("real", "Blend", "Swap")
    assert card.pictures == {
        "train": {"real": 16, "fake": 32},
        "validation": {"real": 8, "fake": 16},
        "test": {"real": 8, "fake": 16},
    }
    assert card.groups == {"train": 2, "validation": 1, "test": 1}
    assert card.skipped == card.warnings == ()
    assert card.ignored == {}
    assert card.notes == (
        "raw; at most 32 frames of each forged and 32 of each original video, evenly spaced",
        "8 forged videos have no mask video (Blend)",
    )


def test_equal_trees_have_equal_fingerprints(write_tree, version, tmp_path):
    copied = write_tree(tmp_path / "copied", level="c0")
    again = prepare_faceforensics(copied, tmp_path, name="tree", compression="raw", size=SIDE)
    assert again.parent.name != version.parent.name
    assert read_card(again).fingerprint == read_card(version).fingerprint
    for split in SPLITS:
        file = f"face_forensics-{split}.array_record-00000-of-00001"
        assert (again / file).read_bytes() == (version / file).read_bytes()


def test_official_names(write_tree, tmp_path):
    root = write_tree(
        tmp_path / "FaceForensics++", methods=["FaceSwap", "Deepfakes", "Other"], level="c23"
    )
    for split in ("train", "val", "test"):
        (root / "splits" / f"{split}.json").rename(root / f"{split}.json")
    version = prepare_faceforensics(
        root, tmp_path, methods=["FaceSwap", "Deepfakes"], frames=2, real_frames=4, size=32
    )
    assert version.parent.name.startswith("FaceForensics-c23-32-")
    card = read_card(version)
    assert card.name == "FaceForensics++"
    assert card.methods == ("real", "Deepfakes", "FaceSwap")
    assert card.pictures["train"] == {"real": 16, "fake": 16}
    found = by_key(version)
    assert {record["compression"] for record in found.values()} == {b"c23"}
    # The two forgeries of a target share its four frames between them.
    for method, frames in (("Deepfakes", ("0000", "0002")), ("FaceSwap", ("0001", "0003"))):
        begin = f"{method}/004_001/"
        assert {key for key in found if key.startswith(begin)} == {begin + f for f in frames}
