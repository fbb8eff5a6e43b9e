import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.models import build
from jaxticket.models.batch_norm import BatchNorm
from jaxticket.models.precision import InBfloat16, in_precision
from jaxticket.trees import leaves_by_path
from tests.tiny import SIDE, TinyDetector


def test_float32_is_the_detector_itself():
    detector = TinyDetector()
    assert in_precision(detector, "float32") is detector
    assert in_precision(detector, "bfloat16") == InBfloat16(detector)


def test_layers_see_bfloat16_and_what_comes_of_them_is_float32():
    seen = {}

    class Spy(TinyDetector):
        def apply(self, params, batch_stats, x, **options):
            seen.update(leaves_by_path({"params": params, "stats": batch_stats, "x": x}))
            return super().apply(params, batch_stats, x, **options)

    detector = in_precision(Spy(), "bfloat16")
    params, stats = TinyDetector().init(jax.random.key(0), SIDE)
    images = np.random.default_rng(0).integers(0, 256, (4, SIDE, SIDE, 3), dtype=np.uint8)

    def loss(params):
        x, key = detector.normalise(images), jax.random.key(1)
        logits, new = detector.apply(params, stats, x, train=True, key=key)
        return logits.sum(), (logits, new)

    gradients, (logits, new) = jax.grad(loss, has_aux=True)(params)
    kinds = {name: leaf.dtype for name, leaf in seen.items()}
    assert kinds.pop("x") == jnp.bfloat16
    assert {kinds[name] for name in kinds if name.startswith("stats")} == {jnp.dtype("float32")}
    assert {kinds[name] for name in kinds if name.startswith("params")} == {jnp.dtype("bfloat16")}
    for leaf in jax.tree.leaves((gradients, logits, new)):
        assert leaf.dtype == jnp.float32
    want, _ = TinyDetector().apply(
        params, stats, detector.normalise(images), train=True, key=jax.random.key(1)
    )
    np.testing.assert_allclose(logits, want, atol=0.05)  # bfloat16 has 8 bits: 2**-8 of about 1
    assert float(jnp.abs(logits - want).max()) > 0


def test_batch_statistics_of_bfloat16_are_summed_in_float32():
    # A mean of 100 with a deviation of 1: bfloat16 has steps of a half there.
    x = jnp.asarray(np.random.default_rng(0).normal(100, 1, (64, 8, 8, 3)), jnp.bfloat16)
    layer = BatchNorm(1e-5)
    variables = layer.init(jax.random.key(0), x.astype(jnp.float32), False)
    rounded = {
        **variables,
        "params": jax.tree.map(lambda p: p.astype(x.dtype), variables["params"]),
    }
    y, updates = layer.apply(rounded, x, True, mutable=["batch_stats"])
    assert y.dtype == jnp.bfloat16
    exact = np.asarray(x, np.float64)
    statistics = updates["batch_stats"]
    assert statistics["mean"].dtype == statistics["var"].dtype == jnp.float32
    np.testing.assert_allclose(statistics["mean"], 0.1 * exact.mean((0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(statistics["var"], 0.9 + 0.1 * exact.var((0, 1, 2)), rtol=1e-4)


@pytest.mark.parametrize("model", ["cnn5", "meso4"])
def test_a_models_layers_keep_the_type_that_they_are_given(model):
    detector = build(model)
    params, stats = jax.eval_shape(lambda: detector.init(jax.random.key(0), 64))
    x = jax.ShapeDtypeStruct((2, 64, 64, 3), jnp.bfloat16)
    half = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(leaf.shape, jnp.bfloat16), params)
    logits, _ = jax.eval_shape(
        lambda params, stats, x, key: detector.apply(params, stats, x, train=True, key=key),
        half, stats, x, jax.eval_shape(lambda: jax.random.key(0)),
    )  # fmt: skip
    assert logits.dtype == jnp.bfloat16
