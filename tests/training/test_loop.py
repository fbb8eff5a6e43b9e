from contextlib import contextmanager
from itertools import islice

import numpy as np

from jaxticket.training import steps


def step(state, masks, batch):
    return state + batch, {"loss": masks * batch}


def test_a_step_a_batch_from_the_state_that_is_given():
    done = list(steps(step, 10, 2, iter([1, 2, 3])))
    assert done == [(11, {"loss": 2}), (13, {"loss": 4}), (16, {"loss": 6})]


def test_no_batch_is_drawn_and_no_step_done_before_it_is_asked_for():
    batches = iter(range(5))
    assert len(list(islice(steps(step, 0, 1, batches), 2))) == 2
    assert next(batches) == 2


def test_what_takes_time_is_measured_under_its_name():
    entered = []

    @contextmanager
    def measure(activity):
        entered.append(activity)
        yield

    list(steps(step, np.int32(0), 1, iter([1, 2]), measure))
    assert entered == ["data", "train", "data", "train", "data"]
