"""Tiny runs trained together, for processes of one device and of several."""

import contextlib
from contextlib import ExitStack

import jax
import numpy as np

from jaxticket.lottery import Execution
from jaxticket.lottery.imp import ticket_turns
from jaxticket.parallel import Joint, make_mesh, together
from jaxticket.recipe import Recipe
from jaxticket.runs import Run
from jaxticket.training import create_state
from tests.tiny import tiny_experiment

# Adam would turn the last bit of a gradient near zero into a whole step.
OPTIONS = {"optimizer": "sgd", "learning_rate": 0.5, "epochs": 3, "patience": 1}
CLOSE = {"rtol": 0.0, "atol": 2e-6}
"""How near results of two programs of the same computation are to each other."""


def silent(activity):
    return contextlib.nullcontext()


def begun(members, jobs):
    """Let every member begin level 0 of its experiment."""
    for member, (experiment, init) in zip(members, jobs, strict=True):
        state = create_state(init, experiment.optimizer, experiment.seed)
        member.begin(state, init.masks, experiment.feed(0), silent)


def train_together(folder, seeds, *, devices=1, within="unrolled", callbacks=(), **options):
    """Run IMP of several seeds in one program, each in folder/seedN; return what each gave."""
    jobs = [tiny_experiment(seed=seed, **{**OPTIONS, **options}) for seed in seeds]
    mesh = make_mesh(len(seeds), 8, jax.devices()[:devices])
    joint = Joint(jobs[0][0].step_function, mesh, len(seeds), within)
    with ExitStack() as stack:
        turns = []
        for number, (seed, (experiment, init)) in enumerate(zip(seeds, jobs, strict=True)):
            recipe = Recipe(model="tiny", rewind=str(experiment.rewind))
            run = stack.enter_context(Run(folder / f"seed{seed}", recipe, {}))
            own = {"callbacks": callbacks[number]} if callbacks else {}
            execution = Execution(
                run, experiment.budget.steps, trainer=joint.members[number], **own
            )
            stack.enter_context(execution)
            turns.append(ticket_turns(experiment, run.beginning(init), execution))
        return together(turns, joint.dispatch)


def assert_close(tree, other):
    for one, two in zip(jax.tree.leaves(tree), jax.tree.leaves(other), strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(two), **CLOSE)
