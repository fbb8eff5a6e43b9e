import chex
import jax
import numpy as np
import pytest
from safetensors.numpy import save_file

from jaxticket.masks import digest
from jaxticket.models import build
from jaxticket.models.pretrained import load_weights
from jaxticket.tickets import Refused, by_path, load_ticket, nested, save_dense, save_ticket
from jaxticket.trees import leaves_by_path, prunable_paths
from jaxticket.weights import Weights
from tests.tickets.small import MASKS, PARAMS, STATS, ticket
from tests.tiny import restored


def assert_bitwise(have, want):
    assert set(have) == set(want)
    for name, array in want.items():
        assert (have[name].dtype, have[name].shape) == (array.dtype, array.shape)
        assert have[name].tobytes() == array.tobytes(), name


def survivors():
    """The parameters with 0.0 where they are pruned; a survivor keeps the sign of its zero."""
    return {n: np.where(MASKS.get(n, True), p, np.float32(0)) for n, p in PARAMS.items()}


@pytest.mark.parametrize("save", [save_ticket, save_dense])
def test_a_ticket_comes_back_bitwise(tmp_path, save):
    path = tmp_path / "a.safetensors"
    save(path, ticket())
    loaded = load_ticket(path)
    assert_bitwise(loaded.params, survivors())
    assert_bitwise(loaded.batch_stats, STATS)
    assert_bitwise(loaded.masks, MASKS)
    said = loaded.manifest
    assert (said.model, said.level, said.weights_left, said.sparsity) == ("resnet18", 3, 3, 0.7)
    assert said.prunable["layer1.0.conv1/kernel"].weights_left == 3
    assert (said.data.synthetic, said.classes, said.logits) == (True, ["real", "fake"], 1)
    assert [item.name for item in tmp_path.iterdir()] == ["a.safetensors"]


def test_its_hashes_are_those_that_a_run_folder_knows(tmp_path):
    hashes = save_ticket(tmp_path / "a", ticket()).hashes
    params, stats = nested(survivors()), nested(STATS)
    masks = nested({n: MASKS.get(n, np.ones(p.shape, bool)) for n, p in PARAMS.items()})
    assert hashes.weights == Weights(params, stats, masks).digest
    assert hashes.masks == digest(masks, prunable_paths(params, "fc"))


def test_trees_and_paths_are_turned_into_each_other():
    tree = {"a.b": {"kernel": np.ones(1)}, "c": {"d": {"e": np.zeros(2)}}}
    assert list(by_path(tree)) == ["a.b/kernel", "c/d/e"]
    chex.assert_trees_all_equal(nested(by_path(tree)), tree)


def test_classes_of_an_older_ticket_are_its_methods(tmp_path):
    save_dense(tmp_path / "a", ticket(classes=["real", "x", "y"], logits=3))
    said = load_ticket(tmp_path / "a").manifest
    assert (said.schema, said.classes, said.logits, said.hashes) == (1, ["real", "x", "y"], 3, None)


def test_a_ticket_replaces_the_one_before_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a.safetensors"
    save_ticket(path, ticket(level=1))

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", die)
        with pytest.raises(KeyboardInterrupt):
            save_ticket(path, ticket(level=2))
    assert load_ticket(path).manifest.level == 1
    save_ticket(path, ticket(level=3))
    assert load_ticket(path).manifest.level == 3


def test_the_same_ticket_is_the_same_bytes(tmp_path):
    said = {name: name for name in "abcdefgh"}
    for name, versions in {"one": said, "two": dict(reversed(said.items()))}.items():
        save_ticket(tmp_path / name, ticket(versions=versions))
    save_ticket(tmp_path / "three", load_ticket(tmp_path / "one"))
    assert len({(tmp_path / name).read_bytes() for name in ("one", "two", "three")}) == 1


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\xff" * 100])
def test_another_file_is_refused_by_its_name(tmp_path, content):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"a\.safetensors is not a ticket.*: it is cut off"):
        load_ticket(path)


def test_other_safetensors_are_no_ticket(tmp_path):
    save_file({"params/fc/bias": PARAMS["fc/bias"]}, str(tmp_path / "a.safetensors"))
    with pytest.raises(Refused, match="it is safetensors, but its metadata lack 'jaxticket'"):
        load_ticket(tmp_path / "a.safetensors")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"params": PARAMS | {"fc/bias": np.array([np.nan], np.float32)}}, "fc/bias is not finite"),
        ({"params": PARAMS | {"fc/bias": np.array([1.0])}}, "fc/bias is float64"),
        ({"params": PARAMS | {"layer1.0.conv1/kernel": np.ones((2, 2), np.float32)}}, "not zero"),
        ({"params": PARAMS | {"../x": np.ones(1, np.float32)}}, "is no path of plain words"),
    ],
)
def test_what_would_not_be_read_is_not_written(tmp_path, changed, said):
    one = ticket()
    with pytest.raises(ValueError, match=said):
        save_ticket(tmp_path / "a", type(one)(**vars(one) | changed))
    assert not list(tmp_path.iterdir())


def test_the_ticket_of_a_run_is_its_last_level(finished_run):
    weights = restored(finished_run, 2)
    loaded = load_ticket(finished_run / "ticket.safetensors")
    assert_bitwise(loaded.params, leaves_by_path(weights.params))
    assert_bitwise(loaded.batch_stats, leaves_by_path(weights.batch_stats))
    masks = leaves_by_path(weights.masks)
    assert_bitwise(loaded.masks, {n: masks[n] for n in prunable_paths(weights.params, "fc")})
    said = loaded.manifest
    assert said.hashes.weights == weights.digest
    assert (said.model, said.width, said.image_size) == ("meso4", 1.0, 32)
    assert (said.level, said.weights_left, said.data.synthetic) == (2, 7470, False)
    assert (said.metrics.test.examples, said.metrics.test.groups) == (24, 24)
    auc = said.metrics.test.figures["auc"]
    assert auc.low <= auc.value <= auc.high
    assert said.recipe["rounds"] is None or said.recipe["model"] == "meso4"


def test_a_ticket_loads_into_its_detector_bitwise(finished_run):
    detector = build("meso4")
    weights = restored(finished_run, 2)
    params, stats, notes = load_weights(
        finished_run / "ticket.safetensors", detector, *detector.init(jax.random.key(9), 32)
    )
    chex.assert_trees_all_equal(params, weights.params)
    chex.assert_trees_all_equal(stats, weights.batch_stats)
    assert len(notes) == 1
    assert "masks were ignored" in notes[0]
