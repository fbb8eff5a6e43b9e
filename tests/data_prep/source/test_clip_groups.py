from collections import defaultdict

import pytest

from data_prep.source.arrange import arrange
from data_prep.source.clip_groups import UNAVERAGED
from data_prep.source.layout import LayoutError
from data_prep.source.manifest import arrange_rows, read_manifest

CLIPS = [f"{label}/clip{clip}" for label in ("real", "fake") for clip in range(10)]
FRAMES = [f"{clip}_frame{frame}.png" for clip in CLIPS for frame in range(3)]
NOTE = (
    "60 pictures are frames of 10 clips, by the names before their numbers (clip0, clip1, clip2, "
    "...), and each clip is a group"
)


def splits_of_clips(entries):
    splits = defaultdict(set)
    for entry in entries:
        splits[entry.key.rpartition("/")[2].partition("_")[0]].add(entry.split)
    return sorted(map(tuple, splits.values()))


UNDIVIDED = [("test",), *[("train",)] * 8, ("validation",)]


def test_a_folder_that_is_split_here_divides_no_clip():
    layout = arrange(FRAMES)
    assert splits_of_clips(layout.entries) == UNDIVIDED
    assert layout.notes[1:] == (NOTE, UNAVERAGED)
    assert {entry.group for entry in layout.entries} == {f"clip{n}" for n in range(10)}
    assert layout.entries[0].video == "fake/clip0_frame0.png"


def test_frames_of_a_clip_are_a_group_of_their_given_split():
    splits = ("train", "validation", "test")
    layout = arrange([f"{split}/{name}" for split in splits for name in FRAMES])
    assert layout.made_splits == ()
    assert {entry.group for entry in layout.entries} == {
        f"{split}/clip{n}" for split in splits for n in range(10)
    }
    # Frame scores are not averaged over what is only a name.
    assert all(entry.video == entry.key for entry in layout.entries)
    assert NOTE.replace("60", "180") in layout.notes


def test_clips_beside_a_given_test_are_divided():
    given = [f"test/{name}" for name in FRAMES]
    layout = arrange([*(f"train/{name}" for name in FRAMES), *given])
    groups = {entry.split: entry.group for entry in layout.entries}
    assert groups["train"].startswith("train/clip")
    assert groups["validation"].startswith("train/clip")
    assert groups["test"].startswith("test/clip")


def test_rows_without_a_group(tmp_path):
    manifest = tmp_path / "manifest.csv"
    rows = [f"{name},{name.partition('/')[0]}," for name in FRAMES]
    manifest.write_text("\n".join(["path,label,group", *rows]))
    layout = arrange_rows(read_manifest(manifest))
    assert splits_of_clips(layout.entries) == UNDIVIDED
    assert layout.notes[1:] == (NOTE, UNAVERAGED)
    assert layout.warnings == ()
    # The user's own groups stand above what the names say.
    own = [f"{row}g{n % 20}" for n, row in enumerate(rows)]
    manifest.write_text("\n".join(["path,label,group", *own]))
    layout = arrange_rows(read_manifest(manifest))
    assert {entry.group for entry in layout.entries} == {f"g{n}" for n in range(20)}
    assert len(layout.notes) == 1


def test_a_clip_a_class_is_not_divided():
    frames = [f"{label}/{label}clip7_frame{n}.png" for label in ("real", "fake") for n in range(12)]
    text = r"^24 pictures are frames of 2 clips, .*: too few clips to make validation and test of"
    with pytest.raises(LayoutError, match=text):
        arrange(frames)


def test_a_forgery_of_an_original_that_is_there_is_no_frame_of_a_clip():
    pairs = [(f"{n:03d}", f"{n ^ 1:03d}") for n in range(12)]
    forged = [f"{folder}/{a}_{b}.png" for folder in ("DF", "F2F") for a, b in pairs]
    layout = arrange([f"original/{a}.png" for a, _ in pairs] + forged)
    assert {entry.group for entry in layout.entries} == {f"{a}_{b}" for a, b in pairs if a < b}
    # With numbers of frames, both are read: the clip, then its original.
    frames = [name.replace(".png", f"_{n}.png") for name in forged for n in range(3)]
    frames += [f"original/{a}_{n}.png" for a, _ in pairs for n in range(3)]
    layout = arrange(frames)
    assert {entry.group for entry in layout.entries} == {f"{a}_{b}" for a, b in pairs if a < b}
