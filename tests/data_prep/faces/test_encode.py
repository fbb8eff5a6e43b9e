import hashlib

import numpy as np

from data_prep.faces.encode import face_picture
from data_prep.media.perceptual_hash import perceptual_hash
from tests.data_prep.encoded import decoded

CROP = np.random.default_rng(0).integers(0, 256, (6, 5, 3), dtype=np.uint8)
MASK = np.array([[0, 255, 0], [255, 0, 0]], np.uint8)


def test_pixels_come_back():
    found = face_picture(CROP, MASK)
    np.testing.assert_array_equal(decoded(found.image), CROP)
    assert found.mask is not None
    np.testing.assert_array_equal(decoded(found.mask), MASK)
    assert found.pixels_sha256 == hashlib.sha256(b"6x5:" + CROP.tobytes()).hexdigest()
    assert found.perceptual_hash == perceptual_hash(CROP)


def test_without_a_mask():
    without, with_one = face_picture(CROP, None), face_picture(CROP, MASK)
    assert without.mask is None
    assert without.pixels_sha256 == without.content_sha256 == with_one.pixels_sha256
    assert with_one.content_sha256 not in (
        without.content_sha256,
        face_picture(CROP, 255 - MASK).content_sha256,
    )
