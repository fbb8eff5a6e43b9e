"""Maps equal those of the PyPI package grad-cam on torchvision's ResNet-18 of the same weights."""

import importlib
import importlib.util
import warnings

import jax
import numpy as np
import pytest

from jaxticket.attention.maps import make_maps, resize_maps, scale_to_unit
from jaxticket.attention.maps.activation_maps import PACKAGE_EPSILON
from jaxticket.models import build
from jaxticket.models.pretrained import load_weights
from tests.models.test_parity import empty_trees, random_state

HEIGHT, WIDTH = 96, 80
CLASSES = {"grad_cam": "GradCAM", "grad_cam_plus_plus": "GradCAMPlusPlus", "hires_cam": "HiResCAM"}
CASES = [
    ("grad_cam", None, (3, 3)),
    ("grad_cam", "layer3.1", (6, 5)),
    ("grad_cam_plus_plus", None, (3, 3)),
    ("grad_cam_plus_plus", "layer3.1", (6, 5)),
    ("hires_cam", "layer3.1", (6, 5)),
]


@pytest.fixture(scope="module")
def package(torchvision_models):
    """The package, or a skip."""
    if importlib.util.find_spec("pytorch_grad_cam") is None:
        pytest.skip("the package grad-cam is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what else it imports
        return importlib.import_module("pytorch_grad_cam")


@pytest.fixture(scope="module")
def pair(torch, torchvision_models, tmp_path_factory):
    """Our ResNet-18 with its trees, and torchvision's with the same random weights."""
    detector = build("resnet18", num_logits=3)
    network = torchvision_models.resnet18(num_classes=3)
    state = random_state(network, np.random.default_rng(0))
    network.load_state_dict({k: torch.from_numpy(v) for k, v in state.items()}, strict=False)
    path = tmp_path_factory.mktemp("resnet18") / "weights.pth"
    torch.save(network.state_dict(), path)
    params, batch_stats, notes = load_weights(path, detector, *empty_trees(detector, 64))
    assert notes == ["the file's 3 logits were taken as those of the classes in their order"]
    return detector, params, batch_stats, network.eval()


@pytest.mark.parametrize(("method", "layer", "sides"), CASES)
def test_as_the_package(torch, package, pair, method, layer, sides):
    detector, params, batch_stats, network = pair
    images = np.random.default_rng(1).integers(0, 256, (3, HEIGHT, WIDTH, 3), dtype=np.uint8)
    classes = np.array([2, 0, 1])
    targets = importlib.import_module("pytorch_grad_cam.utils.model_targets")
    x = torch.from_numpy(np.array(detector.normalise(images)).transpose(0, 3, 1, 2))
    stage = network.get_submodule(layer or "layer4")
    with getattr(package, CLASSES[method])(network, [stage]) as cam:
        shown = cam(x, [targets.ClassifierOutputTarget(int(c)) for c in classes])
        parts = cam.activations_and_grads
        own = cam.get_cam_image(
            x, stage, None, parts.activations[0].numpy(), parts.gradients[0].numpy(), False
        )  # before its rectifier and up-sampling

    with jax.default_matmul_precision("highest"):
        signed = make_maps(detector, method, layer, rectify=False, epsilon=PACKAGE_EPSILON)
        signed = np.asarray(signed(params, batch_stats, images, classes))

    assert signed.shape[1:] == sides
    largest = np.abs(own).max()
    np.testing.assert_allclose(signed / largest, own / largest, rtol=0, atol=1e-4)
    resized = resize_maps(scale_to_unit(np.maximum(signed, 0)), HEIGHT, WIDTH)
    # The package scales once more after it has resized.
    np.testing.assert_allclose(scale_to_unit(resized), shown, rtol=0, atol=1e-4)
