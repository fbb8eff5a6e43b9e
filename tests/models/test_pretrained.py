import pickle
import zipfile
from pathlib import Path

import h5py
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

from jaxticket.models import build
from jaxticket.models.pretrained import load_weights
from jaxticket.models.weight_files import WeightFileError
from tests.models.keras_sources import conv, dense, meso4_layers, norm, with_zeros, write_keras

IN_ORDER = "the file's 2 logits were taken as those of the classes in their order"

# Small trees under a real detector's name: loading looks at the trees, never at the network.
RESNET = build("resnet18", num_logits=2)
RESNET_PARAMS = {
    "conv1": {"kernel": np.zeros((2, 3, 1, 4), np.float32)},
    "bn1": {"scale": np.ones(4, np.float32), "bias": np.zeros(4, np.float32)},
    "fc": {"kernel": np.full((4, 2), 7, np.float32), "bias": np.full(2, 7, np.float32)},
}
RESNET_STATS = {"bn1": {"mean": np.zeros(4, np.float32), "var": np.ones(4, np.float32)}}

XCEPTION = build("xception", num_logits=2)
XCEPTION_PARAMS = {
    "block1.rep.0.conv1": {"kernel": np.zeros((3, 3, 1, 4), np.float32)},
    "block1.rep.0.pointwise": {"kernel": np.zeros((1, 1, 4, 5), np.float32)},
    "fc": {"kernel": np.zeros((5, 2), np.float32), "bias": np.zeros(2, np.float32)},
}


def counting(*shape, start=0.0):
    return np.arange(start, start + np.prod(shape), dtype=np.float32).reshape(shape)


def resnet_state():
    return {
        "conv1.weight": counting(4, 1, 2, 3),
        "bn1.weight": counting(4, start=100),
        "bn1.bias": counting(4, start=200),
        "bn1.running_mean": counting(4, start=300),
        "bn1.running_var": counting(4, start=400),
        "bn1.num_batches_tracked": np.array(9),
        "fc.weight": counting(2, 4, start=500),
        "fc.bias": counting(2, start=600),
    }


def load_resnet(path):
    return load_weights(path, RESNET, RESNET_PARAMS, RESNET_STATS)


def check_resnet(params, batch_stats):
    """Everything as `resnet_state` has it: HWIO from OIHW, (in, out) from (out, in)."""
    kernel = params["conv1"]["kernel"]
    assert kernel.shape == (2, 3, 1, 4)
    assert kernel[0, 0, 0].tolist() == [0, 6, 12, 18]
    assert kernel[:, :, 0, 1].tolist() == [[6, 7, 8], [9, 10, 11]]
    assert params["fc"]["kernel"].tolist() == [[500, 504], [501, 505], [502, 506], [503, 507]]
    assert params["fc"]["bias"].tolist() == [600, 601]
    assert params["bn1"]["scale"].tolist() == [100, 101, 102, 103]
    assert params["bn1"]["bias"].tolist() == [200, 201, 202, 203]
    assert batch_stats["bn1"]["mean"].tolist() == [300, 301, 302, 303]
    assert batch_stats["bn1"]["var"].tolist() == [400, 401, 402, 403]
    for leaf in jax.tree.leaves((params, batch_stats)):
        assert isinstance(leaf, jax.Array)
        assert leaf.dtype == jnp.float32


def refusal(load, path):
    """The message with which a file is refused; it names the file, and hides no library's error."""
    with pytest.raises(WeightFileError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_state_dict_in_safetensors(tmp_path):
    save_file(resnet_state(), tmp_path / "a.safetensors")
    params, batch_stats, notes = load_resnet(tmp_path / "a.safetensors")
    check_resnet(params, batch_stats)
    assert notes == [IN_ORDER]
    assert RESNET_PARAMS["fc"]["bias"].tolist() == [7, 7]  # the caller's trees are left alone


@pytest.mark.parametrize("matrix", [False, True])
def test_xception_names(tmp_path, matrix):
    pointwise = counting(5, 4) if matrix else counting(5, 4, 1, 1)
    state = {
        "block1.rep.0.conv1.weight": counting(4, 1, 3, 3),
        "block1.rep.0.pointwise.weight": pointwise,
        "last_linear.weight": counting(2, 5),
        "last_linear.bias": counting(2),
    }
    save_file(state, tmp_path / "a.safetensors")
    params, _, _ = load_weights(tmp_path / "a.safetensors", XCEPTION, XCEPTION_PARAMS, {})
    depthwise = params["block1.rep.0.conv1"]["kernel"]
    assert depthwise[:, :, 0, 2].tolist() == [[18, 19, 20], [21, 22, 23], [24, 25, 26]]
    assert params["block1.rep.0.pointwise"]["kernel"][0, 0, 1].tolist() == [1, 5, 9, 13, 17]
    assert params["fc"]["kernel"][3].tolist() == [3, 8]


@pytest.mark.parametrize("head", ["fc", "last_linear", "last_linear.1", "fc.1"])
def test_xception_of_deepfakebench_and_faceforensics(tmp_path, head):
    state = {
        "block1.rep.0.conv1.weight": counting(4, 1, 3, 3),
        "block1.rep.0.pointwise.weight": counting(5, 4, 1, 1),
        f"{head}.weight": counting(2, 5),
        f"{head}.bias": counting(2),
        "adjust_channel.0.weight": counting(2, 2, 1, 1),
        "adjust_channel.1.num_batches_tracked": np.array(3),
    }
    save_file({f"backbone.{name}": a for name, a in state.items()}, tmp_path / "a.safetensors")
    params, _, notes = load_weights(tmp_path / "a.safetensors", XCEPTION, XCEPTION_PARAMS, {})
    assert params["fc"]["kernel"][3].tolist() == [3, 8]
    assert notes == [
        "'backbone.' was taken off all names", "not used: adjust_channel.0.weight", IN_ORDER
    ]  # fmt: skip


def test_only_a_pointwise_kernel_may_be_a_matrix(tmp_path):
    state = resnet_state() | {"conv1.weight": counting(4, 6)}
    save_file(state, tmp_path / "a.safetensors")
    message = refusal(load_resnet, tmp_path / "a.safetensors")
    assert "1 of another shape: conv1.weight is (4, 6), expected (4, 1, 2, 3)" in message


@pytest.mark.parametrize("zipped", [True, False])
def test_state_dict_in_pytorch_files(tmp_path, zipped):
    torch = pytest.importorskip("torch")
    state = {name: torch.from_numpy(a) for name, a in resnet_state().items()}
    torch.save(state, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
    params, batch_stats, notes = load_resnet(tmp_path / "a.pth")
    check_resnet(params, batch_stats)
    assert notes == [IN_ORDER]


def test_pytorch_file_without_pytorch(tmp_path, monkeypatch):
    (tmp_path / "a.pth").write_bytes(b"")
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(ImportError, match=r"a\.pth.*jaxticket\[torch\]"):
        load_resnet(tmp_path / "a.pth")


@pytest.mark.parametrize("dtype", [np.float16, np.float64, ml_dtypes.bfloat16])
def test_other_precisions(tmp_path, dtype):
    state = {name: np.asarray(a % 64, dtype) for name, a in resnet_state().items()}
    save_file(state, tmp_path / "a.safetensors")
    params, _, _ = load_resnet(tmp_path / "a.safetensors")
    assert params["fc"]["bias"].dtype == jnp.float32
    assert params["fc"]["bias"].tolist() == [24, 25]


def test_bfloat16_from_pytorch(tmp_path):
    torch = pytest.importorskip("torch")
    state = {
        name: torch.from_numpy(np.asarray(a % 64)).bfloat16() for name, a in resnet_state().items()
    }
    torch.save(state, tmp_path / "a.pt")
    params, _, _ = load_resnet(tmp_path / "a.pt")
    assert params["fc"]["bias"].tolist() == [24, 25]


def test_no_pytorch_names_for_other_detectors(tmp_path):
    save_file(resnet_state(), tmp_path / "a.safetensors")
    message = refusal(
        lambda path: load_weights(path, build("cnn5", 2), RESNET_PARAMS, RESNET_STATS),
        tmp_path / "a.safetensors",
    )
    assert "is of another network than cnn5, with 3 layers: " in message
    assert "files are read for meso4, mesoinception4, resnet18, xception (--model)" in message


def own_arrays():
    return {
        "params/conv1/kernel": counting(2, 3, 1, 4),
        "params/bn1/scale": counting(4, start=10),
        "params/bn1/bias": counting(4, start=20),
        "params/fc/kernel": counting(4, 2, start=30),
        "params/fc/bias": counting(2, start=40),
        "batch_stats/bn1/mean": counting(4, start=50),
        "batch_stats/bn1/var": counting(4, start=60),
    }


def test_own_names_are_taken_as_they_are(tmp_path):
    arrays = own_arrays()
    save_file(arrays, tmp_path / "a.safetensors")
    params, batch_stats, notes = load_resnet(tmp_path / "a.safetensors")
    assert notes == [IN_ORDER]
    for name, array in arrays.items():
        collection, layer, leaf = name.split("/")
        tree = params if collection == "params" else batch_stats
        np.testing.assert_array_equal(tree[layer][leaf], array)


def test_masks_are_ignored_with_a_note(tmp_path):
    masks = {"masks/conv1/kernel": np.ones((2, 3, 1, 4), bool), "masks/fc/kernel": np.ones(1, bool)}
    save_file(own_arrays() | masks, tmp_path / "a.safetensors")
    params, _, notes = load_resnet(tmp_path / "a.safetensors")
    assert params["fc"]["bias"].tolist() == [40, 41]
    assert notes == ["the file's 2 masks were ignored: only weights are loaded", IN_ORDER]


def test_own_file_of_other_names(tmp_path):
    arrays = own_arrays()
    arrays["params/conv9/kernel"] = arrays.pop("params/conv1/kernel")
    save_file(arrays, tmp_path / "a.safetensors")
    message = refusal(load_resnet, tmp_path / "a.safetensors")
    assert "1 missing: params/conv1/kernel (2, 3, 1, 4)" in message
    assert "1 unexpected: 'params/conv9/kernel' (2, 3, 1, 4)" in message


@pytest.fixture(scope="module")
def meso4():
    return with_zeros("meso4")


@pytest.fixture
def load_meso4(meso4):
    return lambda path: load_weights(path, *meso4, fake_output="0")


@pytest.mark.parametrize("root", ["/", "model_weights"])
def test_keras_meso4_goes_by_number_and_flips_the_output(tmp_path, load_meso4, root):
    write_keras(tmp_path / "a.h5", meso4_layers(), root=root)
    params, batch_stats, notes = load_meso4(tmp_path / "a.h5")
    assert notes[0].startswith("the file does not describe its network: ReLU before")
    assert notes[1:] == ["the file's output is the probability of real, and its sign was turned"]
    for index in (1, 2, 3, 4):
        assert set(params[f"conv{index}"]["kernel"].ravel().tolist()) == {index}
        assert set(params[f"conv{index}"]["bias"].tolist()) == {index + 0.5}
        assert set(params[f"bn{index}"]["scale"].tolist()) == {10 + index}
        np.testing.assert_allclose(params[f"bn{index}"]["bias"], 10.1 + index, rtol=1e-6)
        np.testing.assert_allclose(batch_stats[f"bn{index}"]["mean"], 10.2 + index, rtol=1e-6)
        np.testing.assert_allclose(batch_stats[f"bn{index}"]["var"], 10.3 + index, rtol=1e-6)
    assert set(params["fc1"]["kernel"].ravel().tolist()) == {21}
    assert set(params["fc1"]["bias"].tolist()) == {21.5}
    assert set(params["fc"]["kernel"].ravel().tolist()) == {-22}
    assert params["fc"]["bias"].tolist() == [-22.5]


def test_keras_mesoinception_blocks_go_by_number(tmp_path):
    # Branch by branch: 1x1 | 1x1, 3x3 | 1x1, 3x3 | 1x1, 3x3, then two 5x5 convolutions.
    first = [(1, 3, 1), (1, 3, 4), (3, 4, 4), (1, 3, 4), (3, 4, 4), (1, 3, 2), (3, 2, 2)]
    second = [(1, 11, 2), (1, 11, 4), (3, 4, 4), (1, 11, 4), (3, 4, 4), (1, 11, 2), (3, 2, 2)]
    shapes = [*first, *second, (5, 12, 16), (5, 16, 16)]
    convolutions = {
        f"conv2d_{n}" if n > 1 else "conv2d": conv(*shape, n) for n, shape in enumerate(shapes, 1)
    }
    layers = dict(reversed(convolutions.items()))
    layers |= {f"batch_normalization_{n}": norm(s, n) for n, s in enumerate((11, 12, 16, 16), 1)}
    layers |= {"dense_1": dense(64, 16, 1), "dense_2": dense(16, 1, 2)}
    write_keras(tmp_path / "a.h5", layers)
    detector, *zeros = with_zeros("mesoinception4")
    params, _, _ = load_weights(tmp_path / "a.h5", detector, *zeros, fake_output="1")
    assert set(params["fc"]["bias"].tolist()) == {2.5}
    for n in range(1, 8):
        assert set(params[f"inception1.conv{n}"]["bias"].tolist()) == {n + 0.5}
        assert set(params[f"inception2.conv{n}"]["bias"].tolist()) == {n + 7.5}
    assert set(params["conv3"]["bias"].tolist()) == {15.5}
    assert set(params["conv4"]["bias"].tolist()) == {16.5}
    assert set(params["inception2.bn"]["scale"].tolist()) == {2}


def test_keras_meso4_at_another_image_size(tmp_path, load_meso4):
    write_keras(tmp_path / "a.h5", meso4_layers(inputs=1024))
    message = refusal(load_meso4, tmp_path / "a.h5")
    assert "does not fit meso4" in message
    assert "dense_9/kernel is (1024, 16), expected (64, 16)" in message
    assert message.endswith(
        "made for pictures of 225 to 256 pixels, and fits here with --image_size=256"
    )


def test_keras_file_of_another_network(tmp_path, load_meso4):
    write_keras(tmp_path / "a.h5", meso4_layers() | {"conv2d_13": conv(3, 16, 16, 5)})
    message = refusal(load_meso4, tmp_path / "a.h5")
    assert (
        "5 conv2d, 4 batch_normalization, 2 dense layers and this detector has 4 conv2d" in message
    )


def test_keras_file_for_another_detector(tmp_path):
    write_keras(tmp_path / "a.h5", meso4_layers())
    message = refusal(load_resnet, tmp_path / "a.h5")
    assert "is of another network than resnet18, with 10 layers: " in message
    assert "conv2d_9" in message
    assert "Keras files are read for meso4, mesoinception4 (--model)" in message


def test_head_of_other_classes_is_replaced(tmp_path):
    state = resnet_state() | {"fc.weight": counting(1000, 4), "fc.bias": counting(1000)}
    save_file(state, tmp_path / "a.safetensors")
    params, _, notes = load_resnet(tmp_path / "a.safetensors")
    assert params["fc"]["kernel"].tolist() == RESNET_PARAMS["fc"]["kernel"].tolist()
    assert params["fc"]["bias"].tolist() == [7, 7]
    assert params["bn1"]["bias"].tolist() == [200, 201, 202, 203]
    assert notes == [
        "the file's output layer has 1000 logits and the detector's 2: "
        "it was replaced by a freshly initialised one"
    ]


def test_own_and_keras_heads_are_replaced_too(tmp_path, meso4):
    arrays = own_arrays() | {"params/fc/kernel": counting(4, 5), "params/fc/bias": counting(5)}
    save_file(arrays, tmp_path / "a.safetensors")
    params, _, notes = load_resnet(tmp_path / "a.safetensors")
    assert params["fc"]["bias"].tolist() == [7, 7]
    assert "has 5 logits" in notes[0]
    write_keras(tmp_path / "a.h5", meso4_layers(classes=3))
    params, _, notes = load_weights(tmp_path / "a.h5", *meso4)
    np.testing.assert_array_equal(params["fc"]["kernel"], meso4[1]["fc"]["kernel"])
    assert "has 3 logits" in notes[1]


@pytest.mark.parametrize(
    ("weight", "bias", "expected"),
    [
        ((2, 5), (2,), "fc.weight is (2, 5), expected (2, 4)"),
        ((3, 5), (3,), "2 of another shape: fc.bias is (3,), expected (2,), fc.weight is (3, 5), "),
        ((3, 4), (2,), "1 of another shape: fc.weight is (3, 4)"),
        ((3, 4, 1), (3,), "fc.weight is (3, 4, 1)"),
        ((3, 4), None, "1 missing: fc.bias (2,)"),
    ],
)
def test_head_that_differs_in_more_than_its_classes(tmp_path, weight, bias, expected):
    state = resnet_state() | {"fc.weight": counting(*weight)}
    state.pop("fc.bias")
    if bias:
        state["fc.bias"] = counting(*bias)
    save_file(state, tmp_path / "a.safetensors")
    assert expected in refusal(load_resnet, tmp_path / "a.safetensors")


def test_every_mismatch_is_listed(tmp_path):
    state = resnet_state() | {"bn1.bias": counting(5), "conv2.weight\n": counting(1)}
    del state["bn1.running_var"]
    save_file(state, tmp_path / "a.safetensors")
    message = refusal(load_resnet, tmp_path / "a.safetensors")
    assert "1 missing: bn1.running_var (4,)" in message
    assert r"1 unexpected: 'conv2.weight\n' (1,)" in message
    assert "1 of another shape: bn1.bias is (5,), expected (4,)" in message


def test_transposed_kernel(tmp_path):
    state = resnet_state() | {"conv1.weight": counting(4, 1, 3, 2)}
    save_file(state, tmp_path / "a.safetensors")
    message = refusal(load_resnet, tmp_path / "a.safetensors")
    assert "conv1.weight is (4, 1, 3, 2), expected (4, 1, 2, 3)" in message


def test_long_lists_are_cut_and_counted(tmp_path):
    extra = {f"extra{i:02}.weight": counting(1) for i in range(13)}
    save_file(resnet_state() | extra, tmp_path / "a.safetensors")
    message = refusal(load_resnet, tmp_path / "a.safetensors")
    assert "13 unexpected: 'extra00.weight' (1,)" in message
    assert "'extra09.weight' (1,) and 3 more" in message
    assert "extra10" not in message


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite(tmp_path, value):
    save_file(
        resnet_state() | {"fc.bias": np.array([1, value], np.float32)}, tmp_path / "a.safetensors"
    )
    assert "fc.bias has values that are not finite" in refusal(
        load_resnet, tmp_path / "a.safetensors"
    )


def test_values_beyond_float32(tmp_path):
    save_file(resnet_state() | {"fc.bias": np.array([1, 1e39])}, tmp_path / "a.safetensors")
    assert "fc.bias" in refusal(load_resnet, tmp_path / "a.safetensors")


def test_negative_variance(tmp_path):
    state = resnet_state() | {"bn1.running_var": np.array([1, 1, -1, 1], np.float32)}
    save_file(state, tmp_path / "a.safetensors")
    assert "bn1.running_var is a variance" in refusal(load_resnet, tmp_path / "a.safetensors")


def test_integers(tmp_path):
    save_file(resnet_state() | {"fc.bias": np.array([1, 2])}, tmp_path / "a.safetensors")
    assert "'fc.bias' holds int64" in refusal(load_resnet, tmp_path / "a.safetensors")


def test_absent_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"a\.h5: there is no such weight file"):
        load_resnet(tmp_path / "a.h5")


def test_folder(tmp_path):
    (tmp_path / "a.h5").mkdir()
    assert "is not a file" in refusal(load_resnet, tmp_path / "a.h5")


def test_unknown_suffix(tmp_path):
    (tmp_path / "a.onnx").write_bytes(b"x")
    message = refusal(load_resnet, tmp_path / "a.onnx")
    assert "must end in one of .h5, .hdf5, .keras, .safetensors, .pth," in message


def write_good(path):
    """Write a file that would load, in the format of its suffix."""
    if path.suffix == ".h5":
        write_keras(path, meso4_layers())
    elif path.suffix == ".safetensors":
        save_file(resnet_state(), path)
    else:
        torch = pytest.importorskip("torch")
        state = {name: torch.from_numpy(a) for name, a in resnet_state().items()}
        torch.save(state, path, _use_new_zipfile_serialization=path.suffix == ".pth")


@pytest.mark.parametrize("suffix", [".h5", ".safetensors", ".pth", ".pt"])
@pytest.mark.parametrize("fraction", [0.0, 0.01, 0.3, 0.9, 0.999])
def test_truncated_file(tmp_path, load_meso4, suffix, fraction):
    path = tmp_path / f"a{suffix}"
    write_good(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(fraction * len(whole))])
    refusal(load_meso4 if suffix == ".h5" else load_resnet, path)


FORMATS = (".h5", ".safetensors", ".pth")


@pytest.mark.parametrize(
    ("suffix", "other"), [(a, b) for a in FORMATS for b in (*FORMATS, ".txt") if a != b]
)
def test_wrong_format_under_a_known_suffix(tmp_path, suffix, other):
    if suffix == ".pth":
        pytest.importorskip("torch")
    content = tmp_path / f"content{other}"
    content.write_text("weights\n" * 100) if other == ".txt" else write_good(content)
    assert "is not a" in refusal(load_resnet, content.rename(tmp_path / f"a{suffix}"))


def test_plain_hdf5_file(tmp_path, load_meso4):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["conv1"] = np.zeros(3)
    assert "no attribute 'layer_names'" in refusal(load_meso4, tmp_path / "a.h5")


@pytest.mark.parametrize("saved", [[1, 2], {"epoch": 3}, {"state_dict": {"a": 1}}, {}])
def test_pytorch_file_without_state_dict(tmp_path, saved):
    torch = pytest.importorskip("torch")
    torch.save(saved, tmp_path / "a.pth")
    assert "holds no state dict" in refusal(load_resnet, tmp_path / "a.pth")


def test_sparse_tensor(tmp_path):
    torch = pytest.importorskip("torch")
    torch.save({"fc.bias": torch.ones(2).to_sparse()}, tmp_path / "a.pth")
    assert "'fc.bias' is not a plain dense tensor" in refusal(load_resnet, tmp_path / "a.pth")


class Touch:
    """Unpickling one of these creates a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("form", ["pickle", "zip", "legacy"])
def test_code_in_a_pickle_is_never_run(tmp_path, form):
    torch = pytest.importorskip("torch")
    created, path = tmp_path / "created", tmp_path / "a.pth"
    hostile = {"state_dict": {"fc.bias": torch.ones(2)}, "extra": Touch(created)}
    if form == "pickle":
        path.write_bytes(pickle.dumps(Touch(created), protocol=2))  # the one PyTorch writes
    else:
        torch.save(hostile, path, _use_new_zipfile_serialization=form == "zip")
    message = refusal(load_resnet, path)
    assert "nothing in it was run" in message
    assert "weights_only" not in message  # PyTorch's own message advises to run it
    assert not created.exists()
    if form == "pickle":
        pickle.loads(path.read_bytes())
        assert created.exists()  # it would have


def test_compressed_archive(tmp_path):
    pytest.importorskip("torch")
    with zipfile.ZipFile(tmp_path / "a.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", bytes(10_000_000))
    assert "compressed archive" in refusal(load_resnet, tmp_path / "a.pth")


def test_shape_is_compared_before_memory_is_taken(tmp_path, load_meso4):
    torch = pytest.importorskip("torch")
    state = {name: torch.from_numpy(a) for name, a in resnet_state().items()}
    state["bn1.bias"] = torch.zeros(1).expand(1 << 50)
    torch.save(state, tmp_path / "a.pth")
    assert f"is ({1 << 50},), expected (4,)" in refusal(load_resnet, tmp_path / "a.pth")

    layers = meso4_layers()
    del layers["conv2d_9"]["bias"]
    write_keras(tmp_path / "a.h5", layers)
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file["conv2d_9"].create_dataset("conv2d_9/bias:0", (1 << 50,), "f4", chunks=(1 << 20,))
        names = [b"conv2d_9/kernel:0", b"conv2d_9/bias:0"]
        file["conv2d_9"].attrs["weight_names"] = names
    assert f"is ({1 << 50},), expected (8,)" in refusal(load_meso4, tmp_path / "a.h5")


@pytest.mark.parametrize(
    "kind", ["external link", "soft link", "linked group", "storage", "virtual"]
)
def test_hdf5_file_that_leads_out_of_itself(tmp_path, load_meso4, kind):
    write_keras(tmp_path / "other.h5", meso4_layers())
    path = tmp_path / "a.h5"
    write_keras(path, meso4_layers())
    (tmp_path / "raw").write_bytes(np.ones(8, np.float32).tobytes())
    inner = "conv2d_9/conv2d_9/bias:0"
    with h5py.File(path, "r+") as file:
        if kind == "linked group":
            del file["conv2d_9"]
            file["conv2d_9"] = h5py.ExternalLink("other.h5", "/conv2d_9")
        else:
            del file[inner]
        if kind == "external link":
            file[inner] = h5py.ExternalLink("other.h5", inner)
        elif kind == "soft link":
            file["out"] = h5py.ExternalLink("other.h5", inner)
            file[inner] = h5py.SoftLink("/out")
        elif kind == "storage":
            file.create_dataset(inner, (8,), "f4", external=[(str(tmp_path / "raw"), 0, 32)])
        elif kind == "virtual":
            layout = h5py.VirtualLayout((8,), "f4")
            layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), inner, (8,))
            file.create_virtual_dataset(inner, layout)
    message = refusal(load_meso4, path)
    assert ("in another file" if kind in ("storage", "virtual") else "is a link") in message


def test_hdf5_name_that_is_listed_but_absent(tmp_path, load_meso4):
    write_keras(tmp_path / "a.h5", meso4_layers())
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        del file["conv2d_9/conv2d_9/bias:0"]
    message = refusal(load_meso4, tmp_path / "a.h5")
    assert "'conv2d_9/bias:0' is listed but absent" in message
