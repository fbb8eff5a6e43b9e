"""Is a picture like those of validation? Measures of what is known to make detectors err."""

from collections.abc import Iterable, Mapping

import numpy as np

from jaxticket.calibration.record import Range

MEASURES = {
    "side": "shorter side of the face in pixels",
    "sharpness": "sharpness",
    "contrast": "contrast",
    "brightness": "brightness",
    "bytes": "bytes a pixel of the JPEG",
}
"""In words."""


def measure(side: int, square: np.ndarray, jpeg_bytes: float | None = None) -> dict[str, float]:
    """Return the measures of a picture or of a face's crop.

    Sharpness is the mean absolute Laplacian of the luma over its standard deviation: low after
    blur, enlargement and strong compression, high with noise.

    Args:
        side: the shorter one before it was resized, pixels.
        square: as the network sees it, RGB, uint8 [S, S, 3], S at least 3.
        jpeg_bytes: of the file a pixel; None where it is no JPEG.
    """
    luma = square.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    inner = luma[1:-1, 1:-1]
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    contrast = float(luma.std())
    found = {
        "side": float(side),
        "sharpness": float(np.abs(around - 4 * inner).mean()) / (contrast + 1e-6),
        "contrast": contrast,
        "brightness": float(luma.mean()),
    }
    return found if jpeg_bytes is None else found | {"bytes": float(jpeg_bytes)}


def ranges(measured: Iterable[Mapping[str, float]]) -> dict[str, Range]:
    """Return what each measure spans, of those that all pictures have."""
    rows = list(measured)
    names = [name for name in MEASURES if rows and all(name in row for row in rows)]
    columns = {name: np.array([row[name] for row in rows]) for name in names}
    return {
        name: Range(low=float(c.min()), middle=float(np.median(c)), high=float(c.max()))
        for name, c in columns.items()
    }


def unlike(measured: Mapping[str, float], seen: Mapping[str, Range]) -> list[str]:
    """Return what lies outside of what validation held: name, colon, value and range each."""
    found = []
    for name, text in MEASURES.items():
        if name not in measured or name not in seen:
            continue
        value, span = measured[name], seen[name]
        if not span.low <= value <= span.high:
            found.append(f"{text}: {value:.3g}, validation held {span.low:.3g} to {span.high:.3g}")
    return found
