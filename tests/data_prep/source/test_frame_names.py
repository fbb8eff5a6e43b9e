import pytest

from data_prep.source.frame_names import (
    counting_step,
    named_frame,
    natural_order,
    number_names,
    record_numbers,
)


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["000", "014", "029"], [0, 14, 29]),
        (["frame_0014"], [14]),
        (["000_003_0001", "000_003_0010"], [1, 10]),
        (["clip-009-00", "clip-012-00"], [9, 12]),  # what differs is the frame, not the face
        (["first", "second"], ["first", "second"]),
        (["a_1_0", "a_1_1", "a_2_0"], ["a_1_0", "a_1_1", "a_2_0"]),  # two faces of a frame
        (["7", "x8y"], [7, 8]),
        (["99999999999"], ["99999999999"]),  # more than a record holds
    ],
)
def test_numbers_of_names_by_hand(names, numbers):
    assert list(number_names(names)) == numbers


@pytest.mark.parametrize(
    ("stems", "numbers"),
    [
        (["000", "014", "100"], [0, 14, 100]),
        (["000_0003", "000_0010"], [3, 10]),
        (["a", "b2"], [0, 1]),
        (["a2", "b2"], [0, 1]),
        (["1", str(2**31)], [0, 1]),
    ],
)
def test_numbers_of_frames(stems, numbers):
    assert record_numbers(number_names(stems)) == numbers


@pytest.mark.parametrize(
    ("numbers", "others", "step"),
    [
        ([1, 2, 3], range(3), -1),
        (range(3), [1, 2, 3], 1),
        ([10, 11], [0, 1], -10),
        ([1, 2, 3], [1, 2, 3], 0),
        ([1, 2, 3], [0, 1], 0),  # a mask is missing: which is not known
        ([1, 2, 4], [0, 1, 2], 0),
        ([0, 10, 20], [1, 11, 21], 0),
        ([1], [0], 0),
        (["a", "b"], [0, 1], 0),
        ([], [], 0),
    ],
)
def test_the_same_frames_counted_otherwise(numbers, others, step):
    assert counting_step(numbers, others) == step


@pytest.mark.parametrize(
    ("name", "frame"),
    [("0014", 14), ("14", 14), ("frame_0014.png", 14), ("000_003_7.JPG", 7), ("first", "first"),
     ("shot 2", "shot 2"), ("v1.5", 5)],
)  # fmt: skip
def test_what_somebody_calls_a_frame(name, frame):
    assert named_frame(name, {"shot 2", 14}) == frame


def test_natural_order():
    names = ["f10.png", "f9.png", "7.png", "f09a.png", "f2_3.png", "f2_1.png"]
    assert sorted(names, key=natural_order) == [
        "7.png", "f2_1.png", "f2_3.png", "f9.png", "f09a.png", "f10.png",
    ]  # fmt: skip


def test_natural_order_of_unusual_digits():
    assert sorted(["²", "x", "1"], key=natural_order) == ["1", "x", "²"]


def test_numbers_of_any_length_have_their_order():
    names = ["a10", "a9", "a" + "9" * 5000, "a1" + "0" * 5000, "b", "a009x", "a"]
    assert sorted(names, key=natural_order) == [
        "a", "a9", "a009x", "a10", "a" + "9" * 5000, "a1" + "0" * 5000, "b",
    ]  # fmt: skip
