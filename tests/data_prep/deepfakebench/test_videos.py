"""The method, split, group and masks of each video."""

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench import open_deepfakebench
from data_prep.schema import SPLITS
from tests.data_prep.deepfakebench.crops import (
    ELSEWHERE,
    FF,
    FORGERIES,
    ORIGINALS,
    WINDOWS,
    entry,
    faceforensics_index,
    named,
    write_index,
    write_video,
)


@pytest.mark.parametrize("prefix", [ELSEWHERE, WINDOWS, "./datasets", "."])
def test_an_index_lists_what_the_tree_does(root, prefix):
    write_index(root, "FF-DF", faceforensics_index(root, prefix=prefix))
    listed = open_deepfakebench(root, "FF-DF.json")
    tree = open_deepfakebench(root / FF)
    assert [video.video for video in listed.videos] == [video.video for video in tree.videos]
    for ours, theirs in zip(listed.videos, tree.videos, strict=True):
        assert ours.file.name == f"{FF}/{theirs.file.name}"
        for name in ("method", "split", "group", "target", "frames"):
            assert getattr(ours, name) == getattr(theirs, name)
    assert listed.methods == tree.methods == ("real", "Deepfakes")
    assert (listed.compression, listed.made_splits) == ("c23", ())
    fake = named(listed, "Deepfakes/003_000")
    assert (fake.split, fake.group, fake.target) == ("train", "000_003", "003")
    assert fake.mask
    assert fake.mask.name == f"{FORGERIES}/Deepfakes/c23/masks/003_000"
    original = named(listed, "youtube/000")
    assert original.mask is None
    assert original.landmarks
    assert original.landmarks.name == f"{ORIGINALS}/c23/landmarks/000"
    # The source may also be the data set's folder itself, whatever it is called.
    (root / FF).rename(root / "ffpp")
    moved = open_deepfakebench(root / "ffpp", root / "dataset_json/FF-DF.json")
    assert [video.video for video in moved.videos] == [video.video for video in tree.videos]


def test_masks_of_c23_serve_every_level(root):
    write_index(root, "FF-DF", faceforensics_index(root, ("c23", "c40")))
    mask = f"{FORGERIES}/Deepfakes/c23/masks/000_003"
    for videos in (
        open_deepfakebench(root, "FF-DF.json", "c40"),
        open_deepfakebench(root / FF, compression="c40"),
    ):
        fake = named(videos, "Deepfakes/000_003")
        assert "c40/frames" in fake.file.name
        assert fake.mask
        assert mask.endswith(fake.mask.name)
        assert videos.compression == "c40"


def test_actors_are_divided_by_the_target(tmp_path):
    """By index and by tree: DeepFakeDetection stands whole in all splits."""
    for actor in range(1, 13):
        write_video(
            tmp_path, f"{FF}/original_sequences/actors/c23/frames/{actor:02d}__walking", [0]
        )
        write_video(
            tmp_path,
            f"{FORGERIES}/DeepFakeDetection/c23/frames/{actor:02d}_01__walking__ABCDEFGH",
            [0],
        )
    labels = {}
    for label, folder in (
        ("DFD_real", f"{FF}/original_sequences/actors/c23/frames"),
        ("DFD_fake", f"{FORGERIES}/DeepFakeDetection/c23/frames"),
    ):
        videos = {
            path.name: entry(tmp_path, f"{folder}/{path.name}", label)
            for path in (tmp_path / folder).iterdir()
        }
        labels[label] = {split: {"c23": videos} for split in ("train", "val", "test")}
    write_index(tmp_path, "DeepFakeDetection", labels)
    index = open_deepfakebench(tmp_path, "DeepFakeDetection.json")
    tree = open_deepfakebench(tmp_path / FF)
    for videos in (index, tree):
        splits = {}
        for video in videos.videos:
            assert splits.setdefault(video.group, video.split) == video.split
        assert set(splits.values()) == set(SPLITS) == set(videos.made_splits)
        assert len(splits) == 12
        assert any("gives no split of" in note for note in videos.notes)
        assert any("source actors may stand in several" in note for note in videos.notes)
    assert {v.video: v.split for v in index.videos} == {v.video: v.split for v in tree.videos}


def write_celebdf(root):
    for number in range(6):
        write_video(root, f"Celeb-real/frames/id{number}_0000")
        write_video(root, f"Celeb-synthesis/frames/id{number}_id9_0000")
    write_video(root, "YouTube-real/frames/00170")
    test = ("1 YouTube-real/00170", "1 Celeb-real/id5_0000", "0 Celeb-synthesis/id5_id9_0000")
    (root / "List_of_testing_videos.txt").write_text("".join(f"{line}.mp4\n" for line in test))


def test_a_celebdf_tree_and_its_index(tmp_path):
    root = tmp_path / "Celeb-DF-v2"
    write_celebdf(root)
    tree = open_deepfakebench(root)
    assert tree.methods == ("real", "Celeb-synthesis")
    with pytest.raises(PreparationError, match="has no levels: leave --compression out"):
        open_deepfakebench(root, compression="c23")
    assert [video.video for video in tree.videos if video.split == "test"] == [
        "Celeb-real/id5_0000",
        "YouTube-real/00170",
        "Celeb-synthesis/id5_id9_0000",
    ]
    assert named(tree, "Celeb-synthesis/id0_id9_0000").group == "id0_0000"
    assert tree.made_splits == ("train", "validation")
    assert tree.leaks[0].startswith("1 identities of the official test (id9), seen in 1 of its 3")
    # As its index: all videos in train, those of the test in all three.
    labels = {"CelebDFv2_real": {}, "CelebDFv2_fake": {}}
    for video in tree.videos:
        label = "CelebDFv2_real" if video.method == "real" else "CelebDFv2_fake"
        for split in {"train", "val", "test"} if video.split == "test" else {"train"}:
            name = f"Celeb-DF-v2/{video.file.name}"
            videos = labels[label].setdefault(split, {})
            videos[video.file.name.rpartition("/")[2]] = entry(tmp_path, name, label)
    write_index(tmp_path, "Celeb-DF-v2", labels)
    index = open_deepfakebench(tmp_path, "Celeb-DF-v2.json")
    assert [(v.video, v.split, v.group) for v in index.videos] == [
        (v.video, v.split, v.group) for v in tree.videos
    ]


def test_forgeries_whose_names_name_no_original(tmp_path):
    """As in DFDC's index, whose training is its validation."""
    labels = {"DFDC_Real": {}, "DFDC_Fake": {}}
    for number in range(8):
        label = sorted(labels)[number % 2]
        folder = f"DFDC/train/dfdc_train_part_0/frames/clip{number}"
        write_video(tmp_path, folder, [0])
        for split in ("train", "val"):
            videos = labels[label].setdefault(split, {})
            videos[f"clip{number}"] = entry(tmp_path, folder, label)
    write_index(tmp_path, "DFDC", labels)
    videos = open_deepfakebench(tmp_path, "DFDC.json")
    assert videos.methods == ("real", "DFDC")
    assert {video.split for video in videos.videos} == {"train", "validation"}
    assert videos.notes[-1].startswith(
        "4 forgeries are a group each, since their names name no original, for example train/dfdc"
    )
    assert videos.leaks == (
        "4 forgeries whose names name no original were divided into train, validation: they and "
        "their originals may have come into different splits",
    )
