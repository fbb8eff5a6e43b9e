import numpy as np
import pytest

from data_prep.probing.logistic import fit_logistic


def test_two_points_on_a_line():
    # Standardised, both lie at -1 and 1: the bias is 0 and w solves ridge * w = 1 / (1 + e^w).
    model = fit_logistic(np.array([[3.0], [7.0]]), np.array([0, 1]), ridge=0.1)
    assert model.mean == pytest.approx([5.0])
    (slope,) = model.scores(np.array([[7.0]]))
    assert 0.1 * slope == pytest.approx(1 / (1 + np.exp(slope)), rel=1e-4)
    assert model.scores(np.array([[3.0], [5.0], [9.0]])) == pytest.approx(
        [-slope, 0, 2 * slope], abs=1e-4
    )


def test_without_a_feature_that_helps_the_bias_is_the_log_odds():
    # Ten times 0.1 has, by rounding, a deviation of 1e-17.
    labels = np.repeat([1, 0, 1, 0], [6, 2, 1, 1])
    model = fit_logistic(np.full((10, 2), 0.1), labels)
    assert model.weights.tolist() == [0, 0]
    assert model.scores(np.array([[0.1, 0.1], [9.0, -9.0]])) == pytest.approx(
        [np.log(7 / 3)] * 2, abs=1e-3
    )


def test_the_gradient_is_that_of_the_loss():
    draw = np.random.default_rng(0)
    features = draw.normal(5, [1, 100, 0.01], (60, 3))
    labels = (features[:, 0] - 5 + draw.normal(size=60) > 0).astype(int)
    ridge = 0.05
    model = fit_logistic(features, labels, ridge)
    deviation = features.std(axis=0)

    def loss(weights, bias):
        margins = (2 * labels - 1) * ((features - model.mean) @ weights + bias)
        return np.log1p(np.exp(-margins)).mean() + ridge / 2 * np.sum((weights * deviation) ** 2)

    least = loss(model.weights, model.bias)
    for which in range(3):
        step = np.zeros(3)
        step[which] = 0.01 / deviation[which]
        assert loss(model.weights + step, model.bias) > least
        assert loss(model.weights - step, model.bias) > least
    assert loss(model.weights, model.bias + 0.01) > least
    assert loss(model.weights, model.bias - 0.01) > least


def test_more_ridge_is_less_weight():
    features, labels = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 1, 0, 1])
    weights = [fit_logistic(features, labels, ridge).weights[0] for ridge in (0.001, 0.1, 10)]
    assert weights[0] > weights[1] > weights[2] > 0


def test_units_do_not_matter():
    draw = np.random.default_rng(1)
    features, labels = draw.normal(size=(40, 4)), np.arange(40) % 2
    scores = fit_logistic(features, labels).scores(features)
    other = features * [1e-6, 1, 1e3, 1e6] + [1, 0, -5, 1e6]
    assert fit_logistic(other, labels).scores(other) == pytest.approx(scores, abs=1e-4)


@pytest.mark.parametrize(
    ("features", "labels", "ridge", "message"),
    [
        (np.zeros((3, 2)), [0, 1], 1, r"features \[3, 2\] and labels \[2\] do not fit"),
        (np.zeros(3), [0, 1, 1], 1, r"features \[3\]"),
        (np.array([[0, 1], [np.inf, 2]]), [0, 1], 1, "feature 0 of row 1 is inf, not finite"),
        (np.zeros((2, 1)), [1, 1], 1, r"the labels are \[1.0\]: both 0 and 1"),
        (np.zeros((3, 1)), [0, 1, 2], 1, "both 0 and 1 must occur"),
        (np.zeros((2, 1)), [0, 1], 0, "the ridge is 0, but must be positive"),
    ],
)
def test_refusals(features, labels, ridge, message):
    with pytest.raises(ValueError, match=message):
        fit_logistic(features, np.array(labels), ridge)
