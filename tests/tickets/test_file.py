import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from safetensors.numpy import save_file

from jaxticket.models import build
from jaxticket.models.pretrained import load_weights
from jaxticket.tickets import load_ticket, save_ticket
from jaxticket.trees import leaves_by_path, prunable_paths
from jaxticket.weights import Weights
from tests.tiny import restored

PARAMS = {
    "layer1.0.conv1": {"kernel": np.array([[0.5, 0.0], [-0.0, 1e-45]], np.float32)},
    "fc": {"bias": np.array([1 / 3], np.float32), "kernel": np.ones((2, 1), np.float32)},
}
STATS = {"bn1": {"mean": np.zeros(2, np.float32), "var": np.array([1.5, 2.5], np.float32)}}
MASKS = jax.tree.map(lambda x: x != 0, PARAMS)
WEIGHTS = Weights(PARAMS, STATS, MASKS)


def test_a_ticket_comes_back_bitwise(tmp_path):
    path = tmp_path / "a.safetensors"
    save_ticket(path, WEIGHTS, ("layer1.0.conv1/kernel",), {"model": "resnet18"})
    arrays, metadata = load_ticket(path)
    assert metadata == {"model": "resnet18"}
    want = {
        "params/layer1.0.conv1/kernel": PARAMS["layer1.0.conv1"]["kernel"],
        "params/fc/bias": PARAMS["fc"]["bias"],
        "params/fc/kernel": PARAMS["fc"]["kernel"],
        "batch_stats/bn1/mean": STATS["bn1"]["mean"],
        "batch_stats/bn1/var": STATS["bn1"]["var"],
        "masks/layer1.0.conv1/kernel": MASKS["layer1.0.conv1"]["kernel"],
    }
    assert set(arrays) == set(want)
    for name, array in want.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        assert arrays[name].tobytes() == array.tobytes()
    assert [item.name for item in tmp_path.iterdir()] == ["a.safetensors"]


def test_arrays_of_jax_are_saved_alike(tmp_path):
    save_ticket(tmp_path / "a", jax.tree.map(jnp.asarray, WEIGHTS), ("fc/kernel",), {})
    arrays, _ = load_ticket(tmp_path / "a")
    np.testing.assert_array_equal(arrays["params/fc/bias"], PARAMS["fc"]["bias"])


def test_a_ticket_replaces_the_one_before_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a.safetensors"
    save_ticket(path, WEIGHTS, (), {"level": "1"})

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", die)
        with pytest.raises(KeyboardInterrupt):
            save_ticket(path, WEIGHTS, (), {"level": "2"})
    assert load_ticket(path)[1] == {"level": "1"}
    save_ticket(path, WEIGHTS, (), {"level": "3"})
    assert load_ticket(path)[1] == {"level": "3"}


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\xff" * 100])
def test_another_file_is_refused_by_its_name(tmp_path, content):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.safetensors is not a ticket"):
        load_ticket(path)


def test_other_safetensors_are_no_ticket(tmp_path):
    save_file({"params/fc/bias": PARAMS["fc"]["bias"]}, str(tmp_path / "a.safetensors"))
    with pytest.raises(ValueError, match="is safetensors but not a ticket"):
        load_ticket(tmp_path / "a.safetensors")


def test_the_same_ticket_is_the_same_bytes(tmp_path):
    said = {name: name for name in "abcdefgh"}
    for name, metadata in {"one": said, "two": dict(reversed(said.items()))}.items():
        save_ticket(tmp_path / name, WEIGHTS, ("fc/kernel",), metadata)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_ticket_of_a_run_is_its_last_level(finished_run):
    weights = restored(finished_run, 2)
    arrays, metadata = load_ticket(finished_run / "ticket.safetensors")
    for part, tree in {"params": weights.params, "batch_stats": weights.batch_stats}.items():
        for name, leaf in leaves_by_path(tree).items():
            assert arrays[f"{part}/{name}"].tobytes() == leaf.tobytes()
    prunable = prunable_paths(weights.params, "fc")
    assert {name.removeprefix("masks/") for name in arrays if name.startswith("masks/")} == set(
        prunable
    )
    for path in prunable:
        np.testing.assert_array_equal(arrays[f"masks/{path}"], leaves_by_path(weights.masks)[path])
    assert metadata["model"] == "meso4"
    assert metadata["image_size"] == "32"
    assert (metadata["level"], metadata["weights_left"]) == ("2", "7470")
    assert metadata["synthetic"] == "False"


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
