import cv2
import numpy as np
import pytest
import scipy.fft
import scipy.stats

from data_prep.probing.frame_statistics import (
    block_statistics,
    channel_statistics,
    mean_colour,
    sharpness,
)

LUMA = np.array([0.299, 0.587, 0.114])


def noise(height: int = 48, width: int = 64) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)


def blurred(deviation: float) -> np.ndarray:
    return cv2.GaussianBlur(noise(), (0, 0), deviation)


@pytest.mark.parametrize(
    ("statistics", "size"),
    [(mean_colour, 3), (channel_statistics, 33), (block_statistics, 18), (sharpness, 5)],
)
@pytest.mark.parametrize("level", [0, 77, 255])
def test_sizes_and_finite_on_a_frame_of_one_colour(statistics, size, level):
    for frame in (noise(), noise(45, 61), np.full((32, 32, 3), level, np.uint8)):
        features = statistics(frame)
        assert features.shape == (size,)
        assert features.dtype == np.float64
        assert np.isfinite(features).all()


def test_mean_colour():
    frame = np.zeros((32, 32, 3), np.uint8)
    frame[:16] = (200, 100, 50)
    assert mean_colour(frame).tolist() == [100, 50, 25]


def test_channel_statistics_are_those_of_scipy():
    frame = blurred(1.0)
    found = channel_statistics(frame)
    for channel in range(3):
        values = frame[..., channel].reshape(-1).astype(float)
        deviation, skewness, kurtosis, *percentiles = found[10 * channel : 10 * channel + 10]
        assert deviation == pytest.approx(values.std())
        assert skewness == pytest.approx(scipy.stats.skew(values))
        assert kurtosis == pytest.approx(scipy.stats.kurtosis(values, fisher=False))
        wanted = np.percentile(values, (1, 5, 25, 50, 75, 95, 99), method="inverted_cdf")
        assert percentiles == wanted.tolist()
    wanted = np.corrcoef(frame.reshape(-1, 3).T.astype(float))
    assert found[30:] == pytest.approx([wanted[0, 1], wanted[0, 2], wanted[1, 2]])


def test_channel_statistics_of_one_colour():
    found = channel_statistics(np.full((32, 32, 3), 77, np.uint8))
    assert found[:10].tolist() == pytest.approx([0, 0, 0, *[77] * 7], abs=1e-5)
    assert found[30:].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("size", "first"), [(4, 0), (8, 9)])
def test_steps_at_the_borders_of_blocks(size, first):
    rows, columns = np.mgrid[0:48, 0:64]
    board = 100 + 10 * ((rows // size + columns // size) % 2)
    across, within, difference = block_statistics(
        np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    )[first : first + 3]
    # Every step at a border is 10 levels, every other one 0.
    assert across == pytest.approx(np.log(10 + 1e-3), abs=1e-4)
    assert within == pytest.approx(np.log(1e-3), abs=1e-2)
    assert difference == pytest.approx(across - within)


@pytest.mark.parametrize(("size", "first"), [(4, 0), (8, 9)])
def test_the_bands_hold_the_energy_of_a_cosine_transform(size, first):
    frame = blurred(0.7)
    luma = frame.astype(float) @ LUMA
    bands = np.zeros(5)
    counts = np.zeros(5)
    zeros = []
    blocks = [
        scipy.fft.dctn(luma[top : top + size, left : left + size], norm="ortho")
        for top in range(0, 48, size)
        for left in range(0, 64, size)
    ]
    for u in range(size):
        for v in range(size):
            if u + v:
                band = (u + v - 1) * 5 // (2 * size - 2)
                values = np.array([block[u, v] for block in blocks])
                bands[band] += (values**2).mean()
                counts[band] += 1
                zeros.append((np.abs(values) < 0.5).mean())
    found = block_statistics(frame)[first : first + 9]
    assert found[3:8] == pytest.approx(np.log(bands / counts), abs=1e-3)
    assert found[8] == pytest.approx(np.mean(zeros), abs=1e-3)


def test_an_encoder_of_blocks_leaves_its_borders():
    frame = blurred(1.5)
    written = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 20])[1]
    jpeg = cv2.imdecode(written, cv2.IMREAD_COLOR)
    before, after = block_statistics(frame), block_statistics(jpeg)
    assert after[11] > before[11] + 0.1  # steps at the borders of 8 x 8 over those within
    assert after[17] > before[17] + 0.1  # share of coefficients that round to zero


def test_sharpness_by_hand():
    # Stripes one pixel wide, 0 and 100: at half the size all is 50.
    frame = np.zeros((32, 32, 3), np.uint8)
    frame[:, 1::2] = 100
    found = sharpness(frame)
    assert found[1] == pytest.approx(np.log(100.0**2), abs=1e-4)
    assert found[2:] == pytest.approx([np.log(1e-3)] * 3, abs=1e-2)
    assert found[0] == pytest.approx(np.log(200.0**2), abs=1e-4)


def test_blur_lowers_sharpness_most_where_it_is_fine():
    sharp, soft, softer = (sharpness(blurred(deviation)) for deviation in (0.5, 1.0, 2.0))
    assert (sharp > soft).all()
    assert (soft > softer).all()
    fall = sharp - softer
    assert (fall[1:-1] > fall[2:]).all()
