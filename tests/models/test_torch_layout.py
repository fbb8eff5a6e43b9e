"""PyTorch ports of MesoNet have the same logits here; NumPy computes theirs in PyTorch's layout."""

import jax
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from safetensors.numpy import save_file

from jaxticket.models.pretrained import load_weights
from jaxticket.models.weight_files import WeightFileError
from tests.models.keras_sources import with_zeros

# Window and dilation of each convolution of a branch.
BRANCHES = {"conv1": ((1, 1),), "conv2": ((1, 1), (3, 1)), "conv3": ((1, 1), (3, 2)),
            "conv4": ((1, 1), (3, 3))}  # fmt: skip


def names_of_branch(branch):
    places = range(1, len(BRANCHES[branch]) + 1)
    return [branch if len(BRANCHES[branch]) == 1 else f"{branch}_{place}" for place in places]


def draw(shapes):
    """A state dict in which nothing is left at its initial value; small variances show epsilon."""
    rng = np.random.default_rng(0)
    ranges = {"running_var": (1e-5, 0.2), "running_mean": (-0.3, 0.3), "weight": (0.5, 1.5)}

    def values(name, shape):
        if len(shape) > 1:
            return rng.normal(0, np.prod(shape[1:]) ** -0.5, shape)
        return rng.uniform(*ranges.get(name.rpartition(".")[2], (-0.5, 0.5)), shape)

    return {name: np.float32(values(name, shape)) for name, shape in shapes.items()}


def layer(name, *shape, bias=True):
    return {f"{name}.weight": shape} | ({f"{name}.bias": shape[:1]} if bias else {})


def norm(name, channels):
    leaves = ("weight", "bias", "running_mean", "running_var")
    return {f"{name}.{leaf}": (channels,) for leaf in leaves}


def meso4_shapes(bias=True, side=2):
    shapes = {}
    sizes = ((3, 8, 3), (8, 8, 5), (8, 16, 5), (16, 16, 5))
    for index, (before, channels, window) in enumerate(sizes, start=1):
        shapes |= layer(f"conv{index}", channels, before, window, window, bias=bias)
        shapes |= norm(f"bn{index}", channels)
    return shapes | layer("fc1", 16, 16 * side**2) | layer("fc2", 2, 16)


def inception_shapes():
    shapes = {}
    for block, before, widths in (("1", 3, (1, 4, 4, 2)), ("2", 11, (2, 4, 4, 2))):
        for branch, width in zip(BRANCHES, widths, strict=True):
            inputs = before
            for name, (window, _) in zip(names_of_branch(branch), BRANCHES[branch], strict=True):
                shapes |= layer(f"Incption{block}_{name}", width, inputs, window, window)
                inputs = width
        shapes |= norm(f"Incption{block}_bn", sum(widths))
    shapes |= layer("conv1", 16, 12, 5, 5) | norm("bn1", 16)
    shapes |= layer("conv2", 16, 16, 5, 5) | norm("bn2", 16)
    return shapes | layer("fc1", 16, 64) | layer("fc2", 2, 16)


def conv(x, state, name, dilation=1):
    """Convolve [B, C, H, W] with padding that keeps the size, and rectify."""
    kernel = state[f"{name}.weight"]
    reach = dilation * (kernel.shape[-1] - 1)
    padded = np.pad(x, ((0, 0), (0, 0), (reach // 2,) * 2, (reach // 2,) * 2))
    windows = sliding_window_view(padded, (reach + 1,) * 2, (2, 3))[..., ::dilation, ::dilation]
    y = np.einsum("bchwij,ocij->bohw", windows, kernel, optimize=True)
    return np.maximum(y + state.get(f"{name}.bias", np.zeros(1))[:, None, None], 0)


def norm_and_pool(x, state, name, size):
    gamma, beta, mean, var = (state[key][:, None, None] for key in norm(name, 0))
    x = (x - mean) / np.sqrt(var + 1e-5) * gamma + beta
    batch, channels, height, width = x.shape
    return x.reshape(batch, channels, height // size, size, width // size, size).max(axis=(3, 5))


def head(x, state):
    x = x.reshape(len(x), -1) @ state["fc1.weight"].T + state["fc1.bias"]
    x = np.where(x > 0, x, 0.1 * x)
    return x @ state["fc2.weight"].T + state["fc2.bias"]


def meso4(x, state):
    for index, size in enumerate((2, 2, 2, 4), start=1):
        x = norm_and_pool(conv(x, state, f"conv{index}"), state, f"bn{index}", size)
    return head(x, state)


def mesoinception4(x, state):
    for block in ("Incption1", "Incption2"):
        joined = []
        for branch, places in BRANCHES.items():
            y = x
            for name, (_, dilation) in zip(names_of_branch(branch), places, strict=True):
                y = conv(y, state, f"{block}_{name}", dilation)
            joined.append(y)
        x = norm_and_pool(np.concatenate(joined, axis=1), state, f"{block}_bn", 2)
    x = norm_and_pool(conv(x, state, "conv1"), state, "bn1", 2)
    return head(norm_and_pool(conv(x, state, "conv2"), state, "bn2", 4), state)


@pytest.fixture(scope="module")
def detectors():
    return {name: with_zeros(name) for name in ("meso4", "mesoinception4")}


PORTS = {
    "meso4": ("meso4", meso4, meso4_shapes()),
    "meso4 without biases": ("meso4", meso4, meso4_shapes(bias=False)),
    "mesoinception4": ("mesoinception4", mesoinception4, inception_shapes()),
}


@pytest.mark.parametrize("port", PORTS)
def test_logits_are_those_of_the_port(tmp_path, detectors, port):
    name, reference, shapes = PORTS[port]
    state = draw(shapes)
    save_file(state, tmp_path / "a.safetensors")
    detector, *trees = detectors[name]
    params, stats, notes = load_weights(tmp_path / "a.safetensors", detector, *trees, "1")
    x = np.random.default_rng(1).uniform(size=(3, 3, 64, 64))
    expected = reference(x, state)
    with jax.default_matmul_precision("highest"):
        apply = jax.jit(lambda *args: detector.apply(*args)[0])
        logits = apply(params, stats, np.float32(x.transpose(0, 2, 3, 1)))
    difference = expected[:, 1] - expected[:, 0]
    assert difference.std() > 0.01  # the tolerance means something
    np.testing.assert_allclose(logits[:, 0], difference, rtol=0, atol=1e-4)
    assert "an epsilon of 1e-05" in notes[0]
    assert any("no biases" in note for note in notes) == ("without" in port)


def test_another_way_to_name_the_layers_of_inception(tmp_path, detectors):
    state, other = draw(inception_shapes()), {}
    branches = [name for branch in BRANCHES for name in names_of_branch(branch)]
    tail = {"bn1": "bn3", "bn2": "bn4", "Incption1_bn": "bn1", "Incption2_bn": "bn2"}
    for key, array in state.items():
        name, _, leaf = key.rpartition(".")
        block, _, branch = name.partition("_")
        if branch in branches:
            name = f"inception{block[-1]}.conv{branches.index(branch) + 1}"
        other[f"{tail.get(name, name)}.{leaf}"] = array
    detector, *trees = detectors["mesoinception4"]
    loaded = []
    for arrays in (state, other):
        save_file(arrays, tmp_path / "a.safetensors")
        loaded.append(load_weights(tmp_path / "a.safetensors", detector, *trees, "1")[:2])
    jax.tree.map(np.testing.assert_array_equal, *loaded)


def test_shared_normalisation_is_almost_the_network(tmp_path, detectors):
    shapes = {key: shape for key, shape in meso4_shapes(bias=False).items() if key[:2] != "bn"}
    save_file(draw(shapes | norm("bn1", 8) | norm("bn2", 16)), tmp_path / "a.safetensors")
    with pytest.raises(WeightFileError) as caught:
        load_weights(tmp_path / "a.safetensors", *detectors["meso4"], "1")
    assert "is almost meso4, but another network" in str(caught.value)
    assert "(bn1 serves conv1 and conv2; bn2 serves conv3 and conv4)" in str(caught.value)
    shapes = {key: shape for key, shape in inception_shapes().items() if key[:3] != "bn2"}
    save_file(draw(shapes), tmp_path / "a.safetensors")
    with pytest.raises(WeightFileError, match=r"mesoinception4.*bn1 serves conv1 and conv2"):
        load_weights(tmp_path / "a.safetensors", *detectors["mesoinception4"], "1")


def test_a_port_for_other_pictures_names_their_size(tmp_path, detectors):
    save_file(draw(meso4_shapes(side=8)), tmp_path / "a.safetensors")
    with pytest.raises(
        WeightFileError, match=r"pictures of 256 to 287 pixels, .* --image_size=256"
    ):
        load_weights(tmp_path / "a.safetensors", *detectors["meso4"], "1")
