import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import jensenshannon
from scipy.stats import spearmanr

from jaxticket.attention.maps.agreement import (
    AGREEMENT,
    centre_of_mass,
    centre_shift,
    distance,
    distance_of_unit_mass,
    jensen_shannon,
    rank_correlation,
    top_k_overlap,
)

A = np.array([[[4.0, 0.0], [0.0, 0.0]]])
B = np.array([[[1.0, 1.0], [1.0, 1.0]]])
C = np.array([[[0.0, 0.0], [0.0, 2.0]]])
EMPTY = np.zeros((1, 2, 2))


def test_distance_by_hand():
    assert distance(A, B) == pytest.approx([12**0.5])
    assert distance(A, EMPTY) == pytest.approx([4])
    assert distance_of_unit_mass(A, B) == pytest.approx([(0.75**2 + 3 * 0.25**2) ** 0.5])
    assert distance_of_unit_mass(A, C) == pytest.approx([2**0.5])


def test_rank_correlation_by_hand():
    falling = np.array([[[4.0, 3.0], [2.0, 1.0]]])
    swapped = np.array([[[3.0, 4.0], [2.0, 1.0]]])
    assert rank_correlation(falling, swapped) == pytest.approx([1 - 6 * 2 / (4 * 15)])
    assert rank_correlation(falling, -falling + 4) == pytest.approx([-1])
    # Ranks 4, 2, 2, 2 against 4, 3, 2, 1: 4.5 / sqrt(5 * 3).
    assert rank_correlation(A, falling) == pytest.approx([3 / (5 * 3) ** 0.5])
    assert np.isnan(rank_correlation(A, B)).all()


def test_top_k_overlap_by_hand():
    a = np.array([[[9.0, 8.0, 1.0, 0.0]]])
    b = np.array([[[9.0, 1.0, 8.0, 0.0]]])
    assert top_k_overlap(a, b, 0.25) == pytest.approx([1])
    assert top_k_overlap(a, b, 0.5) == pytest.approx([1 / 3])
    assert top_k_overlap(a, b, 0.01) == pytest.approx([1])  # one place at least
    assert top_k_overlap(a, b, 1) == pytest.approx([1])


def test_tied_places_belong_in_equal_parts():
    # One place of four asked for: a's is the first, b's are a quarter of each.
    assert top_k_overlap(A, B, 0.25) == pytest.approx([0.25 / (1 + 3 * 0.25)])
    # Two asked for: a's are the first and a third of each other, b's a half of each.
    shared, either = 0.5 + 3 * (1 / 3), 1 + 3 * 0.5
    assert top_k_overlap(A, B, 0.5) == pytest.approx([shared / either])


@pytest.mark.parametrize("share", [0, 1.01, -0.1])
def test_shares_out_of_range(share):
    with pytest.raises(ValueError, match=r"must lie in \(0, 1\]"):
        top_k_overlap(A, B, share)


def test_jensen_shannon_by_hand():
    assert jensen_shannon(A, A * 7) == pytest.approx([0])
    assert jensen_shannon(A, C) == pytest.approx([1])
    half = np.array([[[1.0, 1.0], [0.0, 0.0]]])
    # Middle (3/4, 1/4): one half of log2(4/3) plus one half of (log2(2/3) + log2 2) / 2.
    bits = (np.log2(4 / 3) + (np.log2(2 / 3) + 1) / 2) / 2
    assert jensen_shannon(A, half) == pytest.approx([bits**0.5])


def test_centres_by_hand():
    np.testing.assert_allclose(centre_of_mass(A), [[0.25, 0.25]])
    np.testing.assert_allclose(centre_of_mass(np.array([[[1.0, 0, 0, 3.0]]])), [[0.5, 0.6875]])
    assert centre_shift(A, C) == pytest.approx([0.5 * 2**0.5])
    assert centre_shift(B, C) == pytest.approx([0.25 * 2**0.5])


@pytest.mark.parametrize("name", [name for name in AGREEMENT if name != "distance"])
def test_empty_maps_are_left_out_one_by_one(name):
    a = np.concatenate([A, EMPTY, A, EMPTY])
    b = np.concatenate([C, C, EMPTY, EMPTY])
    assert np.isnan(AGREEMENT[name](a, b)).tolist() == [False, True, True, True]


@pytest.mark.parametrize("name", AGREEMENT)
def test_shapes_must_agree(name):
    with pytest.raises(ValueError, match="cannot be compared"):
        AGREEMENT[name](A, np.zeros((1, 2, 3)))


stacks = arrays(float, (2, 3, 4), elements=st.integers(0, 4).map(float))


@given(stacks, stacks)
def test_symmetric_and_in_range(a, b):
    at_most = {"rank_correlation": 1, "top_k_overlap": 1, "jensen_shannon": 1}
    for name, measure in AGREEMENT.items():
        values = measure(a, b)
        np.testing.assert_allclose(values, measure(b, a), atol=1e-12)
        known = values[~np.isnan(values)]
        assert (known >= (-1 - 1e-12 if name == "rank_correlation" else 0)).all()
        assert (known <= at_most.get(name, 2**0.5 if name != "distance" else 20) + 1e-12).all()
        if name != "distance":  # scale does not matter
            np.testing.assert_allclose(measure(a, 3 * b), values, atol=1e-7)


@given(stacks, stacks)
def test_as_scipy_has_them(a, b):
    for p, q, rank, js in zip(a, b, rank_correlation(a, b), jensen_shannon(a, b), strict=True):
        if np.ptp(p) and np.ptp(q):
            assert rank == pytest.approx(spearmanr(p.ravel(), q.ravel()).statistic)
        if p.any() and q.any():
            expected = jensenshannon(p.ravel(), q.ravel(), base=2)
            assert js == pytest.approx(expected, abs=1e-7)
