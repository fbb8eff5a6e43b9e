import pytest

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench.splits import Indexed, place_videos
from data_prep.schema import FAKE, REAL, SPLITS

EVERYWHERE = "train validation test"


def indexed(video, splits, label=REAL, labels="r", group=""):
    return Indexed(
        video, label, labels, frozenset(labels.split()), group or video, frozenset(splits.split())
    )


def test_given_splits_stay():
    videos = [indexed(split, split) for split in SPLITS]
    placed = place_videos(videos)
    assert placed.splits == {split: split for split in SPLITS}
    assert (placed.made, placed.notes) == ((), ())


def test_what_stands_in_test_is_not_in_training_or_validation():
    """As in the index of Celeb-DF."""
    videos = [indexed(f"{number}", "train") for number in range(9)]
    videos += [indexed("t", EVERYWHERE), indexed("u", "validation test")]
    placed = place_videos(videos)
    assert (placed.splits["t"], placed.splits["u"]) == ("test", "test")
    assert sorted(placed.splits.values()) == ["test"] * 2 + ["train"] * 8 + ["validation"]
    assert placed.made == ("train", "validation")
    assert placed.notes == (
        "1 videos that the index lists in train and validation and test stand in test alone",
        "1 videos that the index lists in validation and test stand in test alone",
        "validation is 10% of the training's groups, by salted hash",
    )


def test_a_training_that_is_its_validation():
    """As in the index of DFDC."""
    videos = [indexed(f"{number}", "train validation") for number in range(9)]
    splits = place_videos([*videos, indexed("t", "test")]).splits
    assert sorted(splits.values()) == ["test"] + ["train"] * 8 + ["validation"]


def test_a_class_of_which_all_training_is_tested():
    """Its originals stand in the test beside those of the test, as somebody's own index may say."""
    videos = [indexed(f"r{n}", "train test") for n in range(5)]
    videos += [indexed("s", "test"), indexed("f", "train", FAKE, "f")]
    said = (
        r"all 5 real videos that the index lists in train stand in its test too \(r0, r1, r2 and "
    )
    with pytest.raises(PreparationError, match=said):
        place_videos(videos)
    assert place_videos([*videos, indexed("u", "train")]).splits["r0"] == "test"


def test_labels_that_stand_whole_everywhere_are_divided_by_group():
    """As in the index of DeepFakeDetection."""
    videos = [indexed(f"r{n}", EVERYWHERE, group=f"{n}") for n in range(20)]
    videos += [indexed(f"f{n}", EVERYWHERE, FAKE, "f", f"{n}") for n in range(20)]
    placed = place_videos(videos)
    assert set(placed.splits.values()) == set(SPLITS)
    assert all(placed.splits[f"r{n}"] == placed.splits[f"f{n}"] for n in range(20))
    assert placed.made == SPLITS
    assert "no split of f, r (every video stands in train and test)" in placed.notes[0]


def test_undivided_videos_follow_their_groups():
    """As in DF40's e4e_ff: originals with splits, forgeries without."""
    videos = [indexed(f"r{n}", SPLITS[n % 3], group=f"{n}") for n in range(6)]
    videos += [indexed(f"f{n}", "train test", FAKE, "f", f"{n}") for n in range(6)]
    placed = place_videos(videos)
    assert all(placed.splits[f"f{n}"] == SPLITS[n % 3] for n in range(6))
    assert placed.made == ()


def test_a_test_alone_stays_one():
    placed = place_videos([indexed("t", "test", FAKE), indexed("u", "validation test", FAKE)])
    assert set(placed.splits.values()) == {"test"}
