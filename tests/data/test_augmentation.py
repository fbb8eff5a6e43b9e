import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.data import AUGMENTATIONS, augment

IMAGES = jnp.arange(64 * 2 * 3 * 3, dtype=jnp.uint8).reshape(64, 2, 3, 3)


def flipped(out) -> np.ndarray:
    """Which pictures were mirrored; each must be whole, as it was or mirrored."""
    given, out = np.asarray(IMAGES), np.asarray(out)
    same = (out == given).all(axis=(1, 2, 3))
    mirrored = (out == given[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same ^ mirrored).all()
    return mirrored


def test_each_picture_is_mirrored_for_itself():
    mirrored = flipped(augment(jax.random.key(0), IMAGES, "flip"))
    assert 16 < mirrored.sum() < 48


def test_a_pure_function_of_the_key():
    first, again, other = (
        flipped(augment(jax.random.key(seed), IMAGES, kind="flip")) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_none_gives_the_pictures_back():
    np.testing.assert_array_equal(augment(jax.random.key(0), IMAGES, kind="none"), IMAGES)


@pytest.mark.parametrize("kind", AUGMENTATIONS)
@pytest.mark.parametrize("dtype", [jnp.uint8, jnp.float32, jnp.bfloat16])
def test_shape_and_type_stay(kind, dtype):
    out = augment(jax.random.key(0), IMAGES.astype(dtype), kind=kind)
    assert (out.shape, out.dtype) == (IMAGES.shape, dtype)


def test_both_halves_of_a_symmetric_choice_occur_over_keys():
    keys = jax.random.split(jax.random.key(3), 50)
    one = jnp.array([[[[0.0] * 3, [1.0] * 3]]])
    firsts = [float(augment(key, one, kind="flip")[0, 0, 0, 0]) for key in keys]
    assert set(firsts) == {0.0, 1.0}


def test_unknown_kind():
    with pytest.raises(ValueError, match="'crop' is unknown; use one of none, flip"):
        augment(jax.random.key(0), IMAGES, kind="crop")
