import numpy as np
import pytest
from scipy import stats

from jaxticket.statistics import harm_to_rare, rarest, recall_by


@pytest.mark.parametrize(
    ("counts", "most", "want"),
    [
        ({"a": 30, "b": 10, "c": 20}, 1, ("b",)),
        ({"a": 30, "b": 10, "c": 20}, 2, ("b", "c")),
        ({"a": 10, "b": 10, "c": 20}, 1, ("a", "b")),
        ({"a": 10, "b": 20, "c": 20}, 2, ("a",)),
        ({"a": 10, "b": 10}, 1, ()),
        ({"a": 10, "b": 20}, 5, ("a",)),
        ({}, 1, ()),
    ],
)
def test_the_rarest(counts, most, want):
    assert rarest(counts, most) == want


def test_none_wanted_is_refused():
    with pytest.raises(ValueError, match="or more"):
        rarest({"a": 1}, 0)


NAMES = np.array(["swap"] * 4 + ["morph"] * 4)
GROUPS = np.array([0, 0, 1, 1, 0, 0, 1, 1])


def test_recall_by_method():
    right = np.array([[1, 1, 1, 0, 0, 0, 0, 1], [1, 1, 1, 1, 0, 0, 1, 0]], bool)
    found = recall_by(NAMES, right, GROUPS)
    assert {name: part.value for name, part in found.items()} == {"swap": 7 / 8, "morph": 2 / 8}
    # Groups' recalls 0 and 1/2 under both seeds: no seed part, standard error 1/4 but for what a
    # quarter of rarer answers in two groups widens it by, one degree.
    assert found["morph"].error == pytest.approx(0.25 * (1 + 0.75 / 2 / 0.25) ** 0.1)
    assert found["morph"].freedom == 1
    assert (found["swap"].seeds, found["swap"].groups) == (2, 2)


def test_one_group_has_an_interval_over_seeds_alone():
    right = np.array([[1, 1, 1, 0], [1, 1, 1, 1], [1, 0, 1, 0]], bool)
    found = recall_by(np.array(["x"] * 4), right, np.zeros(4))["x"]
    assert found.error == pytest.approx(stats.sem([0.75, 1.0, 0.5]))
    assert found.freedom == 2
    assert "seeds only" in found.resampled
    assert np.isnan(recall_by(np.array(["x"] * 4), right[:1], np.zeros(4))["x"].low)


def test_harm_by_hand():
    # 10 groups, in each 2 frequent and 2 rare examples; the ticket loses both rare ones in half
    # of the groups and one frequent one in the first. What both miss counts for nothing.
    names = np.array(["often", "often", "rare", "rare"] * 10)
    groups = np.arange(40) // 4
    dense = np.ones((2, 40), bool)
    dense[:, 4] = False
    ticket = dense.copy()
    ticket[:, (names == "rare") & (groups % 2 == 0)] = False
    ticket[:, 0] = False
    found = harm_to_rare(names, {"often": 90, "rare": 5}, ["rare"], dense, ticket, groups)
    assert found.value == pytest.approx(0.5 - 1 / 20)
    gaps = np.array([1.0, 0, 1, 0, 1, 0, 1, 0, 1, 0]) - np.r_[0.5, np.zeros(9)]
    # Of the rare, 1/2 are missed by the ticket; of the frequent, 1/20 by dense and 2/20 by it.
    few = np.sqrt(1 + 0.75 / 10 / (1 / 2 + 1 / 20 + 2 / 20))
    half = stats.t.ppf(0.975, 9) * stats.sem(gaps) * few
    assert (found.low, found.high) == (
        pytest.approx(found.value - half), pytest.approx(found.value + half)
    )  # fmt: skip
    turned = harm_to_rare(names, {"often": 90, "rare": 5}, ["often"], dense, ticket, groups)
    assert turned.value == pytest.approx(-found.value)


def test_uncounted_names_are_left_out():
    names = np.array(["often", "rare", "real"] * 4)
    groups = np.arange(12) // 3
    dense, ticket = np.ones((1, 12), bool), np.ones((1, 12), bool)
    ticket[:, names == "real"] = False
    found = harm_to_rare(names, {"often": 9, "rare": 1}, ["rare"], dense, ticket, groups)
    assert found.value == 0


def test_without_rare_ones_there_is_no_harm_to_them():
    right = np.ones((1, 8), bool)
    counts = {"swap": 5, "morph": 5}
    assert harm_to_rare(NAMES, counts, rarest(counts, 1), right, right, GROUPS) is None
    assert harm_to_rare(NAMES, counts, ["swap", "morph"], right, right, GROUPS) is None


def test_what_does_not_fit_is_refused():
    right = np.ones((1, 8), bool)
    with pytest.raises(ValueError, match="'warp' is called rare"):
        harm_to_rare(NAMES, {"swap": 5}, ["warp"], right, right, GROUPS)
    with pytest.raises(ValueError, match="seeds, examples"):
        recall_by(NAMES, right[0], GROUPS)
    counts = {"swap": 5, "morph": 1}
    with pytest.raises(ValueError, match="pair them"):
        harm_to_rare(NAMES, counts, ["morph"], np.ones((2, 8), bool), right, GROUPS)
