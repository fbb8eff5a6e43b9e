from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from experiments.measuring.simulated_logits import WORLDS, World, at_margin, draw, ticket_of, truth
from jaxticket.statistics import METRICS

STILL = World(2.0, 1.0, video=0, own=0, shift=0, skill=0, video_and_seed=0, frame=0, noise=1.0)


def test_the_truth_without_random_effects_is_known():
    assert STILL.spread == 1
    assert truth("accuracy", STILL) == pytest.approx(norm.cdf(1.0), abs=1e-12)
    assert truth("auc", STILL) == pytest.approx(norm.cdf(np.sqrt(2)), abs=1e-12)
    assert truth("eer", STILL) == pytest.approx(norm.cdf(-1.0), abs=1e-12)
    with pytest.raises(ValueError, match="no truth for 'f1'"):
        truth("f1", STILL)


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "auc", "eer"])
def test_many_videos_and_seeds_come_to_the_truth(metric):
    generator = np.random.default_rng(0)
    world = WORLDS["uneven seeds"]
    labels, groups, dense, ticket = draw(world, 150, 1000, 1, generator)
    assert labels.shape == groups.shape == (1000,)
    assert dense.shape == ticket.shape == (150, 1000)
    found = np.mean([METRICS[metric](labels, row) for row in dense])
    assert found == pytest.approx(truth(metric, world), abs=0.02)


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "auc", "eer"])
@pytest.mark.parametrize("name", ["heavy tails", "uneven classes"])
def test_the_truth_of_other_tails_and_classes(name, metric):
    world = replace(WORLDS[name], shift=0.0, skill=0.0)
    labels, _, dense, _ = draw(world, 2, 50_000, 1, np.random.default_rng(0))
    assert labels.mean() == 1 / world.fake_every
    found = np.mean([METRICS[metric](labels, row) for row in dense])
    assert found == pytest.approx(truth(metric, world), abs=0.006)


def test_heavy_tails_have_the_same_deviation():
    videos = 400_000
    world = replace(STILL, noise=0.0, video=0.8, tails=5.0)
    labels, _, dense, _ = draw(world, 1, videos, 1, np.random.default_rng(0))
    assert np.std(dense - 2.0 * (labels - 0.5)) == pytest.approx(0.8, abs=0.01)


def test_heavy_tails_come_to_the_gaussian():
    for metric in ("accuracy", "auc", "eer"):
        heavy = truth(metric, replace(WORLDS["typical"], tails=100.0))
        assert heavy == pytest.approx(truth(metric, WORLDS["typical"]), abs=3e-4)


def test_what_video_and_frame_are_is_shared_by_all_trainings():
    world = replace(STILL, video=1.0, frame=1.0, noise=0.0)
    labels, groups, dense, ticket = draw(world, 2, 6, 3, np.random.default_rng(0))
    assert groups.tolist() == np.repeat(np.arange(6), 3).tolist()
    np.testing.assert_array_equal(dense[0], dense[1])
    np.testing.assert_allclose(dense - ticket, np.broadcast_to(labels - 0.5, (2, 18)))


def test_seeds_move_all_frames_alike():
    world = replace(STILL, shift=1.0, noise=0.0)
    labels, _, dense, _ = draw(world, 2, 6, 3, np.random.default_rng(0))
    moved = dense - 2.0 * (labels - 0.5)
    np.testing.assert_allclose(moved, np.broadcast_to(moved[:, :1], moved.shape))
    assert moved[0, 0] != moved[1, 0]


@pytest.mark.parametrize(("metric", "dense"), [("auc", 0.98), ("accuracy", 0.9)])
def test_a_ticket_at_the_margin_loses_all_of_it(metric, dense):
    world = at_margin(metric, WORLDS["typical"], dense, 0.02)
    assert truth(metric, world) == pytest.approx(dense, abs=1e-4)
    assert truth(metric, ticket_of(world)) == pytest.approx(dense - 0.02, abs=1e-4)
    assert world.loss > 0
    assert world.video == WORLDS["typical"].video


def test_no_network_is_better_than_its_world_allows():
    with pytest.raises(ValueError, match=r"no network with a true accuracy of 0\.999"):
        at_margin("accuracy", replace(STILL, shift=30.0), 0.999, 0.02)
