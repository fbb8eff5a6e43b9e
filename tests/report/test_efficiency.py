"""What the figures come to: which arms count, and the sentences."""

import pytest
from msgspec.structs import replace

from jaxticket.report.efficiency import (
    best_dense,
    best_ticket,
    break_even,
    crossover,
    rows,
    sentences,
    shown,
)
from tests.made_efficiency import made_arm, made_efficiency


def test_the_fewest_threads_and_the_smallest_batch_are_spoken_of():
    record = made_efficiency()
    assert shown(record) == (1, 1)
    assert best_dense(record).title == "dense, OpenVINO float32"
    assert best_dense(record, "bfloat16").title == "dense, OpenVINO bfloat16"
    assert best_ticket(record).title == "ticket 75%, sparse runtime float32"


def test_a_speed_counts_where_its_whole_interval_is_below_1():
    record = made_efficiency()
    assert crossover(record) == 0.75  # at 50% it is [0.975, 1.015]
    slower = [arm for arm in record.arms if (arm.engine, arm.level) != ("sparse", 2)]
    assert crossover(replace(record, arms=slower)) is None


def test_the_search_is_paid_for_by_what_an_inference_saves():
    record = made_efficiency()
    # 300 s of search, 2 - 0.5 ms saved.
    assert break_even(record, best_ticket(record)) == pytest.approx(300 / 0.0015)
    assert break_even(record, made_arm("masked", 2, 0.75, "openvino", 2.0)) is None
    # Faster by the median alone: nothing is known to be saved.
    assert break_even(record, made_arm("masked", 2, 0.75, "openvino", 1.99)) is None


def test_sentences():
    text = "\n".join(sentences(made_efficiency()))
    assert (
        "the 75% ticket answers one picture in 0.50 ms (sparse runtime): 0.25 [0.23, 0.27]" in text
    )
    assert "Plain dense bfloat16 (OpenVINO) takes 0.50 [0.48, 0.52] times" in text
    assert "A small dense network of equal size takes 0.30 [0.28, 0.32] times" in text
    assert "Its file is 100 kB instead of 400 kB: 4.0 times smaller. It keeps 50 of 100 " in text
    assert "beats the best dense float32 engine from 75% pruned on" in text
    assert "Finding it took 5 minutes" in text
    assert "after 200,000 pictures; energy: this machine has no counter" in text
    assert "decoding a picture takes 0.30 ms, finding its faces was not measured" in text


def test_a_busy_machine_is_said():
    record = made_efficiency()
    assert "quiet machine" not in "\n".join(sentences(record))
    base, *others = record.arms
    timing = replace(base.timings[0], processors=0.3)
    busy = replace(record, arms=[replace(base, timings=[timing]), *others])
    assert "that engine had 30% of its core," in sentences(busy)[1]


def test_without_speeds_nothing_is_claimed():
    record = made_efficiency()
    failed = [replace(arm, timings=[], failed="it ended") for arm in record.arms]
    assert sentences(replace(record, arms=failed)) == [
        "No engine was timed on both the dense network and the ticket."
    ]
    assert {row[-1] for row in rows(replace(record, arms=failed))} == {"it ended"}
