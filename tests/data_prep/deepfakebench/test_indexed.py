"""Which videos an index lists, and which of them are there."""

import shutil

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
    named,
    write_faceforensics,
    write_index,
    write_video,
)


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
    assert named(videos, "Face2Face/000_003").mask
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
    assert named(videos, "youtube/000").frames == ("000.png", "003.png", "100.png")
    assert named(videos, "youtube/004").frames is None
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
