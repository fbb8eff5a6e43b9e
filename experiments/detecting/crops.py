"""A face's crop as in training: the square of preparation, and its resizing by the library."""

import numpy as np

from data_prep.faces.boxes import Box
from data_prep.faces.crop import Square, crop_face, face_square
from data_prep.videos.options import DEFAULTS
from jaxticket.calibration import Framing, Seen
from jaxticket.decoding import resize


def face_crop(
    picture: np.ndarray,
    box: Box,
    image_size: int,
    prepared_side: int,
    framing: Framing | None = None,
) -> tuple[Square, np.ndarray]:
    """Return the square around a face, and its crop as the network sees it.

    Args:
        picture: RGB, uint8 [H, W, 3].
        box: of the face, pixels.
        image_size: side of what the network sees.
        prepared_side: of the crop on the way, as pictures lie in a prepared set.
        framing: how ready crops of validation lie around faces; None for preparation's own square.

    Returns:
        The square, and uint8 [image_size, image_size, 3].

    Raises:
        BoxOutsideError: the box lies outside the picture.
    """
    height, width = picture.shape[:2]
    if framing is None:
        square = face_square(box, width, height)
    else:
        longer = max(box.width, box.height)
        moved = box._replace(x=box.x + framing.right * longer, y=box.y + framing.down * longer)
        square = face_square(moved, width, height, framing.scale)
    return square, resize(crop_face(picture, square, prepared_side), image_size)


def prepared_side(seen: Seen | None) -> int:
    """Return the side of the pictures in the set that a ticket was calibrated on, pixels.

    That of its validation pictures where all have one, else preparation's default.
    """
    side = None if seen is None else seen.measures.get("side")
    return int(side.low) if side is not None and side.low == side.high else DEFAULTS.size
