"""Codes that are joined, counted, repeated and contradicted."""

import numpy as np

from experiments.auditing.codes import (
    contradicting,
    count_of_both,
    in_order,
    joint,
    repeated,
    turn,
    with_both_labels,
)


def test_every_combination_has_its_number():
    assert joint([np.array([0, 1, 0, 1]), np.array([5, 5, 7, 5])]).tolist() == [0, 2, 1, 2]


def test_equal_codes_are_counted_in_their_order():
    assert turn(np.array([4, 2, 4, 4, 2])).tolist() == [0, 0, 1, 2, 1]


def test_names_are_ordered_by_the_numbers_in_them():
    names = ["step10", "1e2", "step9", "30"]
    assert in_order(names, np.array([0, 1, 2, 3, 0])) == [3, 1, 2, 0]


def test_two_rows_that_repeat_or_contradict_each_other_are_found():
    assert repeated(np.array([3, 1, 3])) == (0, 2)
    assert repeated(np.array([3, 1, 2])) is None
    codes, values, known = np.array([0, 1, 0, 1]), np.array([0, 5, 0, 6]), np.ones(4, bool)
    assert contradicting(codes, values, known) == (1, 3)
    known[3] = False
    assert contradicting(codes, values, known) is None


def test_both_labels_are_those_of_one_model_or_video():
    base, labels = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert count_of_both(base, labels) == 1
    assert with_both_labels(np.zeros(4, int), base, labels).tolist() == [True, True, False, False]
    assert not with_both_labels(np.array([0, 1, 0, 1]), base, labels).any()
