"""Labels, levels and folders of an index's rows, checked against each other."""

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench import open_deepfakebench
from tests.data_prep.deepfakebench.crops import (
    ELSEWHERE,
    FF,
    FORGERIES,
    ORIGINALS,
    entry,
    faceforensics_index,
    write_index,
    write_video,
)


def test_a_level_that_the_index_has_not(root):
    write_index(root, "FF-DF", faceforensics_index(root))
    with pytest.raises(PreparationError, match=r"no videos at raw; levels with videos: c23 \(12\)"):
        open_deepfakebench(root, "FF-DF.json", "raw")
    with pytest.raises(PreparationError, match="holds no crops at raw"):
        open_deepfakebench(root / FF, compression="raw")


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
