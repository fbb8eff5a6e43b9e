"""Reading weight files of four formats: the names and shapes first, arrays when asked for.

A weight file comes from strangers. No code in it is ever run, nothing outside it is opened, and
whatever a reading library raises on a damaged file becomes one `WeightFileError`.
"""

from jaxticket.models.weight_files.opening import FORMATS, open_weights
from jaxticket.models.weight_files.stored import (
    Contents,
    StoredArray,
    WeightFile,
    WeightFileError,
    refusing,
)

__all__ = [
    "FORMATS",
    "Contents",
    "StoredArray",
    "WeightFile",
    "WeightFileError",
    "open_weights",
    "refusing",
]
