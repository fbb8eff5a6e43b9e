"""Every control differs from its ticket in what its name says, and in nothing else."""

import jax
import numpy as np
import pytest

from jaxticket import masks as masks_lib
from jaxticket.lottery import CONTROLS, check_control, control, read_ticket, retrain
from jaxticket.lottery.controls import differences
from jaxticket.lottery.retraining import _point
from jaxticket.recipe import Recipe
from jaxticket.runs import Run, read_run
from jaxticket.training.state import moments
from jaxticket.trees import leaves_by_path, replace_leaves
from tests.tiny import PRUNABLE, executing, log_of, restored, run_tiny, tiny_experiment

LEVEL = 2


@pytest.fixture(scope="module", params=["init", "step:2"])
def case(request, tmp_path_factory):
    """A finished run, its experiment, its ticket, and the ticket's own start."""
    path = tmp_path_factory.mktemp("run") / "run"
    run_tiny(path, rewind=request.param)
    experiment, _ = tiny_experiment(rewind=request.param)
    ticket = read_ticket(path, experiment, LEVEL)
    point = _point(experiment, ticket)
    return path, experiment, ticket, (ticket.masks, point)


def made(case, kind):
    _, experiment, ticket, (_, point) = case
    return control(experiment, kind, LEVEL, ticket.masks, point)


def alive(masks):
    return masks_lib.alive(masks, PRUNABLE)


def kernels(tree):
    return {path: np.asarray(leaves_by_path(tree)[path]) for path in PRUNABLE}


def others(tree):
    return {k: np.asarray(v) for k, v in leaves_by_path(tree).items() if k not in PRUNABLE}


def assert_same(one, other):
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_ticket_is_itself(case):
    masks, point = made(case, "ticket")
    assert_same((masks, point.params, point.opt_state), (case[3][0], case[3][1].params,
                                                         case[3][1].opt_state))  # fmt: skip
    assert differences(case[3], (masks, point), PRUNABLE) == {
        "mask_overlap": 1.0, "same_weights": 1.0
    }  # fmt: skip


@pytest.mark.parametrize("kind", CONTROLS)
def test_every_control_has_as_many_weights_and_no_other_leaf_is_pruned(case, kind):
    masks, point = made(case, kind)
    assert sum(alive(masks).values()) == sum(alive(case[3][0]).values()) == 90
    assert all(leaf.all() for leaf in others(masks).values())
    assert int(point.seed) == int(case[3][1].seed)
    again, same = made(case, kind)
    assert_same((masks, point.params), (again, same.params))


@pytest.mark.parametrize("kind", ["random_layers", "random_global"])
def test_random_masks_keep_the_weights_and_move_the_mask(case, kind):
    masks, point = made(case, kind)
    assert_same(point, case[3][1])
    shared = differences(case[3], (masks, point), PRUNABLE)
    assert shared["mask_overlap"] < 0.8
    assert shared["same_weights"] == 1.0


def test_a_random_mask_by_layer_keeps_every_layers_count(case):
    assert alive(made(case, "random_layers")[0]) == alive(case[3][0])


def test_a_global_random_mask_spreads_evenly(case):
    # 90 of 140 are left: hypergeometric, 108 x 90/140 = 69.4 in the convolution, deviation 2.4.
    _, experiment, ticket, (_, point) = case
    counts = [
        alive(control(experiment, "random_global", level, ticket.masks, point)[0])["conv1/kernel"]
        for level in range(40)
    ]
    assert abs(np.mean(counts) - 108 * 90 / 140) < 1.5
    assert len(set(counts)) > 3


def test_a_shuffle_moves_masks_and_weights_of_a_layer_together(case):
    masks, point = made(case, "shuffle")
    mask, params = kernels(masks), kernels(point.params)
    mask_before, before = kernels(case[3][0]), kernels(case[3][1].params)
    for path in PRUNABLE:
        assert (mask[path] != mask_before[path]).any()
        np.testing.assert_array_equal(
            np.sort(params[path][mask[path]]), np.sort(before[path][mask_before[path]])
        )
    assert_same(others(point.params), others(case[3][1].params))
    assert_same(point.batch_stats, case[3][1].batch_stats)
    # Moments go with their weights: where a weight went, its moments went.
    for place, tree in moments(point).items():
        then = kernels(moments(case[3][1])[place])
        for path, now in kernels(tree).items():
            pairs = sorted(zip(params[path].ravel(), now.ravel(), strict=True))
            assert pairs == sorted(zip(before[path].ravel(), then[path].ravel(), strict=True))


def test_a_reinitialised_ticket_keeps_the_mask_only(case):
    masks, point = made(case, "reinit")
    assert_same(masks, case[3][0])
    shared = differences(case[3], (masks, point), ("conv1/kernel",))
    assert shared["mask_overlap"] == 1.0
    for path, leaf in kernels(point.params).items():
        assert not np.any(leaf == kernels(case[3][1].params)[path])
    assert int(point.step) == 0
    for tree in moments(point).values():
        assert not any(np.any(leaf) for leaf in jax.tree.leaves(tree))


@pytest.mark.parametrize("kind", [kind for kind in CONTROLS if kind != "ticket"])
def test_controls_of_other_seeds_and_levels_are_drawn_anew(case, kind):
    _, experiment, ticket, (_, point) = case
    one, two = (control(experiment, kind, level, ticket.masks, point) for level in (2, 3))
    assert any(
        np.any(np.asarray(a) != np.asarray(b))
        for a, b in zip(jax.tree.leaves((one[0], one[1].params)),
                        jax.tree.leaves((two[0], two[1].params)), strict=True)
    )  # fmt: skip


def trained(case, kind, path):
    _, experiment, ticket, _ = case
    with Run(path, Recipe(), {}) as run, executing(run, experiment) as execution:
        return retrain(experiment, kind, ticket, execution)


def test_the_ticket_trained_again_is_the_ticket_bit_for_bit(case, tmp_path):
    record = trained(case, "ticket", tmp_path / "again")
    assert_same(restored(tmp_path / "again", LEVEL), restored(case[0], LEVEL))
    assert record.test == read_run(case[0]).levels[LEVEL].test
    assert log_of(tmp_path / "again", "train", LEVEL) == log_of(case[0], "train", LEVEL)


@pytest.mark.parametrize("kind", ["random_global", "shuffle", "reinit"])
def test_a_control_trains_under_the_same_batches_and_rates(case, kind, tmp_path):
    record = trained(case, kind, tmp_path / "run")
    assert record.level == LEVEL
    assert record.weights_left == 90
    rates = {r["step"]: r["learning_rate"] for r in log_of(tmp_path / "run", "train", LEVEL)}
    ticket = {r["step"]: r["learning_rate"] for r in log_of(case[0], "train", LEVEL)}
    if kind != "reinit":  # which has no step K to begin from
        assert rates == ticket
    assert set(ticket.items()) <= set(rates.items())
    again = trained(case, kind, tmp_path / "run")
    assert again.test == record.test


def test_levels_that_began_from_the_one_before_have_no_controls(tmp_path):
    run_tiny(tmp_path, rewind="lr")
    experiment, _ = tiny_experiment(rewind="lr")
    with pytest.raises(ValueError, match="was not rewound"):
        read_ticket(tmp_path, experiment, 1)


def test_a_level_that_is_not_there(case):
    path, experiment, _, _ = case
    with pytest.raises(FileNotFoundError, match=r"holds the arrays of the levels 0, 1, 2"):
        read_ticket(path, experiment, 7)


def mirrored(experiment, masks, point, draw):
    leaves = leaves_by_path(masks)
    flipped = {path: leaves[path][::-1, ::-1] for path in experiment.prunable}
    return replace_leaves(masks, flipped), point


def drawn(experiment, masks, point, draw):
    return replace_leaves(masks, {"fc1/kernel": draw.random((4, 8)) < 0.5}), point


def everything(experiment, masks, point, draw):
    return masks_lib.full(masks), point


def no_state(experiment, masks, point, draw):
    return masks


def three(experiment, masks, point, draw):
    return masks, point, None


def numbers(experiment, masks, point, draw):
    return jax.tree.map(lambda leaf: leaf.astype(np.float32), masks), point


def parameters(experiment, masks, point, draw):
    return masks, point.params


def other_leaves(experiment, masks, point, draw):
    return {"fc": masks["fc"]}, point


def key_error(experiment, masks, point, draw):
    return masks["conv9"], point


def test_a_users_own_control(case):
    masks, point = made(case, f"{__name__}:mirrored")
    assert alive(masks) == alive(case[3][0])
    assert_same(point, case[3][1])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("LEVEL", r"is a int: give a function \(experiment, masks, point, draw\)"),
        ("everything", "leaves 140 weights and its ticket 90"),
        ("drawn", "a control has as many as its ticket"),
        ("no_state", r"must give \(masks, point\), .* it gives dict"),
        ("three", "it gives tuple of 3"),
        ("numbers", r"its masks have float32\[4\] for bn1/bias, which is bool\[4\]"),
        ("parameters", "its point is a dict and no TrainState"),
        ("other_leaves", "its masks are a tree of other leaves"),
        ("key_error", "your own control .*:key_error' fails: KeyError: 'conv9'"),
        ("nothing", "has no attribute 'nothing'"),
    ],
)
def test_what_is_no_control(case, name, message):
    with pytest.raises(ValueError, match=message):
        made(case, f"{__name__}:{name}")


def test_an_unknown_control_is_answered_with_all():
    with pytest.raises(ValueError, match=r"no control named 'x'; known: ticket, .*, small_dense"):
        check_control("x", ("small_dense",))
