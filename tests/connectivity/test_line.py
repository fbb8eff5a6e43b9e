"""Twins, the line between them, and its logits against a direct computation."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket import masks as masks_lib
from jaxticket.connectivity.line import alphas, interpolate, logits_on_line, twin
from jaxticket.data import training_batches
from jaxticket.lottery import read_ticket, retrain
from jaxticket.recipe import Recipe
from jaxticket.runs import Run
from jaxticket.training.batch_statistics import make_batch_moments
from jaxticket.trees import leaves_by_path
from tests.tiny import executing, log_of, restored, run_tiny, tiny_experiment


def orders(experiment, level):
    """The first labels that a level's training sees."""
    drawn = training_batches(experiment.train, 8, seed=experiment.level_seed(level))
    return [next(drawn)["image"].sum() for _ in range(3)]


def test_twins_have_seeds_of_their_own_by_seed_level_and_number():
    one, other = (tiny_experiment(seed=seed)[0] for seed in (0, 1))
    asked = [(e, level, number) for e in (one, other) for level in (0, 2) for number in (1, 2)]
    twins = [twin(*ask) for ask in asked]
    assert len({e.seed for e in twins}) == 8
    assert all(0 <= e.seed < 2**32 for e in twins)
    assert twin(one, 2, 1).seed == twin(one, 2, 1).seed
    assert twin(one, 2, 0) is one


@pytest.mark.parametrize("data_order", ["same", "per_level"])
def test_a_twin_differs_from_its_ticket_in_its_order_alone(data_order):
    experiment, _ = tiny_experiment(data_order=data_order)
    other = twin(experiment, 2, 1)
    assert orders(other, 2) != orders(experiment, 2)
    changed = {
        name for name in vars(experiment) if getattr(experiment, name) is not getattr(other, name)
    }
    assert changed - {"data_order"} == {"seed"}
    assert other.level_seed(2) == other.seed


def test_interpolation_by_hand():
    a = {"w": jnp.array([1.0, 0.0, -3.0, 0.1])}
    b = {"w": jnp.array([5.0, 0.0, 1.0, 0.3])}
    np.testing.assert_allclose(interpolate(a, b, 0.25)["w"], [2.0, 0.0, -2.0, 0.15], rtol=1e-6)
    for alpha, end in ((0.0, a), (1.0, b)):
        np.testing.assert_array_equal(interpolate(a, b, alpha)["w"], end["w"])


def test_places_on_the_line():
    assert alphas(5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert alphas(11)[[0, 3, -1]].tolist() == [0, 0.3, 1]
    with pytest.raises(ValueError, match="--points must be 3 or more"):
        alphas(2)


@pytest.fixture(scope="module", params=["init", "step:2"])
def pair(request, tmp_path_factory):
    """A ticket's experiment, ticket and weights, its twin's weights, and both run folders."""
    path = tmp_path_factory.mktemp("pair")
    run_tiny(path / "run", rewind=request.param)
    experiment, _ = tiny_experiment(rewind=request.param)
    ticket = read_ticket(path / "run", experiment, 2)
    with Run(path / "twin", Recipe(), {}) as run, executing(run, experiment) as execution:
        retrain(twin(experiment, 2, 1), "ticket", ticket, execution)
    weights = [restored(path / name, 2) for name in ("run", "twin")]
    return experiment, ticket, weights, path


def test_a_twin_is_trained_from_the_same_point_under_the_same_mask(pair):
    _, ticket, (first, second), path = pair
    assert masks_lib.nonzero_where_pruned(ticket.masks, second.params) is None
    logs = [log_of(path / name, "train", 2) for name in ("run", "twin")]
    assert [r["step"] for r in logs[0]] == [r["step"] for r in logs[1]]
    assert [r["learning_rate"] for r in logs[0]] == [r["learning_rate"] for r in logs[1]]
    assert all(a["loss"] != b["loss"] for a, b in zip(*logs, strict=True))
    assert np.any(first.params["fc1"]["kernel"] != second.params["fc1"]["kernel"])


def test_the_logits_are_those_of_weights_and_statistics_at_every_place(pair):
    experiment, _, (first, second), _ = pair
    moments = make_batch_moments(experiment.detector)
    found = logits_on_line(experiment, moments, (first, second), 5, 3)
    assert {split: of.shape for split, of in found.items()} == {
        "train": (5, 24, 1), "validation": (5, 18, 1), "test": (5, 18, 1)
    }  # fmt: skip
    # 3 batches of 8 are all 24 training pictures, so the statistics are those of one batch.
    pictures = experiment.train.images(np.arange(24)).astype(np.float64) / 255 - 0.5
    test = experiment.test.images(np.arange(18)).astype(np.float64) / 255 - 0.5
    for place, alpha in enumerate((0, 0.25, 0.5, 0.75, 1)):
        a, b = leaves_by_path(first.params), leaves_by_path(second.params)
        p = {name: (1 - alpha) * a[name] + alpha * b[name] for name in a}
        maps, ours = convolved(p, pictures), convolved(p, test)
        x = (ours - maps.mean((0, 1, 2))) / np.sqrt(maps.var((0, 1, 2)) + 1e-5)
        x = leaky(x * p["bn1/scale"] + p["bn1/bias"]).mean((1, 2))
        x = leaky(x @ p["fc1/kernel"] + p["fc1/bias"])
        np.testing.assert_allclose(
            found["test"][place], x @ p["fc/kernel"] + p["fc/bias"], rtol=1e-3, atol=1e-4
        )


def convolved(p, pictures):
    patches = pictures[:, :6, :6].reshape(-1, 2, 3, 2, 3, 3)
    return np.einsum("bhiwjc,ijcd->bhwd", patches, p["conv1/kernel"]) + p["conv1/bias"]


def leaky(x):
    return np.where(x > 0, x, 0.01 * x)


def test_an_end_of_another_mask_is_refused(pair):
    experiment, _, (first, second), _ = pair
    unmasked = replace(second, params=jax.tree.map(lambda x: x + 1, second.params))
    moments = make_batch_moments(experiment.detector)
    with pytest.raises(ValueError, match=r"the second network is not of this mask: .*/kernel"):
        logits_on_line(experiment, moments, (first, unmasked), 3, 1)


def test_level_0_of_a_late_rewinding_shares_its_first_steps(tmp_path):
    run_tiny(tmp_path / "run", rewind="step:2", sparsities=(0.0, 0.2))
    experiment, _ = tiny_experiment(rewind="step:2", sparsities=(0.0, 0.2))
    ticket = read_ticket(tmp_path / "run", experiment, 0)
    for name, number in (("again", 0), ("twin", 1)):
        with Run(tmp_path / name, Recipe(), {}) as run, executing(run, experiment) as execution:
            retrain(twin(experiment, 0, number), "ticket", ticket, execution)
    assert log_of(tmp_path / "again", "train", 0) == log_of(tmp_path / "run", "train", 0)[2:]
    assert log_of(tmp_path / "twin", "train", 0)[0]["step"] == 3
    first, again, other = (restored(tmp_path / name, 0).params["fc"]["kernel"]
                           for name in ("run", "again", "twin"))  # fmt: skip
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
