import numpy as np
import pytest

from data_prep.probing.separation import separation


def test_by_hand():
    # 3 > 2, 3 > 1, 1 < 2, 1 = 1: 2.5 of 4; in pairs 3 > 2 and 1 = 1: 1.5 of 2.
    found = separation(np.array([3, 1]), np.array([2, 1]), ["a", "b"])
    assert found.auc == 2.5 / 4
    assert found.paired == 1.5 / 2


def test_all_the_same_is_chance():
    assert separation(np.ones(4), np.ones(4), list("aabb")) == (0.5, (0.5, 0.5), 0.5)


def test_order_between_people_hides_what_pairs_show():
    people = np.arange(20.0)
    found = separation(people + 0.5, people, [str(number) for number in range(20)])
    assert found.paired == 1
    assert found.auc == (20 * 21 / 2) / 400


def test_one_group_has_no_spread():
    found = separation(np.array([3, 1]), np.array([2, 1]), ["a", "a"])
    assert found.interval == (found.auc, found.auc)


def test_two_groups_give_three_draws():
    # Of groups {0, 1} the draws are 00, 01 and 11: AUC 1, that of all, and 0.
    forged, original = np.array([2.0, 0.0]), np.array([1.0, 1.0])
    found = separation(forged, original, ["a", "b"])
    assert found.auc == 0.5
    assert found.interval == (0, 1)
    # Also where one group is larger: 1 within the first, 0 within the second.
    found = separation(np.array([2.0, 2.0, 0.0]), np.ones(3), ["a", "a", "b"])
    assert found.interval == (0, 1)


def test_the_interval_is_the_bootstrap_of_groups():
    draw = np.random.default_rng(0)
    groups = [f"{number // 3}" for number in range(30)]
    forged, original = draw.normal(0.5, 1, 30), draw.normal(0, 1, 30)
    found = separation(forged, original, groups, resamples=4000)
    aucs = []
    for _ in range(4000):
        chosen = draw.integers(0, 10, 10)
        rows = np.concatenate([np.arange(3 * group, 3 * group + 3) for group in chosen])
        aucs.append((forged[rows][:, None] > original[rows]).mean())
    assert found.interval == pytest.approx(np.quantile(aucs, (0.025, 0.975)), abs=0.015)
    assert found.interval[0] < found.auc < found.interval[1]


def test_the_seed_decides():
    draw = np.random.default_rng(0)
    given = draw.normal(size=30), draw.normal(size=30), [str(number) for number in range(30)]
    assert separation(*given, seed=1) == separation(*given, seed=1)
    assert separation(*given, seed=1) != separation(*given, seed=2)


@pytest.mark.parametrize(
    ("forged", "original", "groups", "message"),
    [
        ([], [], [], r"\[0\] scores of forgeries"),
        ([1, 2], [1], ["a", "b"], r"\[2\] scores of forgeries, \[1\] of originals and 2 groups"),
        ([1, 2], [1, 2], ["a"], "and 1 groups"),
        ([1, np.nan], [1, 2], ["a", "b"], "not a number"),
    ],
)
def test_refusals(forged, original, groups, message):
    with pytest.raises(ValueError, match=message):
        separation(np.array(forged), np.array(original), groups)
