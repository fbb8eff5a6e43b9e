"""What is said of an error of the talk between processes, here without another process."""

import pytest

from jaxticket.parallel import hosts
from jaxticket.parallel.together import together

IN_A_SAVE = "Timed out while waiting for async_write_complete barrier."


@pytest.fixture
def of_two(monkeypatch):
    monkeypatch.setattr(hosts, "alone", lambda: False)


def saving(error):
    yield
    raise error


def reached(error):
    with hosts.reaching():
        raise error


@pytest.mark.usefixtures("of_two")
def test_a_process_lost_during_a_save_is_no_failure_of_one_training():
    with pytest.raises(hosts.Unreachable, match=r"has ended.*async_write_complete"):
        together([saving(TimeoutError(IN_A_SAVE))], lambda: None)


@pytest.mark.usefixtures("of_two")
@pytest.mark.parametrize(
    "error", [TimeoutError("Connection timed out"), FileNotFoundError("a barrier"), ValueError("a")]
)
def test_an_error_of_another_kind_stays_what_it_is(error):
    with pytest.raises(type(error)) as raised:
        reached(error)
    assert raised.value is error


def test_a_process_by_itself_has_lost_none():
    with pytest.raises(TimeoutError):
        reached(TimeoutError(IN_A_SAVE))
