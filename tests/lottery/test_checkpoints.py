import math

import pytest

from jaxticket.lottery import Budget, checkpoints
from jaxticket.lottery.checkpoints import Checkpoints, Progress


def budget(**options):
    return Budget(epochs=2, steps_per_epoch=3, batch_size=8, **options)


def test_an_epoch_closes_with_its_mean_loss_and_counts_since_the_best():
    progress, better = Progress(), []
    for step, (losses, value) in enumerate([([1.0, 2.0], 0.5), ([3.0], 0.7), ([], 0.7)], 1):
        for loss in losses:
            progress.add_step(loss)
        better.append(progress.close_epoch(step, value))
    assert better == [True, True, False]
    assert progress == Progress([1.5, 3.0, 0.0], best_value=0.7, best_step=2, stale=1)


def test_a_value_that_is_no_number_is_never_the_best():
    assert not Progress().close_epoch(1, math.nan)


@pytest.mark.parametrize(
    ("every", "seconds", "due"),
    [(2, 0.0, [False, True, False, True]), (None, 0.0, [True] * 4), (None, 1e9, [False] * 4)],
)
def test_a_checkpoint_is_due_by_steps_or_by_the_clock(tmp_path, monkeypatch, every, seconds, due):
    monkeypatch.setattr(checkpoints, "CHECKPOINT_SECONDS", seconds)
    inside = Checkpoints(tmp_path, budget(checkpoint_every=every))
    assert [inside.due() for _ in range(4)] == due
