"""How bounds do in worlds whose truth is known."""

import numpy as np

from experiments.measuring.bounds_coverage import count_errors, count_ways, kinds, studies
from experiments.measuring.simulated_logits import WORLDS


def drawn(kind, groups=118, frames=5, repeats=60, epochs=1):
    return studies(
        WORLDS["typical"], groups, frames, kinds(frames)[kind], epochs=epochs, repeats=repeats,
        generator=np.random.default_rng(0),
    )  # fmt: skip


def test_the_bound_holds_where_quantiles_and_frames_as_groups_do_not():
    found = count_ways(drawn(0, groups=200), [0.1], 0.95)
    bound, quantile, frames = (found[0.1, way] for way in ("bound", "quantile", "frames as groups"))
    assert np.mean(bound.false_alarms + bound.misses) > 0.93
    assert np.mean(frames.false_alarms + frames.misses) < 0.93
    assert np.mean(quantile.false_alarms + quantile.misses) < 0.7
    assert np.mean(bound.open) > np.mean(frames.open) > np.mean(quantile.open) > 0


def test_longer_videos_keep_the_bound_and_single_frames_of_them_break_it():
    whole, single, longer = (
        count_ways(drawn(kind), [0.1], 0.95)[0.1, "bound"] for kind in (1, 2, 3)
    )
    assert np.mean(single.misses) < np.mean(whole.misses) <= np.mean(longer.misses)


def test_too_few_groups_have_no_bound():
    found = count_ways(drawn(1, groups=40, repeats=2), [0.05], 0.95)[0.05, "bound"]
    assert (found.false_alarms, found.misses, found.both, found.open) == ([], [], [], [])


def test_a_true_error_is_held_and_the_best_epoch_is_taken():
    found = count_errors(drawn(1, repeats=40))
    assert np.mean([one.test for one in found]) > 0.85 > np.mean([one.left_out for one in found])
    one, best = (
        [detector.fake - detector.real for detector, _, _ in drawn(1, repeats=20, epochs=epochs)]
        for epochs in (1, 8)
    )
    assert np.mean(best) > np.mean(one)
