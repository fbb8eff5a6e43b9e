import pytest

from data_prep.checks.lopsided import group_warnings, video_warnings
from data_prep.source.arrange import arrange
from data_prep.source.entries import Entry


def entries(sizes, split="test"):
    return [
        Entry("", f"{group}/{n}", 0, split, group, "")
        for group, size in sizes.items()
        for n in range(size)
    ]


@pytest.mark.parametrize(
    ("sizes", "warned"),
    [
        ({"a": 11, "b": 2, "c": 2, "d": 1}, True),
        ({"a": 10, "b": 2, "c": 2, "d": 1}, False),  # just five times the median
        ({"a": 11, **{str(n): 1 for n in range(99)}}, True),
        ({"a": 11, **{str(n): 1 for n in range(100)}}, False),  # less than a tenth
        ({"a": 50}, False),
        ({"a": 50, "b": 1}, False),  # the median is near the larger of two
    ],
)
def test_a_group_out_of_proportion(sizes, warned):
    assert bool(group_warnings(entries(sizes))) is warned


def test_the_warning_names_split_and_group():
    (warning,) = group_warnings(
        entries({"a": 1, "b": 1}, "train") + entries({"x": 8, "y": 1, "z": 1})
    )
    assert warning.startswith("the group x has 8 of the 10 pictures of test, the median group 1:")


def test_videos_in_one_class_only():
    flat = [f"real/{n}.png" for n in range(9)]
    folders = [f"fake/person{n}/{frame}.png" for n in range(9) for frame in range(2)]
    (warning,) = video_warnings(arrange([*flat, *folders]).entries)
    assert warning.startswith("fake pictures are in videos, by folders or a list, real ones are")
    for paths in (
        [*flat, *(path.replace("real", "fake") for path in flat)],
        [*folders, *(path.replace("fake", "real") for path in folders)],
    ):
        assert video_warnings(arrange(paths).entries) == []
    assert video_warnings(entries({"a": 3})) == []  # one class
