"""Statistics of a whole frame in which a forgery may give itself away without its face.

Each function takes an RGB frame, uint8 [H, W, 3] with H and W at least 32, and returns features,
float64 [D], finite for every frame.
"""

from __future__ import annotations

import numpy as np

_PERCENTILES = (1, 5, 25, 50, 75, 95, 99)
# Rec. 601, as in the encoder.
_LUMA = np.array([[0.299, 0.587, 0.114]])
_LEAST_ENERGY = 1e-3
_SCALES = (1, 2, 4, 8)


def mean_colour(frame: np.ndarray) -> np.ndarray:
    """Return the means of R, G and B, 0 to 255 [3]."""
    return frame.reshape(-1, 3).mean(axis=0)


def channel_statistics(frame: np.ndarray) -> np.ndarray:
    """Return deviation, skewness, kurtosis, 7 percentiles of each channel; 3 correlations [33]."""
    values = frame.reshape(-1, 3)
    centred = values - values.mean(axis=0)
    # A frame of one colour has no shape: its skewness and correlations count as zero.
    deviation = np.maximum(centred.std(axis=0), 1e-6)
    correlation = centred.T @ centred / len(values) / np.outer(deviation, deviation)
    of_channels = [_channel(values[:, channel], deviation[channel]) for channel in range(3)]
    return np.concatenate([*of_channels, correlation[np.triu_indices(3, 1)]])


def block_statistics(frame: np.ndarray) -> np.ndarray:
    """Return what an encoder in blocks of 4 x 4 and 8 x 8 leaves in the luma [18].

    For either size: the logarithms of the mean absolute steps across and within blocks, rows and
    columns together, and their difference; of the AC energy of the blocks' DCT in five bands
    from low to high frequencies; and the share of AC coefficients that round to zero.
    """
    luma = _luma_of(frame)
    return np.concatenate([_blocks(luma, 4), _blocks(luma, 8)])


def sharpness(frame: np.ndarray) -> np.ndarray:
    """Return logarithms of the Laplacian's variance and of the gradients' energy at 4 scales [5].

    The scales are 1, 1/2, 1/4 and 1/8, by averaging areas of the luma.
    """
    import cv2

    luma = _luma_of(frame)
    energies = [cv2.Laplacian(luma, cv2.CV_64F).var()]
    for scale in _SCALES:
        height, width = (side // scale for side in luma.shape)
        small = cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA)
        energies.append(sum((np.diff(small, axis=axis) ** 2).mean() for axis in (0, 1)))
    return np.log(np.array(energies) + _LEAST_ENERGY)


def _luma_of(frame: np.ndarray) -> np.ndarray:
    """Return the luma, float64 [H, W], 0 to 255."""
    import cv2

    return cv2.transform(frame.astype(np.float64), _LUMA)


def _channel(values: np.ndarray, deviation: float) -> np.ndarray:
    """Return deviation, skewness, kurtosis and percentiles of 8-bit values, by their histogram."""
    share = np.bincount(values, minlength=256) / len(values)
    levels = np.arange(256)
    unit = (levels - share @ levels) / deviation
    percentiles = np.searchsorted(np.cumsum(share), np.array(_PERCENTILES) / 100)
    return np.concatenate([[deviation, share @ unit**3, share @ unit**4], percentiles])


def _blocks(luma: np.ndarray, size: int) -> np.ndarray:
    height, width = (side // size * size for side in luma.shape)
    luma = luma[:height, :width]
    steps = [np.abs(np.diff(luma, axis=axis)).mean(axis=1 - axis) for axis in (0, 1)]
    across = np.mean([step[size - 1 :: size].mean() for step in steps])
    within = np.mean([np.delete(step, np.s_[size - 1 :: size]).mean() for step in steps])
    edges = np.log(np.array([across, within]) + _LEAST_ENERGY)
    cut = luma.reshape(height // size, size, width // size, size).swapaxes(1, 2)
    cosines = _cosines(size)
    coefficients = cosines @ cut @ cosines.T
    energy = (coefficients**2).mean(axis=(0, 1))
    frequency = np.add.outer(np.arange(size), np.arange(size))
    # Bands of equal width in u + v, from 1 to 2 (size - 1).
    band = np.where(frequency == 0, -1, (frequency - 1) * 5 // (2 * size - 2))
    bands = [np.log(energy[band == number].mean() + _LEAST_ENERGY) for number in range(5)]
    zero = (np.abs(coefficients[..., frequency > 0]) < 0.5).mean()
    return np.concatenate([edges, [edges[0] - edges[1]], bands, [zero]])


def _cosines(size: int) -> np.ndarray:
    """Return the orthonormal DCT-II as a matrix [size, size]."""
    rows, columns = np.mgrid[0:size, 0:size]
    cosines = np.sqrt(2 / size) * np.cos(np.pi / size * rows * (columns + 0.5))
    cosines[0] = np.sqrt(1 / size)
    return cosines
