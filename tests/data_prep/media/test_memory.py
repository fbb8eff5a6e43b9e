from threading import Event, Thread

import pytest

from data_prep.media.memory import Memory


def test_what_does_not_fit_waits():
    memory, entered = Memory(10), Event()

    def take():
        with memory.reserved(4):
            entered.set()

    thread = Thread(target=take, daemon=True)
    with memory.reserved(7):
        assert memory.held == 7
        with memory.reserved(3):
            assert memory.held == 10
        thread.start()
        assert not entered.wait(0.05)
        assert memory.held == 7
    assert entered.wait(10)
    thread.join(10)
    assert memory.held == 0


def test_what_is_larger_than_all_has_all():
    memory = Memory(10)
    with memory.reserved(10**9):
        assert memory.held == 10


def test_an_error_gives_it_back():
    memory = Memory(10)
    with pytest.raises(KeyError), memory.reserved(7):
        raise KeyError
    assert memory.held == 0
