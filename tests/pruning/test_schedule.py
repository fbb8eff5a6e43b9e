import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaxticket.pruning import by_fraction, by_sparsities, survivors


def test_a_fraction_a_round_by_hand():
    assert by_fraction(0, 0.2) == (0.0,)
    assert by_fraction(3, 0.2) == pytest.approx((0.0, 0.2, 0.36, 0.488), abs=1e-15)
    assert by_fraction(2, 0.5) == (0.0, 0.5, 0.75)


def test_eight_trainings_at_a_fifth_end_at_79_percent():
    levels = by_fraction(7, 0.2)
    assert len(levels) == 8
    assert f"{levels[-1]:.1%}" == "79.0%"


@pytest.mark.parametrize(("rounds", "fraction"), [(-1, 0.2), (3, 0.0), (3, 1.0), (3, 20), (3, -1)])
def test_a_fraction_out_of_range_is_refused(rounds, fraction):
    with pytest.raises(ValueError, match="rounds" if rounds < 0 else "prune_fraction"):
        by_fraction(rounds, fraction)


@pytest.mark.parametrize(
    ("total", "sparsity", "left"),
    [
        (10, 0.0, 10),
        (10, 0.2, 8),
        (10, 0.36, 6),
        (10, 1.0, 0),
        (11_672, 0.2, 9_338),
        (11_672, 0.36, 7_470),
        # One more than float32 can count, and the prunable weights of an Xception.
        (2**24 + 1, 0.0, 16_777_217),
        (2**24 + 1, 0.5, 8_388_609),
        (20_753_008, 0.9, 2_075_301),
    ],
)
def test_survivors_by_hand(total, sparsity, left):
    assert survivors(total, sparsity) == left


@given(total=st.integers(1, 10**9), fraction=st.floats(0.01, 0.99), round_=st.integers(0, 60))
def test_survivors_are_the_formula_in_python_integers(total, fraction, round_):
    left = survivors(total, by_fraction(round_, fraction)[round_])
    assert type(left) is int
    assert left == total - round(total * (1 - (1 - fraction) ** round_))
    assert 0 <= left <= total


def test_targets_within_one_round_each_stay_as_they_are():
    assert by_sparsities((0.2, 0.36, 0.488), 0.2) == (0.0, 0.2, 0.36, 0.488)
    assert by_sparsities((0, 0.1), 0.2) == (0.0, 0.1)


def test_rounds_are_put_between_distant_targets():
    # 0.5 is between 3 rounds (0.488) and 4 (0.590) of a fifth: four of equal fraction.
    levels = by_sparsities((0.5, 0.6), 0.2)
    density = [1 - s for s in levels]
    assert len(levels) == 6
    assert levels[0] == 0.0
    assert levels[4:] == (0.5, 0.6)
    for before, after in itertools.pairwise(density[:5]):
        assert after / before == pytest.approx(0.5 ** (1 / 4), rel=1e-12)


def test_98_percent_alone_takes_18_rounds():
    levels = by_sparsities((0.98,), 0.2)
    assert len(levels) - 1 == 18
    assert levels[-1] == 0.98


@given(
    targets=st.lists(st.integers(1, 999), min_size=1, max_size=6, unique=True),
    fraction=st.floats(0.05, 0.95),
)
def test_every_target_is_hit_and_no_round_is_too_large(targets, fraction):
    wanted = [t / 1000 for t in sorted(targets)]
    levels = by_sparsities(wanted, fraction)
    assert levels[0] == 0.0
    assert set(wanted) <= set(levels)
    for before, after in itertools.pairwise(levels):
        assert 0 < (after - before) / (1 - before) <= fraction + 1e-8


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ((), "at least one value above 0"),
        ((0.0,), "at least one value above 0"),
        ((0.5, 0.5), "must increase; 0.5 comes after 0.5"),
        ((0.2, 0.8, 0.5), "must increase; 0.5 comes after 0.8"),
        ((20, 50), r"not percent; got \[20, 50\]"),
        ((0.5, 1.0), r"got \[1.0\]"),
        ((-0.1,), r"got \[-0.1\]"),
        ((0.2, 0.0), r"got \[0.0\]"),
        ((float("nan"),), "got"),
    ],
)
def test_bad_targets_are_refused_with_the_value(targets, message):
    with pytest.raises(ValueError, match=message):
        by_sparsities(targets, 0.2)
