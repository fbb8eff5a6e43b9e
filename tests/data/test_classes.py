from dataclasses import replace

import numpy as np
import pytest

from jaxticket.data import all_methods, by_method, concatenate

CLASSES = ("real", "swap", "blend")


@pytest.fixture
def examples(numbered):
    return replace(numbered([1, 0, 1, 0]), methods=np.array(["blend", "real", "swap", "real"]))


def test_labels_are_places_among_the_classes(examples):
    found = by_method(examples, CLASSES)
    assert found.labels.tolist() == [2, 0, 1, 0]
    assert found.labels.dtype == np.int32
    assert found.classes == CLASSES
    assert by_method(examples, ("real", "blend", "swap")).labels.tolist() == [1, 0, 2, 0]
    np.testing.assert_array_equal(found.images([2, 3]), examples.images([2, 3]))
    assert (examples.labels.tolist(), examples.classes) == ([1, 0, 1, 0], ("real", "fake"))


def test_classes_without_pictures_are_named(examples):
    with pytest.raises(ValueError, match=r"no pictures of mask, morph$"):
        by_method(examples, ("real", "mask", "swap", "morph", "blend"))


def test_methods_that_are_no_class_are_named(examples):
    with pytest.raises(ValueError, match=r"^blend is not among the classes real, swap$"):
        by_method(examples, ("real", "swap"))


def test_the_methods_of_several_sets_are_joined_by_name():
    assert all_methods([("real", "b", "a"), ("real", "c", "a")]) == ("real", "b", "a", "c")
    assert all_methods([("real", "fake")]) == ("real", "fake")


def test_sets_of_one_kind_of_labels_only_are_put_together(examples):
    found = by_method(examples, CLASSES)
    both = concatenate([found, found], ["x", "y"])
    assert both.labels.tolist() == [2, 0, 1, 0, 2, 0, 1, 0]
    assert both.classes == CLASSES
    with pytest.raises(ValueError, match=r"different classes .*: real, swap, blend; real, fake"):
        concatenate([found, examples], ["x", "y"])
