from contextlib import contextmanager
from dataclasses import dataclass

from jaxticket.training import OneByOne, finished


@dataclass
class Counter:
    step: int
    total: int


class Numbers:
    """A feed of the numbers from the step on."""

    def __init__(self):
        self.drawn = 0

    def batches(self, start):
        while True:
            self.drawn += 1
            yield start
            start += 1


def step(state, masks, batch):
    return Counter(state.step + 1, state.total + batch), {"loss": masks * batch}


def test_each_answer_is_one_step_from_the_state_that_is_given():
    trainer, activities = OneByOne(step), []

    @contextmanager
    def measure(activity):
        activities.append(activity)
        yield

    feed = Numbers()
    trainer.begin(Counter(3, 10), 2, feed, measure)
    trainer.ask(5)
    assert (feed.drawn, activities) == (0, [])
    assert trainer.answer() == [{"loss": 6}]
    trainer.ask(1)
    assert trainer.answer() == [{"loss": 8}]
    assert trainer.state == Counter(5, 17)
    assert (feed.drawn, activities) == (2, ["data", "train"] * 2)


def test_turns_are_taken_to_their_end():
    taken = []

    def turns():
        for number in range(3):
            taken.append(number)
            yield
        return "done"

    assert finished(turns()) == "done"
    assert taken == [0, 1, 2]
