"""Labels as people write them."""

import numpy as np
import pytest

from experiments.auditing.labels import (
    against_names,
    label_kinds,
    read_label,
    refuse_many_numbers,
    whole_number,
)


@pytest.mark.parametrize(
    ("fake_label", "one_is_real", "fake"),
    [(1, False, "1"), (0, False, "0"), (1, True, "0"), (0, True, "0"), (2, False, "2")],
)
def test_which_number_is_fake(fake_label, one_is_real, fake):
    kinds = label_kinds(fake_label, one_is_real)
    assert [n for n in "012" if kinds.get(n) == 1] == [fake]


@pytest.mark.parametrize(
    ("text", "label"),
    [("REAL", 0), ("FAKE", 1), ("bonafide", 0), ("spoof", 1), ("True", 1), ("1.0", 1), ("-1", 0),
     ("1.000000000000000000e+00", 1), ("Deepfakes", 1), ("0.5", None), ("7", None), ("", None)],
)  # fmt: skip
def test_what_a_label_says(text, label):
    assert read_label(text, label_kinds(1, False)) == label


def test_whole_numbers_and_no_others():
    texts = ("1", "+1", "1.0", "1,0", "-0", "0.5", "nan", "inf", "a", "")
    assert [whole_number(text) for text in texts] == ["1"] * 4 + ["0"] + [""] * 5


def test_three_numbers_are_refused():
    refuse_many_numbers("s.csv", ["0", "1", "1.0", "fake"])
    with pytest.raises(ValueError, match=r"s\.csv: the labels are 3 numbers, 0, 1, 2"):
        refuse_many_numbers("s.csv", ["2", "0", "1"])


@pytest.mark.parametrize(
    ("texts", "labels", "found"),
    [
        (["fake/a.png", "real/b.png"], [0, 1], "fake/a.png"),
        (["fake\\a.png", "real\\b.png"], [1, 0], ""),
        (["deepfake/real/a.png", "deepfake/fake/b.png"], [0, 1], ""),  # the nearest folder
        (["deepfake/a.png", "deepfake/b.png"], [0, 1], ""),  # of a data set, not of a class
        (["Deepfakes", ""], [0, 1], "Deepfakes"),
        (["a.png", "b.png"], [0, 1], ""),
    ],
)
def test_names_of_the_other_class_are_found(texts, labels, found):
    assert against_names(texts, np.arange(2), np.array(labels)) == found
