from dataclasses import replace

import pytest

from experiments.measuring.speed import projection
from experiments.measuring.speed.projection import search


def test_a_ticket_a_chip_exchanges_nothing():
    found = search(0.1, 1, steps=1000, batch=32, gradients=4e6, statistics=1e4, normalisations=5)
    assert found.exchange == 0
    assert found.busy == 100
    assert found.seconds == pytest.approx(0.1 * 1000)
    assert found.demand == pytest.approx(8 * 32 / 0.1)


def test_two_chips_halve_the_step_and_exchange_gradients_and_statistics():
    found = search(0.1, 2, steps=1000, batch=32, gradients=4e6, statistics=1e4, normalisations=5)
    exchange = (4e6 + 1e4) / 200e9 + 11 * 5e-6
    assert found.exchange == pytest.approx(exchange)
    assert found.step == pytest.approx(0.05 + exchange)
    assert found.busy == 200
    assert found.seconds == pytest.approx(1000 * found.step)
    assert found.demand == pytest.approx(4 * 32 / found.step)


def test_tickets_that_find_no_chips_come_in_a_second_wave():
    found = search(0.1, 4, steps=10, batch=32, gradients=0, statistics=0, normalisations=0)
    assert found.busy == 256
    assert found.seconds == pytest.approx(2 * 10 * found.step)


def test_a_given_step_is_taken_and_said(config, until):
    table = projection.measure(replace(config, chip_step_ms=20.0), until)
    assert [row["layout"] for row in table.rows] == [1, 2] * 4
    assert table.rows[0]["step_ms"] == pytest.approx(20)
    assert table.rows[0]["chip"] == "as given (--chip_step_ms)"
    # 15 levels of 7 epochs of 140,000 pictures, two a step.
    assert table.rows[0]["hours"] == pytest.approx(15 * 7 * 70_000 * 0.020 / 3600)
    assert table.about.startswith("A projection, not a measurement")
    assert "4 normalisations" in table.about
