"""What is listed by an index, and by a tree."""

import json
import shutil

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
    write_faceforensics,
    write_index,
    write_masks,
    write_video,
)


@pytest.fixture
def root(tmp_path):
    write_faceforensics(tmp_path / "rgb", levels=("c23", "c40"))
    return tmp_path / "rgb"


def of(videos, name):
    return next(video for video in videos.videos if video.video == name)


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
    fake = of(listed, "Deepfakes/003_000")
    assert (fake.split, fake.group, fake.target) == ("train", "000_003", "003")
    assert fake.mask
    assert fake.mask.name == f"{FORGERIES}/Deepfakes/c23/masks/003_000"
    original = of(listed, "youtube/000")
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
        fake = of(videos, "Deepfakes/000_003")
        assert "c40/frames" in fake.file.name
        assert fake.mask
        assert mask.endswith(fake.mask.name)
        assert videos.compression == "c40"


def test_a_level_that_the_index_has_not(root):
    write_index(root, "FF-DF", faceforensics_index(root))
    with pytest.raises(PreparationError, match=r"no videos at raw; levels with videos: c23 \(12\)"):
        open_deepfakebench(root, "FF-DF.json", "raw")
    with pytest.raises(PreparationError, match="holds no crops at raw"):
        open_deepfakebench(root / FF, compression="raw")


def test_several_indexes_name_their_originals_once(root):
    write_faceforensics(root, methods=("Face2Face",))
    labels = faceforensics_index(root)
    write_index(root, "FF-DF", labels)
    folder = f"{FORGERIES}/Face2Face/c23/frames/000_003"
    fake = {"train": {"c23": {"000_003": entry(root, folder, "FF-F2F")}}}
    write_index(root, "FF-F2F", {"FF-real": labels["FF-real"], "FF-F2F": fake})
    videos = open_deepfakebench(root, "dataset_json")
    assert videos.methods == ("real", "Deepfakes", "Face2Face")
    assert len(videos.videos) == len({video.video for video in videos.videos}) == 13
    assert videos.notes[0] == "listed by FF-DF.json, FF-F2F.json"
    # Masks lie where they always do, though the index does not name them.
    assert of(videos, "Face2Face/000_003").mask
    one = open_deepfakebench(root, "dataset_json", methods=["Face2Face"])
    assert one.methods == ("real", "Face2Face")
    with pytest.raises(PreparationError, match=r"\['Swap'\] cannot be chosen"):
        open_deepfakebench(root, "dataset_json", methods=["Swap"])


def test_what_the_index_names_and_is_not_there(root):
    labels = faceforensics_index(root)
    write_index(root, "FF-DF", labels)
    shutil.rmtree(root / f"{ORIGINALS}/c23/frames/003")
    (root / f"{ORIGINALS}/c23/frames/000/029.png").unlink()
    write_video(root, f"{ORIGINALS}/c23/frames/000", [500])  # not the index's
    videos = open_deepfakebench(root, "FF-DF.json")
    assert of(videos, "youtube/000").frames == ("000.png", "003.png", "100.png")
    assert of(videos, "youtube/004").frames is None
    assert videos.notes[1:3] == (
        "1 videos of the index are not there, for example "
        f"{ELSEWHERE}/{ORIGINALS}/c23/frames/003/100.png",
        "1 crops of the index's other videos are not there",
    )
    shutil.rmtree(root / FF)
    with pytest.raises(
        PreparationError, match=r"nothing that FF-DF\.json lists is below .*rgb, fo"
    ):
        open_deepfakebench(root, "FF-DF.json")


def test_labels_that_contradict_the_paths_show_three_rows(root):
    labels = faceforensics_index(root)
    labels["FF-real"], labels["FF-DF"] = labels["FF-DF"], labels["FF-real"]
    for videos in (labels[label][split]["c23"] for label in labels for split in labels[label]):
        for video in videos.values():
            del video["label"]
    write_index(root, "FF-DF", labels)
    with pytest.raises(PreparationError, match="labels of the index contradict") as refused:
        open_deepfakebench(root, "FF-DF.json")
    lines = str(refused.value).splitlines()
    assert lines[1] == (
        "  FF-DF.json: FF-real, train, 000_003: FF-real is real, but it lies in "
        f"{FORGERIES}/Deepfakes/c23/frames/000_003"
    )
    assert lines[4:] == ["  and 9 more"]


def test_crops_of_another_level_than_the_index_says(root):
    labels = faceforensics_index(root)
    for splits in labels.values():
        for levels in splits.values():
            levels["c40"] = levels["c23"]
    write_index(root, "FF-DF", labels)
    said = r"FF-real, train, 000: it stands under c40, but lies in .*/c23/frames/000"
    with pytest.raises(PreparationError, match=said):
        open_deepfakebench(root, "FF-DF.json", compression="c40")


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("FF-real", r"train, 000_003: its own label is FF-real"),
        ("FF-F2F", r"train, 000_003: FF-F2F is Face2Face, but it lies in .*/Deepfakes/"),
        ("FF-new", r"say neither real nor fake: FF-new; known are FF-DF"),
    ],
)
def test_one_label_that_is_wrong(root, label, said):
    labels = faceforensics_index(root)
    labels["FF-DF"]["train"]["c23"]["000_003"]["label"] = label
    write_index(root, "FF-DF", labels)
    with pytest.raises(PreparationError, match=said):
        open_deepfakebench(root, "FF-DF.json")


def test_one_folder_as_real_and_as_fake(tmp_path):
    write_video(tmp_path, "own/000")
    labels = {
        name: {"test": {"000": entry(tmp_path, "own/000", name)}} for name in ("a_real", "a_fake")
    }
    write_index(tmp_path, "own", labels)
    with pytest.raises(PreparationError, match=r"a_fake, but own\.json: a_real, test, 000 lies in"):
        open_deepfakebench(tmp_path, "own.json")


def test_frames_in_several_folders(root):
    labels = faceforensics_index(root)
    video = labels["FF-DF"]["train"]["c23"]["000_003"]
    video["frames"].append(f"{ELSEWHERE}/{ORIGINALS}/c23/frames/000/000.png")
    write_index(root, "FF-DF", labels)
    with pytest.raises(PreparationError, match="its frames lie in several folders"):
        open_deepfakebench(root, "FF-DF.json")


def test_an_entry_with_the_frames_of_another_video(root):
    labels = faceforensics_index(root)
    videos = labels["FF-DF"]["train"]["c23"]
    videos["003_000"]["frames"] = videos["000_003"]["frames"][:2]
    write_index(root, "FF-DF", labels)
    said = r"of .*/000_003: FF-DF.json: FF-DF, train, 000_003 and .*, train, 003_000; mend the"
    with pytest.raises(PreparationError, match=said):
        open_deepfakebench(root, "FF-DF.json")


def test_df40_for_testing_alone(tmp_path):
    """One class, no levels, the method from the folder, several videos in one folder."""
    for method in ("simswap", "fomm"):
        write_video(tmp_path, f"DF40/{method}/ff/frames/000_003")
    write_video(tmp_path, "DF40/MidJourney/fake", range(3))
    fakes = {
        f"000_003_{method}": entry(tmp_path, f"DF40/{method}/ff/frames/000_003", "FSAll_Fake")
        for method in ("simswap", "fomm")
    }
    pictures = entry(tmp_path, "DF40/MidJourney/fake", "MidJourney_Fake")["frames"]
    for number, path in enumerate(pictures):
        fakes[f"m{number}"] = {"label": "MidJourney_Fake", "frames": [path]}
    write_index(tmp_path, "FSAll_ff", {"FSAll_Fake": {"test": fakes, "val": fakes}})
    videos = open_deepfakebench(tmp_path, "FSAll_ff.json")
    assert videos.methods == ("real", "MidJourney", "fomm", "simswap")
    assert [(video.video, video.method, video.split, video.frames) for video in videos.videos] == [
        ("MidJourney/fake/m0", "MidJourney", "test", ("002.png",)),
        ("MidJourney/fake/m1", "MidJourney", "test", ("001.png",)),
        ("MidJourney/fake/m2", "MidJourney", "test", ("000.png",)),
        ("fomm/ff/000_003", "fomm", "test", None),
        ("simswap/ff/000_003", "simswap", "test", None),
    ]
    assert {video.group for video in videos.videos[3:]} == {"000_003"}
    assert "labels read by their ending: FSAll_Fake, MidJourney_Fake" in videos.notes
    assert "5 videos that the index lists in validation and test stand in test alone" in (
        videos.notes
    )


def test_the_same_crops_by_two_names_are_one_video(tmp_path):
    write_video(tmp_path, f"{ORIGINALS}/c23/frames/000")
    write_video(tmp_path, "DF40/simswap/ff/frames/000_003")
    real = entry(tmp_path, f"{ORIGINALS}/c23/frames/000", "FSAll_Real")
    fake = entry(tmp_path, "DF40/simswap/ff/frames/000_003", "FSAll_Fake")
    labels = {
        "FSAll_Real": {"test": {"000_simswap": real, "000_fomm": real}},
        "FSAll_Fake": {"test": {"000_003": fake}},
    }
    write_index(tmp_path, "FSAll_ff", labels)
    videos = open_deepfakebench(tmp_path, "FSAll_ff.json")
    assert [(video.video, video.group) for video in videos.videos] == [
        ("youtube/000", "000_003"),
        ("simswap/ff/000_003", "000_003"),
    ]
    assert videos.compression == ""  # c23 of the originals, unknown of the forgeries
    with pytest.raises(PreparationError, match=r"c40 was asked for, but .* of c23 and no level"):
        open_deepfakebench(tmp_path, "FSAll_ff.json", "c40")


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
    assert of(tree, "Celeb-synthesis/id0_id9_0000").group == "id0_0000"
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
    assert of(videos, "Deepfakes/000_003").mask is None
