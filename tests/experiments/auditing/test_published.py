"""Figures that were published, beside ours."""

import numpy as np
import pytest

from experiments.auditing.figures import Figure
from experiments.auditing.published import (
    Wanted,
    judge_published,
    one_more_training,
    read_published,
)
from jaxticket.statistics import mean_interval


def test_what_may_be_written():
    assert read_published(["auc:0.993", "video_acc:95.5", "ours/frame_tpr_at_1:0.5"]) == [
        Wanted("", "", "auc", 0.993),
        Wanted("", "videos", "accuracy", 0.955),
        Wanted("ours", "frames", "tpr_at_1", 0.5),
    ]


@pytest.mark.parametrize("text", ["auc", "auc:x", "aux:0.5", "auc:-1", "auc:nan", "auc:101"])
def test_what_may_not(text):
    with pytest.raises(ValueError, match=f"--published={text}: write the metric"):
        read_published([text])


def judged(text, seeds=3):
    labels, groups = np.tile([0, 1], 30), np.arange(60)
    scores = np.random.default_rng(0).normal(size=(seeds, 60)) + 1.5 * labels
    ours = mean_interval("auc", labels, scores, groups)
    values = tuple(ours.value + 0.01 * np.arange(seeds)) if seeds > 1 else (ours.value,)
    figure = Figure("m", "videos", "all", "", "auc", ours, 30, 30, values)
    return judge_published(read_published([text]), {"m": [figure]})[0], ours


def test_inside_above_below():
    _, ours = judged("auc:0.5")
    assert judged("auc:0.5")[0].words == "below what could have come out"
    assert judged("auc:0.9999")[0].words == "above what could have come out"
    found, _ = judged(f"auc:{(ours.value + ours.high) / 2:.4f}")
    assert found.inside
    assert judged("auc:0.9", seeds=1)[0].one_training is None


def test_one_more_training_is_a_prediction_interval():
    # Mean 0.9, standard deviation 0.01, t of 2 degrees of freedom 4.3027.
    ends = one_more_training([0.89, 0.90, 0.91])
    half = 4.302653 * 0.01 * np.sqrt(4 / 3)
    assert ends == pytest.approx((0.9 - half, 0.9 + half), abs=1e-6)


def test_what_is_not_here_is_refused():
    with pytest.raises(ValueError, match="names the model n; here are m"):
        judged("n/auc:0.9")
    with pytest.raises(ValueError, match="asks for frames, and m has videos only"):
        judged("frame_auc:0.9")
