"""State dicts wherever they lie, under whatever wrappers."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from jaxticket.models.weight_files import WeightFileError, open_weights

STATE = {"conv1.weight": np.ones((2, 1), np.float32), "fc.bias": np.zeros(1, np.float32)}


def opened(path):
    with open_weights(path) as file:
        return file


@pytest.mark.parametrize("prefix", ["module.", "model.", "net.", "backbone.", "module.model.net."])
def test_what_wrappers_put_before_all_names_is_taken_off(tmp_path, prefix):
    save_file({prefix + name: array for name, array in STATE.items()}, tmp_path / "a.safetensors")
    file = opened(tmp_path / "a.safetensors")
    assert file.arrays.keys() == STATE.keys()
    assert file.notes == (f"'{prefix}' was taken off all names",)


def test_a_prefix_of_some_names_stays(tmp_path):
    save_file(STATE | {"model.fc.bias": np.ones(1)}, tmp_path / "a.safetensors")
    file = opened(tmp_path / "a.safetensors")
    assert file.arrays.keys() == {*STATE, "model.fc.bias"}
    assert file.notes == ()


@pytest.mark.parametrize(
    ("key", "value", "classes"),
    [
        ("class_to_idx", {"real": 1, "fake": 0}, ("fake", "real")),
        ("classes", ["fake", "real"], ("fake", "real")),
        ("id2label", {"0": "fake", "1": "real"}, ("fake", "real")),
        ("class_to_idx", {"real": 1, "fake": 7}, ()),
        ("other", ["fake", "real"], ()),
    ],
)
def test_names_of_the_outputs_beside_the_arrays(tmp_path, key, value, classes):
    save_file(STATE, tmp_path / "a.safetensors", metadata={key: json.dumps(value)})
    assert opened(tmp_path / "a.safetensors").classes == classes


@pytest.mark.parametrize(
    "place", ["state_dict", "model_state_dict", "a/b/net", "weights", "", "0", "a/0/net"]
)
def test_a_state_dict_lies_somewhere_in_a_checkpoint(tmp_path, place):
    torch = pytest.importorskip("torch")
    saved = {name: torch.from_numpy(array) for name, array in STATE.items()}
    for key in filter(None, reversed(place.split("/"))):
        moments = {0: {"exp_avg": torch.ones(2), "step": torch.ones(1)}}
        if key == "0":
            saved = [saved, {"state": moments}, 3]
        else:
            saved = {"epoch": 3, key: saved, "optimizer": {"state": moments}}
    torch.save(saved, tmp_path / "a.pth")
    file = opened(tmp_path / "a.pth")
    assert file.arrays.keys() == STATE.keys()
    assert file.notes == ((f"its weights lie under {place}",) if place else ())


def test_several_state_dicts_are_named(tmp_path):
    torch = pytest.importorskip("torch")
    saved = [{name: torch.from_numpy(a) for name, a in STATE.items()} for _ in range(2)]
    torch.save({"model": saved[0], "ema": {"shadow": saved[1]}}, tmp_path / "a.pth")
    with pytest.raises(WeightFileError, match=r"'model' \(2 arrays\), 'ema/shadow' \(2 arrays\)"):
        opened(tmp_path / "a.pth")
    torch.save({"model": saved[0], "state_dict": saved[0]}, tmp_path / "a.pth")
    assert opened(tmp_path / "a.pth").arrays.keys() == STATE.keys()  # one, by two names


def test_names_of_the_outputs_in_a_checkpoint(tmp_path):
    torch = pytest.importorskip("torch")
    state = {name: torch.from_numpy(array) for name, array in STATE.items()}
    torch.save({"model": state, "class_to_idx": {"real": 0, "fake": 1}}, tmp_path / "a.pth")
    assert opened(tmp_path / "a.pth").classes == ("real", "fake")
