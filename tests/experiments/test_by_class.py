"""The commands where the detector is to say which method made a picture."""

import contextlib
import csv
import io
import json

import numpy as np
import pytest
from PIL import Image

from data_prep.prepared.records import write_records
from data_prep.schema import record
from experiments.one_run import shared
from experiments.one_run.data import Data
from experiments.terminal import program
from experiments.terminal.start import start
from jaxticket.data import open_prepared

CLASSES = ("real", "upper", "left")
COUNTS = {"train": 24, "validation": 12, "test": 12}


def write_set(folder, methods=CLASSES, made=CLASSES):
    """A prepared set of noise; forgeries are darker in one half. Two frames a video."""

    def records(split):
        draw = np.random.default_rng(len(split))
        for number in range(COUNTS[split]):
            method = made[number // 2 % len(made)]
            pixels = draw.integers(0, 256, (32, 32, 3), dtype=np.uint8)
            if method == "upper":
                pixels[:16] //= 2
            if method == "left":
                pixels[:, :16] //= 2
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "PNG")
            key = f"{split}/{number}"
            yield key, record(
                key=key, image=file.getvalue(), label=int(method != "real"), method=method,
                group=f"{split} {number // 6}", video=f"{method}/{split} {number // 2}",
            )  # fmt: skip

    return write_records("picture_folder", folder, "three", methods, records)


def read(path):
    return list(csv.DictReader(path.read_text().splitlines()))


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return write_set(tmp_path_factory.mktemp("three"))


@pytest.fixture
def argv(three, tmp_path):
    return [
        "--task=method", "--model=meso4", "--image_size=32", "--rounds=1", "--epochs=2",
        "--batch_size=12", f"--dataset={three}", f"--run_dir={tmp_path / 'run'}",
    ]  # fmt: skip


def test_a_run_and_its_control(argv, command, three, tmp_path, monkeypatch):
    status, out, err = command(*argv, "--balance=sampling", "--patience=2")
    assert status == 0, err
    assert "val balanced accuracy 0." in out
    assert "AUC 0." not in out
    run = tmp_path / "run"
    config = json.loads((run / "config.json").read_text())
    assert config["classes"] == list(CLASSES)
    assert (config["task"], config["metric"]) == ("method", "balanced_accuracy")
    rows = read(run / "level_01" / "predictions_test.csv")
    for row in rows:
        assert row["method"] == CLASSES[int(row["key"].removeprefix("test/")) // 2 % 3]
        assert row["method"] == CLASSES[int(row["label"])]
    assert {"logit_real", "logit_upper", "logit_left", "predicted"} < set(rows[0])
    summary = read(run / "summary.csv")
    assert [(row["test_auc"], row["test_eer"], row["val_auc"]) for row in summary] == [
        ("",) * 3
    ] * 2
    found = json.loads((run / "level_01" / "evaluation.json").read_text())["by_class"]
    assert (found["test"]["examples"], found["test_videos"]["examples"]) == (12, 6)
    report = (run / "report.md").read_text()
    assert "# meso4 naming the method on " in report
    assert "|  | real | upper | left |" in report
    for name in CLASSES:
        assert f"{found['test_videos']['recalls'][name]:.3f} [" in report

    monkeypatch.setattr(shared, "stop_on_signals", contextlib.nullcontext)
    monkeypatch.setattr(program, "_stop", [])
    given = [f"--ticket={run}", "--level=1", f"--dataset={three}", "--control=ticket",
             f"--run_dir={tmp_path / 'ticket'}"]  # fmt: skip
    start("control", given)
    name = "level_01/predictions_test.csv"
    assert (tmp_path / "ticket" / name).read_bytes() == (run / name).read_bytes()


@pytest.mark.parametrize("metric", ["auc", "average_precision"])
def test_a_metric_of_two_classes_is_refused(argv, command, tmp_path, metric):
    status, _, err = command(*argv, f"--metric={metric}")
    assert status == 2
    assert f"{metric} exists for two classes only; take accuracy or balanced_accuracy" in err
    assert not (tmp_path / "run").exists()


def test_methods_without_pictures_are_refused_by_name(tmp_path):
    path = write_set(tmp_path, methods=(*CLASSES, "morph", "mask"))
    data = Data((open_prepared(path),))
    data.load(8)
    with pytest.raises(
        ValueError, match=r"the train split of .* no pictures of morph, mask; every"
    ):
        data.by_method().load(8)


def test_several_sets_have_the_union_of_their_classes(three, tmp_path):
    other = write_set(tmp_path, ("real", "morph", "left"), ("real", "left", "morph"))
    data = Data((open_prepared(three), open_prepared(other))).by_method()
    assert (data.classes, data.num_logits) == ((*CLASSES, "morph"), 4)
    train, _, test = data.load(8)
    assert set(train.labels.tolist()) == set(test.labels.tolist()) == {0, 1, 2, 3}
    for examples in (train, test):
        assert [data.classes[label] for label in examples.labels] == examples.methods.tolist()
    assert data.identity()["classes"] == (*CLASSES, "morph")
    assert Data(data.sets[1:]).by_method(CLASSES).classes == CLASSES
    with pytest.raises(ValueError, match=r"morph is not among the classes real, upper, left"):
        Data(data.sets[1:]).by_method(CLASSES).load(8)
