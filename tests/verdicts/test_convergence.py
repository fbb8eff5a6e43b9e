import math

import pytest

from jaxticket.verdicts.convergence import Convergence, beaten, by_longer, of_training, worst
from tests.lottery.constructed import gain

FLAT = [0.5, 0.6, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]


def judge(values, losses=(0.5,), *, falling_rate=True, **more):
    given = {"metric": "auc", "margin": 0.01} | more
    return of_training(values, losses, falling_rate=falling_rate, **given)


def test_a_curve_that_no_longer_rises_has_converged():
    found = judge(FLAT, falling_rate=False)
    assert found == Convergence(
        "converged",
        "validation AUC changed by +0.000 from epochs 5-6 to 7-8 of 8, at most the margin of 0.01",
    )


def test_under_a_falling_rate_the_end_is_flat_anyway_and_the_middle_counts():
    rising = [0.5, 0.55, 0.6, 0.62, 0.66, 0.69, 0.68, 0.68]
    found = judge(rising)
    assert found.status == "not converged"
    assert "changed by +0.065 from epochs 3-4 to 5-6 of 8, while the rate was high" in found.reason
    assert judge(rising, falling_rate=False).status == "converged"
    assert judge([*FLAT[:6], 0.8, 0.8]).status == "converged"
    assert judge([*FLAT[:6], 0.8, 0.8], falling_rate=False).status == "not converged"


def test_a_rise_within_the_jitter_of_the_epochs_leaves_it_open():
    jumping = [0.5, 0.6, 0.62, 0.7, 0.62, 0.74, 0.6, 0.7]
    found = judge(jumping)
    assert found.status == "unknown"
    assert "too much to tell" in found.reason


def test_of_few_epochs_the_training_loss_has_to_be_flat_too():
    # As of a ResNet-18 on real faces after 5 epochs: test AUC .808, and .829 after 20.
    few = [0.58, 0.73, 0.77, 0.76, 0.78]
    found = judge(few, [0.636, 0.574, 0.475, 0.400])
    assert found.status == "unknown"
    assert "the last of only 5 epochs took 16% off the training loss (0.400)" in found.reason
    assert judge(few, [0.636, 0.574, 0.475, 0.430]).status == "converged"
    assert judge(FLAT, [0.475, 0.400]).status == "converged"


def test_what_fits_its_training_pictures_has_converged_however_its_value_rises():
    rising = [0.5, 0.55, 0.6, 0.62, 0.66, 0.69, 0.68, 0.68]
    tenth = 0.1 * math.log(2)
    assert judge(rising, [0.7, tenth]).status == "converged"
    assert judge(rising, [0.7, 1.01 * tenth]).status == "not converged"
    assert judge(rising, [0.7, 0.1 * math.log(5)], classes=5).status == "converged"


def test_a_sign_decides_first_and_patience_next():
    sign = "level 0: training does not converge: its loss rose from 0.1 to 0.9"
    found = judge(FLAT, [0.01], signs=["level 0: layer a has no weight left", sign])
    assert found == Convergence(
        "not converged", "training does not converge: its loss rose from 0.1 to 0.9"
    )
    rising = [0.5, 0.55, 0.6, 0.62, 0.66, 0.69, 0.68, 0.68]
    assert judge(rising, epochs=9).status == "converged"
    assert judge(rising, epochs=8).status == "not converged"


@pytest.mark.parametrize("values", [[], [0.7, 0.7, 0.7], [*FLAT[:7], math.nan]])
def test_without_a_curve_nothing_is_known(values):
    assert judge(values).status == "unknown"


def test_a_longer_training_decides_where_its_interval_does():
    assert by_longer(gain(0.1), 0.01) == Convergence(
        "not converged",
        "trained as long as the search it is +0.100 [+0.072, +0.128] better",
    )
    shorter = by_longer(gain(0.0, error=0.001), 0.01)
    assert shorter is not None
    assert shorter.status == "converged"
    assert by_longer(gain(0.02), 0.01) is None


def test_a_sparse_level_that_beats_dense_leaves_it_open():
    fine = Convergence("converged", "flat")
    assert beaten(gain(0.1), 0.01, fine).status == "unknown"
    assert beaten(gain(0.03), 0.01, fine) is fine  # its lower end is +0.002
    rising = Convergence("not converged", "rising")
    assert beaten(gain(0.1), 0.01, rising) is rising


def test_the_most_doubtful_seed_counts():
    parts = [Convergence(s, "") for s in ("converged", "not converged", "unknown")]
    assert worst(parts).status == "not converged"
    assert worst([parts[0], parts[2]]).status == "unknown"
