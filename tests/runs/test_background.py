from threading import Event

import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.runs.background import Background
from jaxticket.runs.checkpoints import Partial


def test_one_thing_is_written_after_the_other():
    background, go, written = Background(), Event(), []

    def first():
        go.wait(60)
        written.append(1)

    background.begin(first)
    assert written == []
    go.set()
    background.begin(lambda: written.append(2))
    background.wait()
    assert written == [1, 2]


@pytest.mark.parametrize("error", [OSError(28, "full"), KeyboardInterrupt()])
@pytest.mark.parametrize("how", ["wait", "begin"])
def test_what_went_wrong_is_heard_once(error, how):
    def fail():
        raise error

    background, written = Background(), []
    background.begin(fail)
    background.settle()
    with pytest.raises(type(error)):
        background.wait() if how == "wait" else background.begin(lambda: written.append(1))
    background.wait()
    assert written == []


def test_what_is_saved_beside_the_training_is_a_copy(tmp_path, monkeypatch):
    background, go = Background(), Event()
    write = Partial._write

    def late(*arguments):
        go.wait(60)
        write(*arguments)

    monkeypatch.setattr(Partial, "_write", late)
    partial = Partial(tmp_path / "partial", background)
    state = {"w": jnp.arange(3.0)}
    partial.save(3, state, {"stale": 1})
    state["w"].delete()  # as a step does that takes the buffer
    go.set()
    arrays, notes = partial.restore({"w": jnp.zeros(3)})
    np.testing.assert_array_equal(arrays["w"], [0, 1, 2])
    assert notes == {"stale": 1}
