import pytest

from data_prep.checks.complete import (
    PreparationError,
    check_classes_and_splits,
    check_skipped,
    crossing_groups,
    warnings_of,
)
from data_prep.source.entries import Entry


def entry(split, label, group="g"):
    return Entry("", "", label, split, group, "")


WHOLE = [
    entry(split, label, f"{split}{label}")
    for split in ("train", "validation", "test")
    for label in (0, 1)
]


def test_a_whole_set_passes():
    check_classes_and_splits(WHOLE, "here")
    assert warnings_of(WHOLE) == []


@pytest.mark.parametrize(
    ("pictures", "text"),
    [
        ([e for e in WHOLE if e.label == 1], "here holds no real pictures"),
        ([e for e in WHOLE if e.label == 0], "here holds no fake pictures"),
        (
            [e for e in WHOLE if (e.split, e.label) != ("train", 1)],
            "the split train of here holds no fake",
        ),
        ([e for e in WHOLE if e.split != "test"], "the split test of here is empty"),
        ([e for e in WHOLE if e.split != "validation"], "the split validation of here is empty"),
    ],
)
def test_sets_that_are_refused(pictures, text):
    with pytest.raises(PreparationError, match=text):
        check_classes_and_splits(pictures, "here")


def test_a_set_for_testing_may_be_of_one_class_and_split():
    pictures = [entry("test", 1)]
    check_classes_and_splits(pictures, "here")
    assert warnings_of(pictures) == [
        "the split test holds no real pictures: no AUC can be had there"
    ]
    with pytest.raises(PreparationError, match="here holds no real pictures"):
        check_classes_and_splits([], "here")


def test_an_evaluation_split_of_one_class_is_warned_of():
    pictures = [e for e in WHOLE if (e.split, e.label) != ("test", 0)]
    check_classes_and_splits(pictures, "here")
    (warning,) = warnings_of(pictures)
    assert warning.startswith("the split test holds no real pictures")


def test_crossing_groups():
    pictures = [
        *WHOLE,
        entry("test", 0, "x"),
        entry("train", 0, "x"),
        entry("train", 1, "x"),
        entry("validation", 0, "y"),
        entry("test", 1, "y"),
    ]
    assert crossing_groups(pictures) == {"x": ("train", "test"), "y": ("validation", "test")}


def test_skipped_up_to_the_limit():
    skipped = [("a.jpg", "empty file"), ("b.jpg", "damaged")]
    check_skipped(skipped, 2)
    with pytest.raises(
        PreparationError, match=r"more than 1 pictures[^\n]*\n  a.jpg: empty file\n"
    ):
        check_skipped(skipped, 1)


def test_videos_without_a_face_do_not_count():
    faceless = [(f"v/{n}", "no face was found by dlib in 7 frames") for n in range(9)]
    check_skipped(faceless, 0, "videos")
    check_skipped([*faceless, ("a", "empty file")], 1, "videos")
    with pytest.raises(PreparationError) as caught:
        check_skipped([*faceless, ("a", "empty file")], 0, "videos")
    assert str(caught.value).endswith(":\n  a: empty file")
