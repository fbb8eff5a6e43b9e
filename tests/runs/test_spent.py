import pytest

from jaxticket.runs.spent import spent
from tests.records import level_record

SECONDS = {"train": 6.0, "data": 1.0, "evaluate": 1.0, "prune": 0.5, "checkpoint": 100.0}


def chain(*drawn_at):
    """Levels of 8 steps, drawn from at these."""
    return [
        level_record(n, last_step=8, drawn_at=at, seconds_by_activity=SECONDS)
        for n, at in enumerate(drawn_at)
    ]


def test_levels_count_as_far_as_they_led_to_the_next_and_the_ticket_in_full():
    whole = spent(chain(2, 4, 6), 0, drawn=True)
    assert whole.steps == 2 + 4 + 8
    # A quarter, a half and the whole of 8 s, and what was looked at to draw twice.
    assert whole.seconds == pytest.approx(2 + 4 + 8 + 2 * 0.5)


def test_of_a_full_search_all_of_every_level_counts():
    assert spent(chain(None, None), 0, drawn=False).steps == 16
    assert spent(chain(2, None), 0, drawn=False).steps == 16  # level 0 of another search
    assert spent(chain(None), 0, drawn=False).seconds == 8


def test_levels_after_0_begin_where_they_were_rewound_to():
    whole = spent(chain(4, 5, None), 3, drawn=True)
    assert whole.steps == 4 + 2 + 5
    assert whole.seconds == pytest.approx(4 + 8 * 2 / 5 + 8 + 2 * 0.5)
