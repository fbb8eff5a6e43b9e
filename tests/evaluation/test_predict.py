"""The kept levels of a run on other pictures: each picture once, each result once."""

from dataclasses import replace

import numpy as np
import pytest

from jaxticket.data import Examples, corrupted, parse_corruption
from jaxticket.evaluation import predict as predict_module
from jaxticket.evaluation.predict import Source, predict_elsewhere, predictions_there
from jaxticket.runs import read_level
from jaxticket.runs.evaluations import Evaluations
from jaxticket.training import make_evaluate, predict
from tests.tiny import SIDE, TinyDetector, run_tiny, tiny_examples

JPEG = parse_corruption("jpeg:5")


def pictures(count=10, seed=5):
    """Like tests.tiny's, as `Examples`."""
    tiny = tiny_examples(count, seed)
    return Examples(
        labels=tiny.labels,
        keys=tiny.keys,
        groups=tiny.groups,
        videos=tiny.videos,
        methods=tiny.methods,
        compressions=np.full(count, "c23"),
        has_masks=np.zeros(count, bool),
        image_size=SIDE,
        in_memory=True,
        _images=tiny.pictures.__getitem__,
        _masks=lambda at: np.zeros((len(at), SIDE, SIDE), bool),
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "run"
    run_tiny(path)
    return path


@pytest.fixture
def source(run):
    return Source(pictures(), "f" * 64, {n: read_level(run, n) for n in range(3)})


@pytest.fixture
def kept(tmp_path):
    with Evaluations(tmp_path, "other", "f" * 64, "test") as kept:
        yield kept


def go(source, kept, wanted=(0, 1, 2), corruptions=(None,), told=lambda *_: None):
    evaluate = make_evaluate(TinyDetector())
    predict_elsewhere(source, wanted, corruptions, evaluate, 4, kept, told)


def test_every_level_predicts_every_picture(source, kept):
    go(source, kept, corruptions=(None, JPEG))
    for name, examples in (
        ("clean", source.examples), ("jpeg:5", corrupted(source.examples, JPEG, 0)),
    ):  # fmt: skip
        for number, level in source.levels.items():
            wanted = predict(make_evaluate(TinyDetector()), level, examples, 4)
            np.testing.assert_array_equal(kept.logits(name, number), wanted[:, 0])
    assert np.any(kept.logits("clean", 0) != kept.logits("jpeg:5", 0))
    assert np.any(kept.logits("clean", 0) != kept.logits("clean", 2))


def test_a_picture_is_corrupted_once_for_all_levels(source, kept, monkeypatch):
    seen = []
    real = predict_module.corrupted

    def counting(examples, corruption, seed):
        spoilt = real(examples, corruption, seed)

        def images(at):
            seen.extend(at)
            return spoilt.images(at)

        return replace(spoilt, in_memory=True, _images=images)

    monkeypatch.setattr(predict_module, "corrupted", counting)
    go(source, kept, corruptions=(JPEG,))
    assert sorted(set(seen)) == list(range(10))
    assert len(seen) == 12  # three batches of four, the last filled up


def test_what_is_there_is_not_done_again(source, kept):
    heard = []

    def told(name, levels, done):
        heard.append((name, tuple(levels), done))

    go(source, kept, wanted=(1,), told=told)
    assert heard[-1] == ("clean", (1,), 10)
    heard.clear()
    go(source, kept, corruptions=(None, JPEG), told=told)
    assert [levels for name, levels, _ in heard if name == "clean"][-1] == (0, 2)
    assert ("jpeg:5", (0, 1, 2), 10) in heard
    heard.clear()
    go(source, kept, corruptions=(None, JPEG), told=told)
    assert heard == [("clean", (), 10), ("jpeg:5", (), 10)]


@pytest.mark.parametrize("other", ["weights", "examples", "fingerprint"])
def test_predictions_of_other_weights_or_pictures_are_made_anew(source, kept, other):
    go(source, kept)
    assert set(predictions_there(source, kept)) == {("clean", 0), ("clean", 1), ("clean", 2)}
    if other == "weights":
        levels = {**source.levels, 1: replace(source.levels[1], batch_stats={})}
        changed, left = Source(source.examples, source.data_fingerprint, levels), {0, 2}
    elif other == "examples":
        groups = np.array(["g"] * 10)
        examples = replace(source.examples, groups=groups)
        changed, left = Source(examples, source.data_fingerprint, source.levels), set()
    else:
        changed, left = Source(source.examples, "e" * 64, source.levels), set()
    assert {level for _, level in predictions_there(changed, kept)} == left


def test_the_digest_goes_by_weights_and_masks(source):
    assert len({level.digest for level in source.levels.values()}) == 3


def test_the_identity_of_examples_goes_by_their_order_too(source):
    examples = source.examples
    backwards = replace(examples, **{
        name: getattr(examples, name)[::-1]
        for name in ("labels", "keys", "groups", "videos", "methods", "compressions")
    })  # fmt: skip
    assert Source(backwards, "f" * 64, {}).identity != Source(examples, "f" * 64, {}).identity
    assert Source(pictures(), "f" * 64, {}).identity == Source(examples, "f" * 64, {}).identity


def test_a_level_that_is_not_there(run):
    with pytest.raises(FileNotFoundError, match="holds the arrays of the levels 0, 1, 2"):
        read_level(run, 7)
