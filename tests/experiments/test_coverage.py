import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from scipy.stats import norm

from experiments.coverage import WORLDS, Config, World, draw, main, measure, truth
from jaxticket.statistics import METRICS

STILL = World(2.0, 1.0, video=0, own=0, shift=0, skill=0, video_and_seed=0, frame=0, noise=1.0)
SMALL = Config(worlds=("typical",), seeds=(1, 2), groups=(10,), frames=2, repeats=3)


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


def test_a_cell_is_the_same_again():
    once, again = (measure(SMALL, WORLDS["typical"], 2, 10) for _ in range(2))
    assert once == again
    assert len(once) == 4


def test_the_table_is_markdown():
    text = io.StringIO()
    main(SMALL, Console(file=text, width=200))
    lines = [line for line in text.getvalue().splitlines() if line.startswith("|")]
    assert lines[0].startswith("| seeds | groups | accuracy | accuracy difference | auc |")
    assert len(lines) == 4
    assert lines[2].startswith("| 1 | 10 | ")
    assert all(line.count("|") == 7 for line in lines)


@pytest.mark.parametrize(
    "wrong", [{"worlds": ("flat",)}, {"seeds": (0,)}, {"groups": (2,)}, {"repeats": 1}]
)
def test_what_cannot_be_simulated_is_refused(wrong):
    with pytest.raises(ValueError, match=r"unknown world|the least"):
        main(replace(SMALL, **wrong), Console(file=io.StringIO()))
