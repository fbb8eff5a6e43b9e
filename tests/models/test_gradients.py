"""What differentiation with respect to the parameters costs, and that no lowering changes it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models import build
from jaxticket.models.lowering import force_lowering


def make_loss(detector, batch_stats, x):
    def loss(params):
        logits, after = detector.apply(params, batch_stats, x, train=True, key=jax.random.key(7))
        return jnp.sum(jnp.sin(logits)), after

    return loss


@pytest.mark.parametrize(("name", "convolutions"), [("cnn5", 5), ("resnet18", 20)])
def test_the_images_have_no_gradient(name, convolutions):
    """Forward, to the kernel and to the input for each layer; the first has no gradient to it."""
    detector = build(name)
    params, batch_stats = jax.eval_shape(lambda key: detector.init(key, 32), jax.random.key(0))
    x = jax.ShapeDtypeStruct((2, 32, 32, 3), jnp.float32)
    with force_lowering("plain"):
        jaxpr = jax.make_jaxpr(
            lambda params, stats, x: jax.grad(make_loss(detector, stats, x), has_aux=True)(params)
        )(params, batch_stats, x)
    assert str(jaxpr).count("conv_general_dilated[") == 3 * convolutions - 1


def test_both_lowerings_have_the_same_gradient():
    detector = build("cnn5")
    draw = np.random.default_rng(0)
    shapes = jax.eval_shape(lambda key: detector.init(key, 40), jax.random.key(0))
    params, batch_stats = jax.tree.map(
        lambda leaf: draw.uniform(-0.3, 0.5, leaf.shape).astype(np.float32), shapes
    )
    x = draw.standard_normal((4, 40, 40, 3), np.float32)

    def differentiate(lowering):
        with force_lowering(lowering):
            loss = make_loss(detector, batch_stats, x)
            return jax.jit(jax.value_and_grad(loss, has_aux=True))(params)

    plain, ours = differentiate("plain"), differentiate("cpu")
    largest = max(float(np.abs(leaf).max()) for leaf in jax.tree.leaves(plain[1]))
    assert largest > 0
    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4 * largest), ours, plain
    )
