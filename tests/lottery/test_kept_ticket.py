"""A ticket's two files hold what trains it again, whatever it was rewound to."""

import chex
import pytest

from jaxticket.lottery import kept_rewind, retrain, unpacked
from jaxticket.recipe import Recipe
from jaxticket.runs import Run, read_level
from jaxticket.tickets import Ticket, by_path, load_rewind, load_ticket, save_rewind, save_ticket
from tests.tickets.small import manifest
from tests.tiny import PRUNABLE, executing, restored, run_tiny, tiny_experiment


def packed(path, run, level, rewind):
    """Write both files of a level."""
    weights = read_level(run, level)
    masks = by_path(weights.masks)
    ticket = Ticket(
        by_path(weights.params), by_path(weights.batch_stats), {n: masks[n] for n in PRUNABLE},
        manifest(level=level, rewind=rewind),
    )  # fmt: skip
    save_ticket(path / "a", ticket)
    save_rewind(path / "b", ticket, kept_rewind(run, ticket))


@pytest.mark.parametrize(
    ("level", "options"),
    [
        (2, {"rewind": "init"}),
        (2, {"rewind": "step:4"}),
        (2, {"rewind": "step:1", "optimizer": "adamw", "weight_decay": 0.01}),
        (2, {"rewind": "lr", "data_order": "per_level"}),
        (2, {"rewind": "none", "patience": 1}),
        (0, {"rewind": "lr"}),
    ],
)
def test_what_is_trained_again_is_the_ticket_bit_for_bit(tmp_path, level, options):
    run_tiny(tmp_path / "run", **options)
    packed(tmp_path, tmp_path / "run", level, options["rewind"])
    ticket = load_ticket(tmp_path / "a")
    point = load_rewind(tmp_path / "b", ticket)
    experiment, _ = tiny_experiment(**options)
    recipe = Recipe(model="tiny", rewind=options["rewind"])
    with Run(tmp_path / "again", recipe, {}) as run, executing(run, experiment) as execution:
        retrain(experiment, "ticket", unpacked(experiment, ticket, point), execution)
    again, first = (restored(tmp_path / name, level) for name in ("again", "run"))
    chex.assert_trees_all_equal(again, first)
    assert again.digest == ticket.manifest.hashes.weights


def test_another_optimizers_moments_are_refused(tmp_path):
    run_tiny(tmp_path / "run", rewind="step:1")
    packed(tmp_path, tmp_path / "run", 1, "step:1")
    ticket = load_ticket(tmp_path / "a")
    experiment, _ = tiny_experiment(rewind="step:1", optimizer="sgd")
    with pytest.raises(ValueError, match="the state of another optimizer"):
        unpacked(experiment, ticket, load_rewind(tmp_path / "b", ticket))


@pytest.mark.parametrize(("rewind", "gone"), [("init", "init"), ("step:1", "rewind"), ("lr", None)])
def test_what_was_not_kept_is_named(tmp_path, rewind, gone):
    run_tiny(tmp_path / "run", rewind=rewind, passing=frozenset() if gone else frozenset({1}))
    if gone:
        (tmp_path / "run" / gone).rename(tmp_path / "elsewhere")
    with pytest.raises(FileNotFoundError, match=r"is missing|is not there"):
        packed(tmp_path, tmp_path / "run", 2, rewind)
