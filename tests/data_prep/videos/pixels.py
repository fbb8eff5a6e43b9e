"""What the small videos of these tests show, by the video's name alone."""

import zlib

import numpy as np

HEIGHT, WIDTH = 48, 64
FRAMES = 4
SIDE = 26  # int(20 * 1.3)


def frames_of(video: str, count: int = FRAMES) -> list[np.ndarray]:
    """Noise: RGB, uint8 [48, 64, 3]."""
    draw = np.random.default_rng(zlib.crc32(video.encode()))
    return list(draw.integers(0, 256, (count, HEIGHT, WIDTH, 3), dtype=np.uint8))


def masks_of(video: str, count: int = FRAMES) -> list[np.ndarray]:
    """Noise of 0 and 255: uint8 [48, 64]."""
    return [
        np.where(frame[..., 0] < 128, 0, 255).astype(np.uint8) for frame in frames_of(video, count)
    ]


def box_of(original: str, frame: int) -> tuple[int, int, int, int]:
    """A box that moves with the frame and differs between originals."""
    return (8 + int(original[-3:]) % 3 + frame, 10, 20, 16)


def crop_of(picture: np.ndarray, original: str, frame: int) -> np.ndarray:
    """The pixels that the crop of `box_of` holds: its centre is (x + 10, 18), its side 26."""
    left = box_of(original, frame)[0] + 10 - 13
    return picture[5 : 5 + SIDE, left : left + SIDE]
