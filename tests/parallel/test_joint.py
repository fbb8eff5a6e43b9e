import jax
import numpy as np
import pytest

from jaxticket.parallel import Joint, make_mesh
from jaxticket.training import OneByOne
from tests.parallel.trained import OPTIONS, assert_close, begun
from tests.tiny import tiny_experiment

SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def jobs():
    return [tiny_experiment(seed=seed, **OPTIONS) for seed in SEEDS]


@pytest.fixture(scope="module")
def alone(jobs):
    """The losses and the state of each ticket after four steps of its own."""
    found = []
    for job in jobs:
        trainer = OneByOne(jobs[0][0].step)
        begun([trainer], [job])
        losses = [float(trainer.answer()[0]["loss"]) for _ in range(4)]
        found.append((losses, trainer.state))
    return found


@pytest.mark.parametrize("within", ["unrolled", "vmap"])
def test_tickets_of_one_program_train_as_each_alone(jobs, alone, within):
    joint = Joint(jobs[0][0].step_function, make_mesh(3, 8), 3, within)
    begun(joint.members, jobs)
    losses = {member: [] for member in joint.members}
    # The second misses a dispatch, the third begins late: their steps are the same.
    for asked in ((0, 1), (0, 1, 2), (0, 2), (0, 1, 2), (1, 2)):
        before = [jax.tree.map(np.asarray, member.state) for member in joint.members]
        for place in asked:
            joint.members[place].ask(3)
        joint.dispatch()
        for place in asked:
            [metrics] = joint.members[place].answer()
            losses[joint.members[place]].append(float(metrics["loss"]))
        for place in set(range(3)) - set(asked):
            joint.members[place].forget()
            jax.tree.map(np.testing.assert_array_equal, before[place], joint.members[place].state)
    for member, (own_losses, own_state) in zip(joint.members, alone, strict=True):
        np.testing.assert_allclose(losses[member], own_losses, atol=2e-6)
        assert_close(member.state, own_state)


def test_a_ticket_that_begins_anew_leaves_the_others_as_they_are(jobs):
    joint = Joint(jobs[0][0].step_function, make_mesh(2, 8), 2)
    begun(joint.members, jobs[:2])
    first, second = joint.members
    before = jax.tree.map(np.asarray, (first.state, second.state))
    begun([second], jobs[2:])
    first.forget()
    jax.tree.map(np.testing.assert_array_equal, before[0], first.state)
    assert int(second.state.seed) == 2
