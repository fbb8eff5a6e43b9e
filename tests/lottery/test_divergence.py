import math
from dataclasses import replace

import numpy as np
import pytest

from jaxticket.lottery import LossExploded, level, weight_signs
from jaxticket.lottery.divergence import explodes
from tests.tiny import PRUNABLE, log_of, run_experiment, tiny_experiment


def exploding_at(experiment, first, last):
    """Have the losses of the steps from `first` to `last` explode."""
    real = experiment.step

    def step(state, masks, batch):
        number = int(state.step) + 1
        state, metrics = real(state, masks, batch)
        return state, {**metrics, "loss": 1e6 if first <= number <= last else metrics["loss"]}

    return replace(experiment, step=step)


def test_a_loss_explodes_beyond_a_hundred_times_that_of_guessing():
    assert not explodes(100 * math.log(2), 1)
    assert explodes(100 * math.log(2) + 1e-6, 1)
    assert not explodes(150.0, 5)  # of five classes guessing costs ln 5


def test_a_loss_that_stays_exploded_stops_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr(level, "ROW", 3)
    experiment, init = tiny_experiment()
    said = (
        r"more than 100 times that of guessing for 3 steps in a row, 1e\+06 at step 4 of level 0, "
        r"with learning rate 0\.0101\. The last checkpoint .* lower --learning_rate"
    )
    with pytest.raises(LossExploded, match=said):
        run_experiment(tmp_path, exploding_at(experiment, 2, 9), init)
    assert [record["step"] for record in log_of(tmp_path, "train", 0)] == [1, 2, 3, 4]


def test_a_loss_that_comes_down_again_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr(level, "ROW", 3)
    experiment, init = tiny_experiment()
    run_experiment(tmp_path, exploding_at(experiment, 2, 3), init)
    assert (tmp_path / "level_00" / "evaluation.json").is_file()


def of_tiny(change):
    _, init = tiny_experiment()
    params = {layer: dict(leaves) for layer, leaves in init.params.items()}
    stats = {"bn1": dict(init.batch_stats["bn1"])}
    masks = {layer: {k: np.ones(v.shape, bool) for k, v in leaves.items()}
             for layer, leaves in params.items()}  # fmt: skip
    change(params, stats, masks)
    return weight_signs(params, stats, masks, PRUNABLE)


def test_weights_of_a_fresh_network_show_no_sign():
    assert of_tiny(lambda params, stats, masks: None) == []


@pytest.mark.parametrize("value", [0.0, 0.25])
def test_weights_that_are_all_alike_are_a_sign(value):
    def change(params, stats, masks):
        params["fc1"]["kernel"] = np.full((4, 8), value, np.float32)

    assert of_tiny(change) == [f"all 32 weights of fc1/kernel are {value:g}"]


def test_only_what_is_left_must_differ():
    def change(params, stats, masks):
        params["fc1"]["kernel"] = np.eye(4, 8, dtype=np.float32)
        masks["fc1"]["kernel"] = np.eye(4, 8, dtype=bool)

    assert of_tiny(change) == ["all 4 weights of fc1/kernel are 1"]


def test_a_running_variance_that_no_square_holds_is_a_sign():
    def change(params, stats, masks):
        stats["bn1"]["var"] = np.array([1, 3e38, 1, 1], np.float32)

    said = "batch_stats/bn1/var reaches 3.0e+38: what is computed with it overflows"
    assert of_tiny(change) == [said]


def test_signs_of_weights_are_kept_with_the_level(tmp_path):
    experiment, init = tiny_experiment()
    real = experiment.step

    def step(state, masks, batch):
        state, metrics = real(state, masks, batch)
        huge = {"bn1": {**state.batch_stats["bn1"], "var": np.full(4, 2e30, np.float32)}}
        return replace(state, batch_stats=huge), metrics

    records = run_experiment(tmp_path, replace(experiment, step=step), init)
    assert "level 0: batch_stats/bn1/var reaches 2.0e+30: what is computed with it overflows" in (
        records[0].signs
    )
