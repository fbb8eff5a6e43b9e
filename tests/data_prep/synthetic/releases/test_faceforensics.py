import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from data_prep.faceforensics import open_faceforensics
from data_prep.faces.boxes import read_face_boxes
from data_prep.media.video import read_frames, read_masks
from data_prep.prepared.card import read_card
from data_prep.synthetic.drawing.clip import Clip, make_clip
from data_prep.synthetic.drawing.region import face_box
from data_prep.synthetic.forgeries import METHODS, forge
from data_prep.synthetic.releases.delivery import COMPRESSIONS, FRAME, delivered, describe
from data_prep.synthetic.world import VERSION, World
from data_prep.videos import VideoOptions, prepare_videos
from tests.data_prep.synthetic.tiny import FRAMES, SEED, WORLD

NAMES = {"train": ("000", "001"), "val": ("002", "003"), "test": ("004", "005")}
FORGED = [f"{a}_{b}" for pair in NAMES.values() for a, b in (pair, pair[::-1])]
OPTIONS = VideoOptions(frames=2, size=64)
ROOT = Path(__file__).parents[4]
RENDER = """
import sys
from pathlib import Path
from data_prep.synthetic.releases.faceforensics import write_tree
from tests.data_prep.synthetic.tiny import WORLD
write_tree(WORLD, Path(sys.argv[1]), ["c23"])
"""


def frames(root: Path, sequence: str, level: str, name: str) -> np.ndarray:
    path = root / sequence / level / "videos" / f"{name}.mp4"
    return np.array(list(read_frames(path, range(FRAMES))))


def reduced(region: np.ndarray) -> np.ndarray:
    """255 where any pixel of the canvas, 6/5 of the frame's, lies in the frame's pixel."""
    spans = [slice(6 * pixel // 5, -(-6 * (pixel + 1) // 5)) for pixel in range(FRAME)]
    rows = np.array([region[span].any(axis=0) for span in spans])
    return 255 * np.array([rows[:, span].any(axis=1) for span in spans]).T.astype(np.uint8)


def test_every_file(tree):
    wanted = {f"{name}.json" for name in ("face_boxes", "face_regions", "synthetic")}
    wanted |= {f"splits/{split}.json" for split in NAMES}
    for level in ("raw", "c23"):
        for pair in NAMES.values():
            wanted |= {f"original_sequences/youtube/{level}/videos/{name}.mp4" for name in pair}
        for method in METHODS:
            folder = f"manipulated_sequences/{method}/{level}/videos"
            wanted |= {f"{folder}/{name}.mp4" for name in FORGED}
    for method in METHODS:
        folder = f"manipulated_sequences/{method}/masks/videos"
        wanted |= {f"{folder}/{name}.mp4" for name in FORGED}
    found = {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}
    assert found == wanted


def test_what_the_files_say(tree):
    for split, pair in NAMES.items():
        assert json.loads((tree / "splits" / f"{split}.json").read_text()) == [list(pair)]
    said = json.loads((tree / "synthetic.json").read_text())
    assert said == describe(WORLD, ["raw", "c23"])
    assert (said["version"], said["seed"], said["train"], said["frames"]) == (VERSION, 3, 1, 2)
    assert said["compressions"] == ["raw", "c23"]


def test_boxes_are_those_of_the_poses(tree, clips):
    boxes = read_face_boxes(tree / "face_boxes.json")
    assert sorted(boxes) == [f"youtube/{name}" for pair in NAMES.values() for name in pair]
    for clip, name in zip(clips, ("000", "001"), strict=True):
        for shot, box in zip(clip.shots, boxes[f"youtube/{name}"], strict=True):
            assert box is not None
            wanted = [side * 160 / 192 for side in face_box(shot.pose)]
            assert list(box) == pytest.approx(wanted, abs=0.01)


def test_raw_is_what_was_recorded_bit_by_bit(tree, clips):
    found = frames(tree, "original_sequences/youtube", "raw", "000")
    assert found.shape == (FRAMES, FRAME, FRAME, 3)
    np.testing.assert_array_equal(found, [delivered(frame) for frame in clips[0].frames])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("name", "target"), [("000_001", 0), ("001_000", 1)])
def test_forgeries_and_masks_bit_by_bit(tree, clips, method, name, target):
    forged = forge(method, clips[target], clips[1 - target], SEED)
    folder = f"manipulated_sequences/{method}"
    wanted = [delivered(frame) for frame in forged.frames]
    np.testing.assert_array_equal(frames(tree, folder, "raw", name), wanted)
    masks = list(read_masks(tree / folder / "masks/videos" / f"{name}.mp4", range(FRAMES)))
    np.testing.assert_array_equal(masks, [reduced(region) for region in forged.regions])
    # In the frames as delivered, what no mask covers is the original's.
    original = frames(tree, "original_sequences/youtube", "raw", name[:3])
    outside = np.array(masks) == 0
    np.testing.assert_array_equal(np.array(wanted)[outside], original[outside])


def test_every_video_goes_through_the_encoder(tree):
    for sequence, name in [
        ("original_sequences/youtube", "004"),
        *((f"manipulated_sequences/{method}", "004_005") for method in METHODS),
    ]:
        raw, coded = (frames(tree, sequence, level, name).astype(int) for level in ("raw", "c23"))
        assert 0.5 < np.abs(raw - coded).mean() < 6


def test_delivery():
    # 6 pixels of the canvas become 5 by areas: the first holds 1 and 1/5 of them.
    canvas = np.zeros((192, 192, 3), np.float32)
    canvas[:, ::6] = 300.0
    canvas[0] = -20.0
    frame = delivered(canvas)
    assert (frame.shape, frame.dtype) == ((160, 160, 3), np.uint8)
    assert frame[9, 5:10, 0].tolist() == [250, 0, 0, 0, 0]
    assert (frame[0] <= 40).all()


def test_the_same_in_another_process(tree, tmp_path):
    subprocess.run([sys.executable, "-c", RENDER, str(tmp_path / "tree")], check=True, cwd=ROOT)
    videos = sorted(path.relative_to(tmp_path / "tree") for path in tmp_path.rglob("*.mp4"))
    assert len(videos) == 6 + 2 * 5 * 6
    for video in videos:
        assert (tmp_path / "tree" / video).read_bytes() == (tree / video).read_bytes(), video
        read, again = (
            list(read_frames(root / video, range(FRAMES))) for root in (tree, tmp_path / "tree")
        )
        np.testing.assert_array_equal(read, again)
    assert (tmp_path / "tree/face_boxes.json").read_text() == (tree / "face_boxes.json").read_text()


def test_a_larger_world_begins_like_a_smaller_one():
    def pixels(clip: Clip) -> np.ndarray:
        return np.array(clip.frames)

    assert World(train=5).pairs()["train"][0] == World(train=1).pairs()["train"][0]
    np.testing.assert_array_equal(pixels(make_clip(9, 1, 2))[:1], pixels(make_clip(9, 1, 1)))


@pytest.mark.parametrize("level", ["raw", "c23"])
def test_it_can_be_prepared(tree, tmp_path, level):
    card = read_card(prepare_videos(open_faceforensics(tree, level), tmp_path, options=OPTIONS))
    assert card.synthetic
    assert card.methods == ("real", *sorted(METHODS))
    assert card.skipped == ()
    assert card.warnings == ()
    assert dict(card.ignored) == {}
    for split in ("train", "validation", "test"):
        assert card.pictures[split] == {"real": 4, "fake": 20}
        assert card.groups[split] == 1


def test_the_levels():
    assert COMPRESSIONS == {"raw": 0, "c23": 23, "c40": 40}
