"""Trees as people have them: no folders of levels, no split files, one method alone."""

import json
from collections import Counter

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.faceforensics import open_faceforensics
from data_prep.faceforensics.layout import Layout, find_layout

PAIRS = {"train": [["000", "003"]], "val": [["004", "001"]], "test": [["002", "005"]]}
FLAT = (
    "original/000.mp4",
    "Deepfakes/000_003.mp4",
    "FaceShifter/003_000.mp4",
    "DeepFakeDetection/01_02__walking_outside_cafe_disgusted__YVGY8LOK.mp4",
    "csv/original.csv",
)


@pytest.fixture
def fill(tmp_path):
    """Writes files that only look like videos, perhaps split files; returns the resolved root."""

    def write(*names, folder="tree", splits=PAIRS):
        root = tmp_path.resolve() / folder
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("x")
        for split, pairs in splits.items():
            (root / f"{split}.json").write_text(json.dumps(pairs))
        return root

    return write


def test_a_folder_a_method(fill):
    found = open_faceforensics(fill(*FLAT, folder="FaceForensics++_C23"))
    assert found.methods == ("real", "Deepfakes", "FaceShifter", "DeepFakeDetection")
    assert [(one.video, one.file.name, one.boxes_of[1:]) for one in found.videos] == [
        ("youtube/000", FLAT[0], ()),
        ("Deepfakes/000_003", FLAT[1], ("youtube/000",)),
        ("FaceShifter/003_000", FLAT[2], ("youtube/003",)),
        (FLAT[3].removesuffix(".mp4"), FLAT[3], ("youtube/01__walking_outside_cafe_disgusted",)),
    ]
    assert found.compression == "c23"
    assert {one.better for one in found.videos} == {()}
    assert found.notes[0] == (
        "the videos lie in no folder of a compression level; c23 is what the folder's name says"
    )
    assert found.ignored == {}


def test_a_level_that_contradicts_the_name_of_the_folder(fill):
    root = fill(*FLAT, folder="FaceForensics++_C23")
    with pytest.raises(PreparationError, match=r"says c23, .* c40 was asked for, ask for --comp"):
        open_faceforensics(root, "c40")
    note = open_faceforensics(fill(*FLAT, folder="c0"), "raw").notes[0]
    assert note.endswith("raw is what the folder's name says")
    note = open_faceforensics(fill(*FLAT), "c40").notes[0]
    assert note.endswith("c40 is what was asked for and nothing in the folder says")
    # Folders of levels say it themselves.
    official = ["original_sequences/youtube/c40/videos/000.mp4"]
    official += ["manipulated_sequences/Swap/c40/videos/000_003.mp4"]
    assert len(open_faceforensics(fill(*official, folder="my_c23"), "c40").videos) == 2


@pytest.mark.parametrize(
    ("more", "text"), [("real", "original and real both stand for youtube"),
                       ("deepfakes", "Deepfakes and deepfakes both stand for Deepfakes")],
)  # fmt: skip
def test_two_folders_for_one(fill, more, text):
    with pytest.raises(PreparationError, match=text):
        open_faceforensics(fill(*FLAT, f"{more}/001.mp4"))


def test_frames_in_a_folder_a_method(fill):
    root = fill(
        "Original/000/0000.png", "deepfakes/000_003/0000.png", "Swap/000_003/0.png", "b/c/d"
    )
    found = open_faceforensics(root)
    assert [(one.video, one.file.name) for one in found.videos] == [
        ("youtube/000", "Original/000"),
        ("Deepfakes/000_003", "deepfakes/000_003"),
        ("Swap/000_003", "Swap/000_003"),
    ]


def test_deepfakedetection_as_it_circulates(fill):
    root = fill(
        "DFD_original sequences/01__kitchen_pan.mp4",
        "DFD_manipulated_sequences/DFD_manipulated_sequences/01_02__kitchen_pan__YVGY8LOK.mp4",
        splits={},
    )
    found = open_faceforensics(root)
    assert [(one.video, one.group, one.boxes_of[1:]) for one in found.videos] == [
        ("actors/01__kitchen_pan", "actor_01", ()),
        (
            "DeepFakeDetection/01_02__kitchen_pan__YVGY8LOK",
            "actor_01",
            ("actors/01__kitchen_pan",),
        ),
    ]


def test_the_official_folders_come_first(fill):
    root = fill(*FLAT, "original_sequences/youtube/c23/videos/000.mp4")
    assert find_layout(root, Counter()) == Layout({"youtube": "original_sequences/youtube"}, {})


def test_a_folder_around_the_tree(fill):
    root = fill(*(f"FaceForensics++_C23/{name}" for name in FLAT), splits={})
    with pytest.raises(PreparationError) as caught:
        open_faceforensics(root)
    assert str(caught.value).endswith(f"; --source={root / 'FaceForensics++_C23'} is such a tree")


def test_no_split_files(fill):
    root = fill(*FLAT, splits={})
    with pytest.raises(PreparationError, match=r"has no train\.json: .* Or --make_splits divides"):
        open_faceforensics(root)
    found = open_faceforensics(root, make_splits=True)
    assert [one.video for one in found.videos if one.group == "000_003"] == [
        "youtube/000",
        "Deepfakes/000_003",
        "FaceShifter/003_000",
    ]
    assert found.made_splits == ("train", "validation", "test")
    assert found.notes[-1].startswith(
        "there are no official split files: made by the salted hash of"
    )
    assert found.notes[-1].endswith("not comparable with those of the official splits")
    # Split files that are there are taken, and some that lack one are none of ours to complete.
    assert open_faceforensics(fill(*FLAT), make_splits=True).made_splits == ()
    (root / "val.json").unlink()
    with pytest.raises(PreparationError, match=r"has no val\.json"):
        open_faceforensics(root, make_splits=True)


def test_deepfakedetection_alone_needs_no_split_files(fill):
    root = fill(*FLAT, splits={})
    found = open_faceforensics(root, methods=["DeepFakeDetection"], make_splits=True)
    assert {one.method for one in found.videos} == {"real", "DeepFakeDetection"}
    (root / "original/000.mp4").rename(root / "original/01__kitchen_pan.mp4")
    found = open_faceforensics(root, methods=["DeepFakeDetection"])
    assert [one.group for one in found.videos] == ["actor_01", "actor_01"]
    assert (found.made_splits, found.ignored) == ((), {})
