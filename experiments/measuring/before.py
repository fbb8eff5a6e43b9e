"""What comes before a detector, counted apart: decoding a picture, finding the faces in it."""

import io
import time
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from data_prep.faces.dlib_detector import DlibDetector, load_dlib
from jaxticket.data.prepared import PreparedSet, records
from jaxticket.decoding import decode_square
from jaxticket.runs.efficiency import Step


def encoded_pictures(prepared: PreparedSet, count: int) -> list[bytes]:
    """Return the first test pictures of a prepared set, as JPEG or PNG."""
    found = records(prepared, "test")
    return [bytes(found[place]["image"]) for place in range(min(count, len(found)))]


def time_decoding(pictures: Sequence[bytes], image_size: int) -> Step:
    """Return what decoding and resizing takes, on one thread."""
    import cv2

    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _step(lambda encoded: decode_square(encoded, image_size), pictures)
    finally:
        cv2.setNumThreads(threads)


def time_face_finding(pictures: Sequence[bytes]) -> Step:
    """Return what finding the faces takes, in the pictures as large as they are stored.

    Raises:
        ModuleNotFoundError: dlib is not installed.
    """
    load_dlib()
    whole = [
        np.asarray(Image.open(io.BytesIO(each), formats=("JPEG", "PNG")).convert("RGB"))
        for each in pictures
    ]
    return _step(DlibDetector(), whole)


def _step(work: Callable, things: Sequence) -> Step:
    work(things[0])
    seconds = []
    for thing in things:
        begin = time.perf_counter()
        work(thing)
        seconds.append(time.perf_counter() - begin)
    median, p95 = np.quantile(seconds, [0.5, 0.95])
    return Step(pictures=len(things), median=float(median), p95=float(p95))
