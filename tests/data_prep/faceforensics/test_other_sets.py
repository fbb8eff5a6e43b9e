"""What makes another set of the same tree, and what does not."""

import json
import os
import shutil

import pytest
from PIL import Image

from data_prep.checks.complete import PreparationError
from data_prep.media.video import read_frames, read_masks
from data_prep.prepared.card import read_card
from jaxticket.data.prepared import open_prepared
from tests.data_prep.faceforensics.preparing import prepare_faceforensics
from tests.data_prep.records_of import by_key
from tests.data_prep.videos.pixels import FRAMES, SIDE


def test_options_and_files_make_another_set(tree, tmp_path):
    def prepare(**options):
        return prepare_faceforensics(
            tree, tmp_path / "out", **{"compression": "raw", "size": SIDE, "frames": 1} | options
        )

    first = prepare()
    boxes = tmp_path / "boxes.json"
    shutil.copy(tree / "face_boxes.json", boxes)
    others = [
        prepare(frames=2),
        prepare(real_frames=2),
        prepare(size=16),
        prepare(name="another"),
        prepare(boxes=boxes),
    ]
    masks = tree / "manipulated_sequences/Swap/masks/videos"
    os.utime(masks / "000_003.mp4", (1, 1))
    others.append(prepare())
    (tree / "synthetic.json").write_text("{}")
    others.append(prepare())
    assert len({first, *others}) == 8
    pictures = [read_card(version).pictures["test"] for version in (first, *others[:2])]
    assert pictures == [{"real": 2, "fake": 2}, {"real": 4, "fake": 4}, {"real": 4, "fake": 2}]
    assert read_card(others[3]).name == "another"


def test_a_synthetic_tree_says_so(tree, tmp_path):
    (tree / "synthetic.json").write_text(
        json.dumps({"generator": "world", "version": 3, "seed": 7})
    )
    version = prepare_faceforensics(tree, tmp_path / "out", compression="raw", frames=1, size=16)
    card = read_card(version)
    assert card.synthetic
    assert card.notes[0] == (
        "synthetic: rendered by world, version 3, seed 7; it stands for no real data set"
    )
    assert open_prepared(version).synthetic


@pytest.mark.parametrize("text", ["[", "[]"])
def test_a_wrong_synthetic_file(tree, tmp_path, text):
    (tree / "synthetic.json").write_text(text)
    with pytest.raises(PreparationError, match=r"synthetic\.json is not a JSON"):
        prepare_faceforensics(tree, tmp_path / "out", compression="raw")


def test_extracted_frames_are_the_same_set(tree, tmp_path):
    """Each video, and each mask video, as a folder of its frames."""
    videos = prepare_faceforensics(tree, tmp_path / "out", compression="raw", size=SIDE)
    for folder in [*tree.glob("*/*/raw/videos"), *tree.glob("*/*/masks/videos")]:
        read, to = (read_frames, folder.parent / "images")
        if folder.parent.name == "masks":
            read, to = (read_masks, folder.parent)
        for file in folder.glob("*.mp4"):
            (to / file.stem).mkdir(parents=True)
            for number, frame in enumerate(read(file, range(FRAMES))):
                Image.fromarray(frame).save(to / file.stem / f"{number:04d}.png")
        shutil.rmtree(folder)
    frames = prepare_faceforensics(tree, tmp_path / "out", compression="raw", size=SIDE)
    assert frames != videos
    assert read_card(frames).fingerprint == read_card(videos).fingerprint
    assert {record["has_mask"] for record in by_key(frames).values() if record["label"]} == {1}
    (next(tree.glob("*/*/raw/images/000")) / "0002.png").write_bytes(b"")
    again = prepare_faceforensics(tree, tmp_path / "out", compression="raw", size=SIDE)
    ((name, reason),) = read_card(again).skipped
    assert (name, reason.partition(":")[0]) == ("youtube/000", "0002.png")


def test_split_files_from_elsewhere(tree, tmp_path):
    (tree / "splits").rename(tmp_path / "official")

    def prepare():
        splits = tmp_path / "official"
        return prepare_faceforensics(
            tree, tmp_path / "out", compression="raw", splits=splits, frames=1, size=16
        )

    first = prepare()
    assert prepare() == first
    # Other contents of the same videos: another set.
    pairs = tmp_path / "official/val.json"
    pairs.write_text(json.dumps([["001", "004"]]))
    assert prepare() != first
    pairs.unlink()
    with pytest.raises(PreparationError, match=r"official has no val\.json: the official"):
        prepare()
