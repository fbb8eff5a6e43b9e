"""Pictures as they stand in records."""

import io

import numpy as np
from PIL import Image


def decoded(png: bytes) -> np.ndarray:
    """The pixels of a PNG."""
    opened = Image.open(io.BytesIO(png))
    assert opened.format == "PNG"
    return np.asarray(opened)
