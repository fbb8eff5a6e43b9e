"""dlib's frontal face detector, which FaceForensics++ was cropped by.

Histograms of oriented gradients and a linear classifier (Dalal and Triggs 2005; King 2015,
1502.00046); its weights are part of dlib. Needs the extra `faces`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from data_prep.faces.boxes import BOXES_HELP, Box


@dataclass(frozen=True)
class DlibDetector:
    """Finds frontal faces of 80 pixels and more, or of 40 after one doubling of the picture.

    Attributes:
        upsample: how often the picture's size is doubled before; 1 in the official protocol.
    """

    in_threads: ClassVar[bool] = True
    """Threads find faces side by side: dlib releases the interpreter's lock."""

    upsample: int = 1

    def __call__(self, picture: np.ndarray) -> list[Box]:
        """Return the boxes of all faces, those that dlib is surest of first.

        Args:
            picture: RGB, uint8 [H, W, 3].

        Raises:
            ModuleNotFoundError: dlib is not installed.
        """
        faces = _frontal_detector()(np.ascontiguousarray(picture), self.upsample)
        # dlib's right and bottom are the last pixels inside. The official crop takes the
        # differences for the sides, one pixel less than dlib does, and so must these boxes.
        return [
            Box(face.left(), face.top(), face.right() - face.left(), face.bottom() - face.top())
            for face in faces
        ]


def load_dlib() -> Any:
    """Return the module dlib.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    try:
        import dlib  # pyright: ignore[reportMissingImports]
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "faces are found by dlib, which is not installed: install the extra `faces` "
            "(pip install 'jaxticket[faces]'), or give a file of "
            f"face boxes (--boxes), of the form {BOXES_HELP}",
            name="dlib",
        ) from None
    return dlib


_OF_THREAD = threading.local()


def _frontal_detector() -> Any:
    """Return the detector of this thread: it holds the picture that it works on.

    Making one takes a quarter of a second.
    """
    if not hasattr(_OF_THREAD, "detector"):
        _OF_THREAD.detector = load_dlib().get_frontal_face_detector()
    return _OF_THREAD.detector
