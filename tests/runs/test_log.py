import json

import pytest

from jaxticket.runs.log import MetricsLog
from tests.runs.test_events import written


@pytest.fixture
def log(tmp_path):
    with MetricsLog(tmp_path / "metrics.jsonl", tmp_path / "tensorboard", 10) as opened:
        yield opened


def places(tmp_path):
    text = (tmp_path / "metrics.jsonl").read_text()
    records = [json.loads(line) for line in text.splitlines()]
    return [(record["level"], record["step"], record["kind"]) for record in records]


def test_a_record_is_a_line(log, tmp_path):
    log.append(0, 3, "train", {"loss": 0.1, "accuracy": 0.5})
    log.append(0, 3, "validation", {"auc": 1 / 3})
    assert (tmp_path / "metrics.jsonl").read_text() == (
        '{"level": 0, "step": 3, "kind": "train", "loss": 0.1, "accuracy": 0.5}\n'
        '{"level": 0, "step": 3, "kind": "validation", "auc": 0.3333333333333333}\n'
    )


def test_every_record_is_on_disk_at_once(log, tmp_path):
    for step in range(1, 4):
        log.append(1, step, "train", {"loss": 1.0})
        assert len(places(tmp_path)) == step


def test_what_came_after_the_checkpoint_is_forgotten(log, tmp_path):
    for level, step in [(0, 1), (0, 2), (1, 1), (1, 2), (1, 3)]:
        log.append(level, step, "train", {"loss": 1.0})
    log.append(1, 2, "validation", {"auc": 1.0})
    log.forget_after((1, 2))
    assert places(tmp_path) == [
        (0, 1, "train"), (0, 2, "train"), (1, 1, "train"), (1, 2, "train"), (1, 2, "validation"),
    ]  # fmt: skip
    log.append(1, 3, "train", {"loss": 1.0})
    assert places(tmp_path)[-1] == (1, 3, "train")


def test_a_level_trained_again_leaves_later_ones_their_lines_in_order(log, tmp_path):
    for level, step in [(0, 1), (1, 1), (1, 2), (2, 1)]:
        log.append(level, step, "train", {"loss": 1.0})
    log.forget_after((1, 0))
    assert places(tmp_path) == [(0, 1, "train"), (2, 1, "train")]
    log.append(1, 1, "train", {"loss": 1.0})
    log.append(1, 1, "validation", {"auc": 1.0})
    log.flush()
    kinds = [(0, 1, "train"), (1, 1, "train"), (1, 1, "validation"), (2, 1, "train")]
    assert places(tmp_path) == kinds
    shown = [event.step for event in written(tmp_path / "tensorboard") if event.summary.value]
    assert shown == [1, 11, 12, 21, 21, 11, 11]  # the fifth once more, behind a mark


@pytest.mark.parametrize(
    "cut",
    [
        b'{"level": 1, "st', b'{"level": 1, "step": 2', b"{}\n", b"[1, 2]\n", b"7\n", b"[" * 10**5,
        b'{"level": "1", "step": 2}\n', b'{"level": 1, "step": 2.5}\n', b"\xff\x00\n", b"\n",
        b'{"level": 2, "step": 2}\n', b'{"level": 2, "step": 2, "kind": "a", "loss": "low"}\n',
        b'{"level": 2, "step": 2, "kind": []}\n',
        b'{"level": 1%s, "step": 2, "kind": "a"}\n' % (b"0" * 400),
    ],
)  # fmt: skip
def test_a_line_that_is_cut_off_or_damaged_is_forgotten(log, tmp_path, cut):
    log.append(1, 1, "train", {"loss": 1.0})
    with (tmp_path / "metrics.jsonl").open("ab") as file:
        file.write(cut)
    log.forget_after((1, 5))
    log.append(1, 2, "train", {"loss": 2.0})
    assert places(tmp_path) == [(1, 1, "train"), (1, 2, "train")]


def test_nothing_to_forget_before_the_first_record(log, tmp_path):
    log.forget_after((0, 0))
    assert not (tmp_path / "metrics.jsonl").exists()


def test_tensorboard_gets_the_same_scalars(tmp_path):
    with MetricsLog(tmp_path / "m.jsonl", tmp_path / "tensorboard", 10) as log:
        log.append(2, 3, "train", {"loss": 0.25})
    (events,) = (tmp_path / "tensorboard").iterdir()
    assert b"train/loss" in events.read_bytes()


def test_a_last_line_without_its_end_gets_it(log, tmp_path):
    log.append(1, 1, "train", {"loss": 1.0})
    path = tmp_path / "metrics.jsonl"
    path.write_text(path.read_text().rstrip())
    log.forget_after((1, 1))
    log.append(1, 2, "train", {"loss": 2.0})
    assert places(tmp_path) == [(1, 1, "train"), (1, 2, "train")]
