"""Bounds of validation on the test groups of runs."""

import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from experiments import coverage
from experiments.calibrating import on_test
from jaxticket.calibration import calibrate
from jaxticket.runs import Predictions
from tests.calibration.scored import scores


def predictions(real, fake):
    """Predictions of as many groups as there are logits."""
    keys = np.array([f"{number:04d}" for number in range(len(real) + len(fake))])
    fakes = np.arange(len(keys)) >= len(real)
    return Predictions(
        keys=keys, groups=keys, videos=keys, methods=np.where(fakes, "Swap", "real"),
        labels=fakes.astype(int), logits=np.array([*real, *fake], float)[:, None],
        compressions=np.full(len(keys), ""),
    )  # fmt: skip


@pytest.fixture
def runs(monkeypatch):
    """Runs of two levels: reals of 0 to 59 and fakes of 30 to 89, and a test split to be set."""
    splits = {"validation": predictions(np.arange(60.0), np.arange(60.0) + 30)}

    def read_run(path):
        levels = [SimpleNamespace(level=level, sparsity=level / 10) for level in (0, 8)]
        recipe = SimpleNamespace(model="cnn5", seed=int(path.name))
        return SimpleNamespace(
            recipe=recipe, levels=levels, predictions=lambda level, split: splits[split]
        )

    monkeypatch.setattr(on_test, "read_run", read_run)
    return splits


def table(runs, **options):
    config = replace(coverage.Config(runs=(Path("0"), Path("1"))), **options)
    text = io.StringIO()
    coverage.main(config, Console(file=text, width=500))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]]
            for line in text.getvalue().splitlines() if line.startswith("|")]  # fmt: skip
    return rows[2:], text.getvalue()


def test_each_level_seed_and_rate_has_a_row_and_what_is_too_much_is_counted(runs):
    # Thresholds about 59 and 30 at 5%: 20 of 60 reals lie above, no fake below.
    runs["test"] = predictions([*np.arange(40.0), *np.full(20, 59.5)], np.arange(60.0) + 30)
    rows, text = table(runs, rates=(0.04, 0.05))
    assert [row[:5] for row in rows[:4]] == [
        ["cnn5", "0%", "0", "pictures", "4%"], ["cnn5", "0%", "0", "pictures", "5%"],
        ["cnn5", "80%", "0", "pictures", "4%"], ["cnn5", "80%", "0", "pictures", "5%"],
    ]  # fmt: skip
    assert rows[0][6:8] == ["none: 60 groups, 74 needed"] * 2
    assert rows[1][6:11] == [
        "29.99", "59.01", "20 of 60: 33.3% [21.7%, 46.7%]", "0 of 60: 0.0% [0.0%, 6.0%]", "17%, 50%"
    ]  # fmt: skip
    assert {row[2] for row in rows} == {"0", "1"}
    assert "Bounds of 4%: 0; on test more than that in 0, surely more" in text
    assert "Bounds of 5%: 8; on test more than that in 4, surely more" in text


def test_a_test_split_of_one_class_is_refused(runs):
    runs["test"] = predictions(np.arange(60.0), [])
    with pytest.raises(ValueError, match="test split of 0 holds one class only"):
        table(runs)


def test_calibrated_is_what_calibrate_says(runs):
    runs["test"] = runs["validation"]
    found = next(on_test.read_on_test([Path("3")], [0.05], 0.95))
    want = calibrate(scores(np.arange(60.0), np.arange(60.0) + 30), None, 0.05, 0.95).frames
    assert (found.seed, found.unit.upper, found.unit.lower) == (3, want.upper, want.lower)
