import io

import numpy as np
import pytest
from PIL import Image

from data_prep.media.perceptual_hash import NEAR, as_words, distances, perceptual_hash


def hash_of(picture: Image.Image) -> bytes:
    found = perceptual_hash(np.asarray(picture))
    assert found is not None
    return found


def between(one: Image.Image, other: Image.Image) -> int:
    (distance,) = distances(as_words([hash_of(one)]), as_words([hash_of(other)]))
    return distance


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out)


def test_half_of_the_bits_are_set(drawing):
    assert len(hash_of(drawing)) == 32
    assert int.from_bytes(hash_of(drawing), "big").bit_count() == 128


def test_one_wave_sets_its_own_bit_and_its_mirror_image_the_others():
    # cos((2x + 1) 3 pi / 128) cos((2y + 1) 5 pi / 128): coefficient (5, 3) alone is positive.
    rows, columns = (np.cos((2 * np.arange(64) + 1) * k * np.pi / 128) for k in (5, 3))
    wave = 128 + 100 * np.outer(rows, columns)
    luma = np.rint(wave).astype(np.uint8)
    place = (5 - 1) * 16 + (3 - 1)
    for sign, picture in ((1, luma), (0, 255 - luma)):
        grey = np.repeat(picture[..., None], 3, axis=-1)
        found = np.unpackbits(np.frombuffer(perceptual_hash(grey), np.uint8))
        assert found[place] == sign


def test_copies_are_near(drawing):
    for copy in (
        jpeg(drawing, 30),
        drawing.resize((100, 100)),
        drawing.resize((320, 320)),
        drawing.point(lambda value: value * 0.9 + 5),
    ):
        assert between(drawing, copy) <= NEAR


def test_other_pictures_are_not(drawing, picture):
    others = [picture(seed).resize((64, 64)) for seed in range(8)]
    assert min(between(drawing, other) for other in others) > 5 * NEAR
    assert between(drawing, drawing.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) > 5 * NEAR


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (300, 200)])
def test_flat_pictures_have_none(size):
    assert perceptual_hash(np.full((*size, 3), 200, np.uint8)) is None


def test_an_almost_flat_picture_has_none():
    noise = np.random.default_rng(0).integers(0, 4, (64, 64, 3), dtype=np.uint8)
    assert perceptual_hash(noise) is None


def test_distances_by_hand():
    one, other = bytes(32), bytes([1]) + bytes(30) + bytes([0b10000001])
    words = as_words([one, other, bytes([255]) * 32])
    assert words.shape == (3, 4)
    assert distances(words[[0, 0, 1]], words[[1, 2, 1]]).tolist() == [3, 256, 0]
