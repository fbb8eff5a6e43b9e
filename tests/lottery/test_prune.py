"""Criteria and schedules in whole experiments: which weights go, and from which level."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from jaxticket import masks as masks_lib
from jaxticket.lottery import check_criterion, imp
from jaxticket.pruning import CRITERIA, by_sparsities, passing
from jaxticket.recipe import Options
from tests.resumption import KillAfter, Killed, assert_same_results
from tests.tiny import PRUNABLE, log_of, restored, run_experiment, run_tiny, tiny_experiment

DEEP = by_sparsities((0.3, 0.5), 0.2)  # 0, 0.163, 0.3, 0.408, 0.5
ON_THE_WAY = passing(Options(sparsities=(0.3, 0.5)))


def flat(tree):
    return np.concatenate([np.ravel(tree[path.split("/")[0]]["kernel"]) for path in PRUNABLE])


def masks_of(path, levels):
    return [flat(restored(path, level).masks) for level in levels]


def test_levels_on_the_way_are_trained_but_not_evaluated_nor_kept(tmp_path):
    assert {1, 3} == ON_THE_WAY
    records = run_tiny(tmp_path / "deep", sparsities=DEEP, passing=ON_THE_WAY)
    plain = run_tiny(tmp_path / "plain", sparsities=DEEP)
    for level, (record, whole) in enumerate(zip(records, plain, strict=True)):
        folder = tmp_path / "deep" / f"level_{level:02d}"
        assert len(log_of(tmp_path / "deep", "train", level)) == 6
        assert (record.weights_left, record.thresholds) == (
            whole.weights_left, whole.thresholds,
        )  # fmt: skip
        names = sorted(item.name for item in folder.iterdir())
        if level in ON_THE_WAY:
            assert names == ["evaluation.json", "layers.csv"]
            assert (record.named, record.test_auc, record.val_auc) == (False, None, None)
        else:
            assert record.named
            assert record.test == whole.test
            for one, other in zip(
                jax.tree.leaves(restored(tmp_path / "deep", level)),
                jax.tree.leaves(restored(tmp_path / "plain", level)), strict=True,
            ):  # fmt: skip
                np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("after", [(1, 3), (1, None), (2, None), (3, 2)])
def test_a_run_killed_on_the_way_ends_as_one_that_was_not(tmp_path, after):
    options = {"sparsities": DEEP, "passing": ON_THE_WAY, "checkpoint_every": 2}
    run_tiny(tmp_path / "straight", **options)
    with pytest.raises(Killed):
        run_tiny(tmp_path / "killed", KillAfter(*after), **options)
    run_tiny(tmp_path / "killed", **options)
    assert_same_results(tmp_path / "killed", tmp_path / "straight")


def test_a_cliff_is_seen_from_the_level_that_was_evaluated_last(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "jaxticket.lottery.record.signs",
        lambda record, before, chance: seen.append(before and before.level) or [],
    )
    run_tiny(tmp_path, sparsities=DEEP, passing=ON_THE_WAY)
    assert seen == [None, None, 0, None, 2]


def test_one_shot_prunes_every_level_from_the_dense_one(tmp_path):
    levels = (0.0, 0.3, 0.5)
    run_tiny(tmp_path, sparsities=levels, one_shot=True)
    dense = np.abs(flat(restored(tmp_path, 0).params))
    for level, mask in zip((1, 2), masks_of(tmp_path, (1, 2)), strict=True):
        assert mask.sum() == 140 - round(140 * levels[level])
        assert dense[mask].min() >= dense[~mask].max()


def test_one_shot_rewinds_as_the_iterative_one_does(tmp_path, monkeypatch):
    starts, real = [], imp.train_level

    def train_level(experiment, level, start, *rest):
        starts.append(jax.tree.map(np.array, start))
        return (yield from real(experiment, level, start, *rest))

    monkeypatch.setattr(imp, "train_level", train_level)
    run_tiny(tmp_path, sparsities=(0.0, 0.3, 0.5), one_shot=True, rewind="lr")
    dense = flat(restored(tmp_path, 0).params)
    for start, mask in zip(starts[1:], masks_of(tmp_path, (1, 2)), strict=True):
        np.testing.assert_array_equal(flat(start.params), np.where(mask, dense, 0))


def scored(monkeypatch, name):
    """The survivors among which each scoring of a criterion chose, as they come."""
    seen, row = [], CRITERIA[name]

    def scores(network):
        seen.append(int((flat(network.params) != 0).sum()))
        return row.scores(network)

    monkeypatch.setitem(CRITERIA, name, replace(row, scores=scores))
    return seen


def test_synflow_scores_again_a_hundred_times_or_once(tmp_path, monkeypatch):
    seen = scored(monkeypatch, "synflow")
    run_tiny(tmp_path / "iterative", sparsities=(0.0, 0.5), criterion="synflow")
    assert (len(seen), seen[0]) == (100, 140)
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] <= 72
    seen.clear()
    run_tiny(tmp_path / "one", sparsities=(0.0, 0.5), criterion="synflow", one_shot=True)
    assert seen == [140]


def test_snip_scores_again_after_the_prune_fraction_or_once(tmp_path, monkeypatch):
    seen = scored(monkeypatch, "snip")
    run_tiny(tmp_path / "iterative", sparsities=(0.0, 0.36, 0.5), criterion="snip")
    assert seen == [140, 112, 90, 79]
    seen.clear()
    run_tiny(tmp_path / "one", sparsities=(0.0, 0.36, 0.5), criterion="snip", one_shot=True)
    assert seen == [140, 140]


def test_snip_scores_the_beginning_and_magnitude_the_end(tmp_path):
    run_tiny(tmp_path / "short", sparsities=(0.0, 0.5), criterion="snip")
    run_tiny(tmp_path / "long", sparsities=(0.0, 0.5), criterion="snip", epochs=4)
    np.testing.assert_array_equal(*(masks_of(tmp_path / n, (1,))[0] for n in ("short", "long")))
    run_tiny(tmp_path / "m_short", sparsities=(0.0, 0.5))
    run_tiny(tmp_path / "m_long", sparsities=(0.0, 0.5), epochs=4)
    short, long = (masks_of(tmp_path / n, (1,))[0] for n in ("m_short", "m_long"))
    assert (short != long).any()


def test_random_does_not_depend_on_the_weights_but_on_the_seed(tmp_path):
    options = {"sparsities": (0.0, 0.5), "criterion": "random"}
    run_tiny(tmp_path / "one", **options)
    run_tiny(tmp_path / "rate", learning_rate=0.1, **options)
    run_tiny(tmp_path / "seed", seed=1, **options)
    one, rate, seed = (masks_of(tmp_path / n, (1,))[0] for n in ("one", "rate", "seed"))
    np.testing.assert_array_equal(one, rate)
    assert (one != seed).any()


def test_synflow_keeps_a_path_where_magnitude_collapses(tmp_path):
    # Of 140 weights 8 are left. SynFlow never cuts the last path (2006.05467, theorem 3).
    records = run_tiny(tmp_path, sparsities=(0.0, 0.94), criterion="synflow")
    assert records[1].weights_left == 8
    assert records[1].dead_layers == []
    masks = restored(tmp_path, 1).masks
    assert all(masks_lib.alive(masks, PRUNABLE).values())


def test_the_experiment_goes_on_with_one_program(tmp_path):
    experiment, init = tiny_experiment(sparsities=(0.0, 0.3, 0.5), criterion="snip")
    run_experiment(tmp_path, experiment, init)
    assert experiment.step._cache_size() == 1


def wide(network):
    return jax.tree.map(lambda w: np.abs(w) / w.size, network.params)


def one_number(network):
    return 1.0


def too_small(network):
    return {**network.params, "fc": {"bias": np.zeros(3), "kernel": np.zeros(2)}}


def broken(network):
    return network.gradient


def refusing(network):
    raise ValueError("boom")


def not_a_number(network):
    return jax.tree.map(lambda w: w * np.nan, network.params)


def relative_change(network):
    """NaN where a trained weight is as at the beginning, and so for those that are pruned."""
    return jax.tree.map(lambda w, start: w / (w - start) ** 2 * (w - start), network.params,
                        network.start)  # fmt: skip


def late(network):
    if len(network.batches()[0][2]["label"]) > 2:
        raise TypeError("more than two")
    return network.params


def test_a_criterion_may_be_nan_where_nothing_is_left(tmp_path):
    name = f"{__name__}:relative_change"
    check_criterion(name, "cnn5", 32)
    assert run_tiny(tmp_path, sparsities=(0.0, 0.3, 0.5), criterion=name)[2].weights_left == 70


def test_a_criterion_that_fails_on_real_batches_is_named(tmp_path):
    check_criterion(f"{__name__}:late", "cnn5", 32)
    with pytest.raises(ValueError, match=r"criterion .*:late' fails: TypeError: more") as caught:
        run_tiny(tmp_path, sparsities=(0.0, 0.5), criterion=f"{__name__}:late", epochs=1)
    assert isinstance(caught.value.__cause__, TypeError)


def test_a_users_own_criterion(tmp_path):
    name = f"{__name__}:wide"
    check_criterion(name, "cnn5", 32)
    records = run_tiny(tmp_path / "own", sparsities=(0.0, 0.5), criterion=name)
    run_tiny(tmp_path / "magnitude", sparsities=(0.0, 0.5))
    assert records[1].weights_left == 70
    own, magnitude = (masks_of(tmp_path / run, (1,))[0] for run in ("own", "magnitude"))
    assert (own != magnitude).any()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ON_THE_WAY", "is a frozenset: give a function of a jaxticket.pruning.Network"),
        ("one_number", r"one score a weight, .* gives none for bn1/bias, which is \(16,\)"),
        ("too_small", r"gives \(3,\) for fc/bias, which is \(1,\)"),
        ("broken", "your own criterion .*:broken' fails: AttributeError: 'Network' object has no"),
        ("refusing", "your own criterion .*:refusing' fails: ValueError: boom"),
        (
            "not_a_number",
            "not_a_number' gives NaN or .* among its scores for conv1/kernel",
        ),
    ],
)
def test_a_criterion_that_gives_no_scores(name, message):
    with pytest.raises(ValueError, match=message):
        check_criterion(f"{__name__}:{name}", "cnn5", 32)


def test_an_unknown_criterion_is_answered_with_a_near_one():
    with pytest.raises(ValueError, match="no criterion named 'magnitud'; did you mean magnitude"):
        check_criterion("magnitud", "cnn5", 32)
