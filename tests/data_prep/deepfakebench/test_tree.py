"""Trees of ready crops without an index."""

import json
import shutil

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench import open_deepfakebench
from data_prep.schema import SPLITS
from tests.data_prep.deepfakebench.crops import (
    FF,
    FORGERIES,
    ORIGINALS,
    named,
    write_masks,
    write_video,
)


def test_a_folder_that_is_no_tree(root):
    with pytest.raises(
        PreparationError, match=rf"--source={root.resolve()}/FaceForensics.. for th"
    ):
        open_deepfakebench(root)
    with pytest.raises(PreparationError, match="the index gives the splits"):
        open_deepfakebench(root, "FF-DF.json", splits=root)
    with pytest.raises(PreparationError, match=r"are of a FaceForensics.. tree without an"):
        open_deepfakebench(root, splits=root)
    (root / FF / "test.json").write_text(json.dumps([["000", "003"]]))
    with pytest.raises(PreparationError, match="000 of pair 0 stands already in the pair"):
        open_deepfakebench(root / FF)


def test_pairs_are_divided_where_that_is_asked_for(root):
    with pytest.raises(PreparationError, match="has split files: leave --make_splits out"):
        open_deepfakebench(root / FF, make_splits=True)
    for name in ("train", "val", "test"):
        (root / FF / f"{name}.json").unlink()
    with pytest.raises(PreparationError, match=r"has no train\.json.*--make_splits divides the"):
        open_deepfakebench(root / FF)
    videos = open_deepfakebench(root / FF, make_splits=True)
    splits = {video.group: video.split for video in videos.videos}
    assert splits.keys() == {"000_003", "001_004", "002_005"}
    assert set(splits.values()) == set(videos.made_splits) == set(SPLITS)
    assert "figures are not comparable with those of the official splits" in videos.notes[0]


def test_links_and_videos_in_no_split_are_counted(root):
    frames = root / f"{ORIGINALS}/c23/frames"
    write_video(root, f"{ORIGINALS}/c23/frames/777")
    (frames / "888").symlink_to(frames / "000")
    write_masks(root, "elsewhere")
    masks = root / f"{FORGERIES}/Deepfakes/c23/masks/000_003"
    shutil.rmtree(masks)
    masks.symlink_to(root / "elsewhere")
    videos = open_deepfakebench(root / FF)
    assert videos.ignored == {"link to a folder": 1, "video in no split": 1}
    assert named(videos, "Deepfakes/000_003").mask is None
