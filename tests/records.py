"""A level's record with something in every field."""

from jaxticket.runs import LevelRecord

DEFAULTS = {
    "level": 0, "sparsity": 0.5, "weights_left": 50, "val_accuracy": 0.75, "val_auc": 0.9,
    "test_accuracy": 0.5, "test_balanced_accuracy": 0.5, "test_auc": 0.9, "test_eer": 0.1,
    "seconds": 10.0, "parameters": 101, "parameters_left": 51, "sparsity_of_all": 0.1,
    "thresholds": {}, "dead_layers": [], "test_intervals": {}, "last_step": 8,
    "weights_of_step": 8, "epoch_losses": [0.6, 0.4], "signs": [],
    "seconds_by_activity": {"train": 9.0, "data": 1.0}, "intervals": "jackknife",
}  # fmt: skip


def level_record(level=0, **values):
    return LevelRecord(**DEFAULTS | {"level": level} | values)
