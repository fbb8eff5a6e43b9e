"""An array of a weight file that is not read yet, and the one error of all formats.

Arrays are read late so that a shape can be compared before anything of that size is allocated: a
few bytes can declare terabytes (a chunked HDF5 dataset without chunks, a PyTorch tensor of stride
zero).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np


class WeightFileError(ValueError):
    """A weight file cannot be read, or does not fit the detector."""


@dataclass(frozen=True)
class StoredArray:
    """An array of a weight file, not read yet.

    Attributes:
        name: its name in the file.
        shape: its shape as the file declares it.
        load: reads it as it is.
    """

    name: str
    shape: tuple[int, ...]
    load: Callable[[], np.ndarray]

    def read(self) -> np.ndarray:
        """Read it as float32; what is too large for float32 becomes infinite.

        Raises:
            WeightFileError: reading fails, or the values are not floating-point numbers.
        """
        with refusing(f"{self.name!r} cannot be read; the file may be damaged"):
            array = self.load()
            if not jnp.issubdtype(array.dtype, jnp.floating):
                raise WeightFileError(f"{self.name!r} holds {array.dtype}, not floating point")
            with np.errstate(over="ignore"):
                return np.asarray(array, np.float32)


Contents = dict[str, StoredArray]


@dataclass(frozen=True)
class WeightFile:
    """What a weight file holds and says.

    Attributes:
        arrays: by the file's own names; of Keras, "<layer>/<leaf>", in the order of the file.
        library: what its names are those of.
        config: Keras' description of the model; None where there is none.
        numbered: of Keras, whether the layers' numbers are those of their making, not of their
            place in the network.
        classes: the names of its outputs in their order; empty where it does not say them.
        notes: what was done to read it.
    """

    arrays: Contents
    library: Literal["own", "keras", "torch"]
    config: Any = None
    numbered: bool = True
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@contextmanager
def refusing(message: str) -> Iterator[None]:
    """Turn whatever a reading library raises on a damaged or hostile file into one error.

    The libraries raise a dozen kinds, from KeyError to MemoryError, and document none of them.
    """
    try:
        yield
    except WeightFileError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise WeightFileError(f"{message} ({reason})") from None
