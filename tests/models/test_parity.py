"""Imported weights give the numbers of the networks they were made for."""

import copy
import os
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from jaxticket.models import build
from jaxticket.models.lowering import force_lowering
from jaxticket.models.pretrained import load_weights

# P(real) of the published MesoNet weights; two independent implementations agree to 1e-6.
MESONET_PICTURES = ("df/df00204", "df/df01254", "real/real00240", "real/real00772")
MESONET_SCORES = {
    "Meso4_DF": (0.0414118, 0.0486938, 0.9897475, 0.9977016),
    "Meso4_F2F": (0.8312375, 0.6411002, 0.8810234, 0.9524388),
    "MesoInception_DF": (0.0262182, 0.0009520, 1.0000000, 1.0000000),
    "MesoInception_F2F": (0.9987432, 0.9999974, 1.0000000, 0.9908303),
}


def mesonet_folder():
    """The published weights and pictures; they are not part of the repository."""
    shared = os.environ.get("JAXTICKET_SHARED") or Path(__file__).parents[3] / "shared"
    folder = Path(shared) / "mesonet"
    if not folder.is_dir():
        pytest.skip(f"no folder {folder}; JAXTICKET_SHARED names the folder that holds mesonet/")
    return folder


def picture(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((256, 256), Image.Resampling.NEAREST))


def empty_trees(detector, image_size):
    """Trees of the detector's shapes, all NaN: whatever is not loaded shows."""
    trees = jax.eval_shape(lambda key: detector.init(key, image_size), jax.random.key(0))
    return jax.tree.map(lambda leaf: jnp.full(leaf.shape, jnp.nan, leaf.dtype), trees)


@pytest.mark.parametrize("weights", MESONET_SCORES)
def test_published_mesonet_scores(weights):
    folder = mesonet_folder()
    detector = build("meso4" if weights.startswith("Meso4") else "mesoinception4")
    params, batch_stats, notes = load_weights(
        folder / "weights" / f"{weights}.h5", detector, *empty_trees(detector, 256)
    )
    images = [picture(folder / "test_images" / f"{name}.jpg") for name in MESONET_PICTURES]
    logits, _ = detector.apply(params, batch_stats, detector.normalise(jnp.asarray(images)))
    scores = 1 - jax.nn.sigmoid(logits[:, 0])
    np.testing.assert_allclose(scores, MESONET_SCORES[weights], rtol=0, atol=1e-4)
    assert notes[1].endswith(
        f"probability of real, and its sign was turned, as it is MesoNet's published {weights}"
    )


@pytest.fixture(scope="session")
def references(torchvision_models):
    """Constructors of the independent networks, taking the number of classes."""

    def xception(num_classes):
        models = pytest.importorskip("timm.models.xception")
        return models.legacy_xception(num_classes=num_classes)

    def resnet18(num_classes):
        return torchvision_models.resnet18(num_classes=num_classes)

    return {"resnet18": resnet18, "xception": xception}


def random_state(network, rng):
    """A state dict in which nothing is left at its initial value.

    Unit scales, zero biases or unit variances would hide a wrong order, epsilon or padding.
    """

    def draw(name, shape):
        if name.endswith("running_var"):
            return rng.uniform(0.1, 1.0, shape)
        if name.endswith("running_mean") or name.endswith("bias"):
            return rng.normal(0, 0.3, shape)
        if len(shape) == 1:
            return rng.uniform(0.3, 0.8, shape)
        return rng.normal(0, np.prod(shape[1:]) ** -0.5, shape)

    return {
        name: np.asarray(draw(name, tuple(tensor.shape)), np.float32)
        for name, tensor in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


@pytest.fixture(scope="module", params=["resnet18", "xception"])
def pair(request, torch, references, tmp_path_factory):
    """A detector with its trees, and the reference with the same random weights (in float64)."""
    detector = build(request.param, num_logits=2)
    network = references[request.param](2)
    state = random_state(network, np.random.default_rng(0))
    network.load_state_dict({k: torch.from_numpy(v) for k, v in state.items()}, strict=False)
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "resnet18":
        path = folder / "weights.pth"
        torch.save(network.state_dict(), path)
    else:
        path = folder / "weights.safetensors"
        save_file({k: v.numpy() for k, v in network.state_dict().items()}, path)
    params, batch_stats, notes = load_weights(path, detector, *empty_trees(detector, 64))
    assert notes == ["the file's 2 logits were taken as those of the classes in their order"]
    return detector, params, batch_stats, network.double()


def run_reference(torch, network, images, train):
    """Logits, and by BatchNorm layer the running mean and variance and the positions averaged."""
    network = copy.deepcopy(network).train(train)
    norms = {
        name: module
        for name, module in network.named_modules()
        if isinstance(module, torch.nn.BatchNorm2d)
    }
    counts = {}
    for name, module in norms.items():
        module.register_forward_hook(
            lambda _, inputs, __, name=name: counts.update({name: inputs[0][:, 0].numel()})
        )
    with torch.no_grad():
        logits = network(torch.from_numpy(images.transpose(0, 3, 1, 2)).double())
    averages = {
        name: (module.running_mean.numpy(), module.running_var.numpy())
        for name, module in norms.items()
    }
    return logits.numpy(), averages, counts


@pytest.mark.parametrize("lowering", ["cpu", "plain"])
@pytest.mark.parametrize("train", [False, True])
def test_logits_and_running_averages(torch, pair, lowering, train):
    # Sides that are odd and even at each stride; the last maps have 2 x 2 positions, few enough for
    # the CPU lowering to compute them as matrix products.
    images = np.random.default_rng(1).normal(size=(3, 64, 45, 3)).astype(np.float32)
    detector, params, batch_stats, network = pair
    expected, averages, counts = run_reference(torch, network, images, train)

    with force_lowering(lowering), jax.default_matmul_precision("highest"):
        apply = jax.jit(lambda p, s, x: detector.apply(p, s, x, train=train, key=jax.random.key(0)))
        logits, new_stats = apply(params, batch_stats, images)

    assert 0.1 < expected.std() < 2  # the tolerance means something
    np.testing.assert_allclose(logits, expected, rtol=0, atol=2e-5)
    assert new_stats.keys() == averages.keys()
    for layer, (mean, var) in averages.items():
        old = batch_stats[layer]["var"]
        # PyTorch averages the unbiased variances of the batches, and we the biased ones.
        share = (counts[layer] - 1) / counts[layer] if train else 1
        expected_var = 0.9 * old + share * (var - 0.9 * old)
        np.testing.assert_allclose(new_stats[layer]["mean"], mean, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(new_stats[layer]["var"], expected_var, rtol=1e-5, atol=1e-5)
