"""A whole experiment that says which method, and its figures by hand."""

import csv

import numpy as np
import pytest

from jaxticket.lottery import by_class
from jaxticket.lottery.record import predictions
from jaxticket.runs import Run, read_run
from jaxticket.statistics import mean_interval
from tests.tiny import TinyDetector, TinyExamples, log_of, restored, run_tiny, tiny_experiment

CLASSES = ("real", "a", "b", "c")
LEVELS = {"sparsities": (0.0, 0.5), "classes": CLASSES}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "run"
    return path, run_tiny(path, patience=1, metric="balanced_accuracy", epochs=3, **LEVELS)


def rows_of(path, level, split="test"):
    with (path / f"level_{level:02d}" / f"predictions_{split}.csv").open() as file:
        return list(csv.DictReader(file))


def test_figures_by_hand():
    # Two frames of a, called a and real; one real called real, one b called a.
    labels = np.array([1, 1, 0, 2])
    logits = np.array([[0, 9, 0], [5, 1, 0], [3, 0, 0], [0, 1, 0.5]])
    found = by_class.figures(labels, logits, np.array(["p", "q", "q", "r"]), ("real", "a", "b"))
    assert found.confusion == [[1, 0, 0], [1, 1, 0], [0, 1, 0]]
    assert found.recalls == {"real": 1.0, "a": 0.5, "b": 0.0}
    assert (found.accuracy, found.balanced_accuracy) == (0.5, 0.5)
    assert (found.examples, found.groups) == (4, 3)
    assert np.isnan(found.intervals["accuracy"]).all()  # b has one group only
    assert list(found.recall_intervals) == ["real", "a", "b"]


def test_intervals_are_those_of_the_statistics():
    labels, groups = np.tile([1, 1, 0, 2], 2), np.array(list("pqqrstuv"))
    logits = np.tile([[0, 9, 0], [5, 1, 0], [3, 0, 0], [0, 1, 0.5]], (2, 1))
    found = by_class.figures(labels, logits, groups, ("real", "a", "b"))
    want = mean_interval("accuracy", labels, logits[None], groups)
    assert found.intervals["accuracy"] == (want.low, want.high)


def test_one_group_has_no_interval():
    found = by_class.figures(
        np.array([0, 1]), np.eye(2), np.array(["p", "p"]), ("real", "a")
    )  # fmt: skip
    assert (found.accuracy, found.groups) == (1.0, 1)
    assert np.isnan(found.intervals["accuracy"]).all()


class Filmed(TinyExamples):
    @property
    def videos(self):
        return np.array(["v", "v", "w"])

    groups = videos


def test_the_logits_of_a_video_are_averaged():
    # The first frame of v is wrong, but less sure than the second is right.
    logits = {
        "validation": np.eye(3)[[1, 1, 0]],
        "test": np.array([[3, 0, 0], [0, 4, 0], [1, 0, 0]]),
    }
    examples = Filmed(np.array([1, 1, 0]), np.array(["x", "y", "z"]), np.array([]),
                      classes=("real", "a", "b"))  # fmt: skip
    found = by_class.evaluation(examples, examples, logits)["by_class"]
    assert found.test.confusion == [[1, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert found.test_videos.confusion == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert (found.test.examples, found.test_videos.examples) == (3, 2)
    assert found.validation.accuracy == 1.0


def test_a_level_says_all_that_exists_for_its_classes(run):
    for record in run[1]:
        assert [getattr(record, name) for name in ("val_auc", "test_auc", "test_eer")] == [None] * 3
        assert record.by_class.classes == list(CLASSES)
        found = record.by_class.test
        assert sum(map(sum, found.confusion)) == record.test_examples == 18
        assert record.test_accuracy == np.trace(found.confusion) / 18
        recalls = list(found.recalls.values())
        assert record.test_balanced_accuracy == pytest.approx(np.mean(recalls))
        assert set(record.validation) == set(record.test) == {"accuracy", "balanced_accuracy"}
        low, high = record.test_intervals["balanced_accuracy"]
        assert low <= record.test_balanced_accuracy <= high
    assert read_run(run[0]).levels == run[1]


def test_patience_watches_the_mean_of_the_recalls(run):
    path, records = run
    validated = {one["step"]: one["balanced_accuracy"] for one in log_of(path, "validation", 0)}
    assert validated[records[0].weights_of_step] == max(validated.values())
    assert records[0].validation["balanced_accuracy"] == max(validated.values())


def test_predictions_are_the_logits_of_the_kept_weights(run):
    path, _ = run
    detector = TinyDetector(num_logits=4)
    weights = restored(path, 1)
    test = tiny_experiment(metric="accuracy", **LEVELS)[0].test
    x = detector.normalise(test.pictures)
    want = np.asarray(detector.apply(weights.params, weights.batch_stats, x)[0])
    rows = rows_of(path, 1)
    assert list(rows[0]) == [
        "key", "group", "video", "method", "label", "predicted",
        "logit_real", "logit_a", "logit_b", "logit_c", "compression",
    ]  # fmt: skip
    found = np.array([[row[f"logit_{name}"] for name in CLASSES] for row in rows], np.float32)
    np.testing.assert_allclose(found, want, rtol=1e-5, atol=1e-6)
    assert [row["predicted"] for row in rows] == [CLASSES[place] for place in found.argmax(axis=1)]
    assert [CLASSES[int(row["label"])] for row in rows] == [row["method"] for row in rows]


def test_nine_digits_give_every_logit_back():
    logits = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32) * 1e3
    logits[0, 0] = np.nextafter(np.float32(1), np.float32(2))
    examples = TinyExamples(np.array([0, 1]), np.array(["x", "y"]), np.array([]),
                            classes=("real", "a", "b"))  # fmt: skip
    columns = predictions(examples, logits).columns()
    back = [columns[f"logit_{name}"] for name in ("real", "a", "b")]
    np.testing.assert_array_equal(np.array(back, np.float32).T, logits)


def test_an_interrupted_run_ends_alike(run, tmp_path):
    class Stop(Exception):
        pass

    def fail(*_):
        raise Stop

    options = {"patience": 1, "metric": "balanced_accuracy", "epochs": 3, **LEVELS}
    keep, Run.keep_level = Run.keep_level, fail
    try:
        with pytest.raises(Stop):
            run_tiny(tmp_path, checkpoint_every=2, **options)
    finally:
        Run.keep_level = keep
    run_tiny(tmp_path, checkpoint_every=2, **options)
    for level in (0, 1):
        assert rows_of(tmp_path, level) == rows_of(run[0], level)


@pytest.mark.parametrize("balance", ["sampling", "loss"])
def test_balanced_classes_are_guessed_at_log_c(tmp_path, balance, monkeypatch):
    chances = []
    monkeypatch.setattr(
        "jaxticket.lottery.record.signs", lambda *arguments: chances.append(arguments[2]) or []
    )
    options = {"sparsities": (0.0,), "epochs": 1, "metric": "accuracy", "classes": CLASSES}
    run_tiny(tmp_path, balance=balance, **options)
    assert chances == [np.log(4)]


def test_a_metric_of_two_classes_cannot_be_watched():
    with pytest.raises(ValueError, match="auc exists for two classes only; take accuracy or"):
        tiny_experiment(metric="auc", **LEVELS)
