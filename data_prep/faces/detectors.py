"""Face detectors by name: `dlib`, or one of the user's own as `module:name`."""

from __future__ import annotations

import inspect
import pickle
import pkgutil
from collections.abc import Callable
from typing import Any, cast

from data_prep.faces.dlib_detector import DlibDetector, load_dlib
from data_prep.faces.follow import Detector

DLIB = "dlib"
DETECTOR_HELP = (
    f"`{DLIB}`, or `module:name`: a picklable function of an RGB picture (uint8 [H, W, 3]) that "
    "gives the boxes (x, y, width, height) of its faces, or a class or function without arguments "
    "that makes one"
)


class DetectorError(ValueError):
    """A detector that cannot be had."""


def load_detector(name: str) -> Detector:
    """Return the detector called `name`.

    Args:
        name: `dlib`, or `module:name` of a module that can be imported: a `Detector`, or what gives
            one when it is called without arguments.

    Raises:
        DetectorError: dlib is not installed, there is no such thing, or it cannot go into other
            processes.
    """
    if name in DETECTORS:
        return DETECTORS[name]()
    if not all(name.partition(":")):
        raise DetectorError(f"there is no detector {name!r}: give {DETECTOR_HELP}")
    try:
        named: Any = pkgutil.resolve_name(name)
        detector: Any = named() if _needs_nothing(named) else named
    except Exception as error:  # whatever somebody's module raises
        raise DetectorError(
            f"the detector {name!r} cannot be had: {type(error).__name__}: {error}; it is "
            f"{DETECTOR_HELP}"
        ) from error
    if not callable(detector):
        raise DetectorError(f"the detector {name!r} is a {type(detector).__name__}, not a function")
    try:
        pickle.dumps(detector)
    except Exception as error:  # whatever the parts of somebody's detector raise
        raise DetectorError(
            f"the detector {name!r} cannot be pickled, so that it cannot work in several "
            f"processes: {error}; load what cannot be pickled when it is first called"
        ) from error
    return cast("Detector", detector)


def _dlib() -> Detector:
    try:
        load_dlib()
    except ModuleNotFoundError as error:
        raise DetectorError(str(error)) from error
    return DlibDetector()


DETECTORS: dict[str, Callable[[], Detector]] = {DLIB: _dlib}


def _needs_nothing(named: Any) -> bool:
    """Return whether `named` can be called without arguments: it makes a detector, and is none."""
    try:
        inspect.signature(named).bind()
    except (TypeError, ValueError):
        return False
    return True
