"""Corruptions with five levels each, to test how a detector stands what happens to pictures.

The kinds follow the perturbations of DeeperForensics-1.0 (Jiang et al. 2020, 2001.03024) and the
idea of named levels Hendrycks and Dietterich 2019 (1903.12261); the levels are our own choice,
given in `CORRUPTION_LEVELS`. Lengths are relative to the picture, so that a level means as much at
64 as at 256 pixels; codecs work on the pixels they are given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from jaxticket.data.examples import Examples
from jaxticket.data.still_h264 import through_h264

CORRUPTION_LEVELS: Mapping[str, tuple[float, ...]] = {
    "jpeg": (90, 70, 50, 30, 10),
    "blur": (1.5, 2.5, 4, 6, 8),
    "noise": (4, 8, 16, 24, 32),
    "scaling": (1.5, 2, 3, 4, 6),
    "h264": (23, 30, 35, 40, 45),
}
"""By level 1..5: JPEG quality; Gaussian blur, sigma in 1/256 of the picture's side; Gaussian noise,
sigma of 255; factor by which the picture is scaled down (areas averaged) and up again (linear);
quantisation parameter of H.264, where six more are twice the step."""

_SIDE = 256


@dataclass(frozen=True)
class Corruption:
    """A kind of corruption at a level.

    Attributes:
        kind: a key of `CORRUPTION_LEVELS`.
        level: 1 (mild) to 5.

    Raises:
        ValueError: the kind is unknown, or the level not from 1 to 5.
    """

    kind: str
    level: int

    def __post_init__(self) -> None:
        if self.kind not in CORRUPTION_LEVELS:
            kinds = ", ".join(CORRUPTION_LEVELS)
            raise ValueError(f"the corruption {self.kind!r} is unknown; use one of {kinds}")
        last = len(CORRUPTION_LEVELS[self.kind])
        if not 1 <= self.level <= last:
            raise ValueError(
                f"the level of the corruption {self.kind} must be 1 to {last}, not {self.level}"
            )

    def __str__(self) -> str:
        """`kind:level`, as `parse_corruption` takes it."""
        return f"{self.kind}:{self.level}"


def parse_corruption(text: str) -> Corruption:
    """The corruption that `kind:level` names, for example `jpeg:3`.

    Raises:
        ValueError: the text has another form, the kind is unknown, or the level not from 1 to 5.
    """
    kind, colon, level = text.partition(":")
    if not colon or not level.isdecimal():
        raise ValueError(
            f"a corruption is given as kind:level, for example jpeg:3, not {text!r}; the kinds are "
            f"{', '.join(CORRUPTION_LEVELS)}"
        )
    return Corruption(kind, int(level))


def parse_corruptions(text: str) -> list[Corruption | None]:
    """Return the corruptions that a text such as `jpeg:3,blur:all` names; None, clean, is first.

    Raises:
        ValueError: a kind or a level is unknown.
    """
    named: dict[Corruption | None, None] = {None: None}
    for part in text.split(","):
        kind, _, level = part.partition(":")
        if part == "none":
            continue
        kinds = list(CORRUPTION_LEVELS) if part == "all" else [kind]
        if part == "all" or (level == "all" and kind in CORRUPTION_LEVELS):
            for kind in kinds:
                last = len(CORRUPTION_LEVELS[kind])
                named |= dict.fromkeys(Corruption(kind, level) for level in range(1, last + 1))
        else:
            named[parse_corruption(part)] = None
    return list(named)


def corrupt(picture: np.ndarray, corruption: Corruption, seed: int, key: str) -> np.ndarray:
    """The corrupted picture: a function of the picture, the corruption, and (seed, key).

    Args:
        picture: RGB, uint8 [H, W, 3].
        corruption: what is done.
        seed: of the whole test.
        key: of the picture. Noise is drawn by (seed, key) and only its strength by the level.

    Returns:
        RGB, uint8 [H, W, 3].
    """
    strength = CORRUPTION_LEVELS[corruption.kind][corruption.level - 1]
    if corruption.kind == "noise":
        return _noise(picture, strength, _generator(seed, key))
    return _KINDS[corruption.kind](picture, strength)


def corrupted(examples: Examples, corruption: Corruption, seed: int) -> Examples:
    """The same examples with corrupted pictures, for evaluation.

    Pictures are corrupted when they are asked for, at the size at which the detector sees them, and
    are not held. Labels, keys, masks and order stay.
    """

    def images(indices: np.ndarray) -> np.ndarray:
        whole = examples.images(indices)
        keys = examples.keys[indices]
        for place, key in enumerate(keys):
            whole[place] = corrupt(whole[place], corruption, seed, str(key))
        return whole

    return replace(examples, in_memory=False, _images=images)


def _jpeg(picture: np.ndarray, quality: float) -> np.ndarray:
    import cv2

    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None  # it was encoded just before
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def _blur(picture: np.ndarray, sigma: float) -> np.ndarray:
    import cv2

    pixels = sigma * max(picture.shape[:2]) / _SIDE
    return cv2.GaussianBlur(picture, (0, 0), pixels, borderType=cv2.BORDER_REFLECT_101)


def _scaling(picture: np.ndarray, factor: float) -> np.ndarray:
    import cv2

    height, width = picture.shape[:2]
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _h264(picture: np.ndarray, quantisation: float) -> np.ndarray:
    return through_h264(picture, int(quantisation))


def _noise(picture: np.ndarray, sigma: float, generator: np.random.Generator) -> np.ndarray:
    noisy = picture + generator.standard_normal(picture.shape, np.float32) * np.float32(sigma)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


_KINDS: Mapping[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "jpeg": _jpeg,
    "blur": _blur,
    "scaling": _scaling,
    "h264": _h264,
}


def _generator(seed: int, key: str) -> np.random.Generator:
    digest = hashlib.sha256(f"jaxticket corruption {seed} {key}".encode()).digest()
    return np.random.Generator(np.random.Philox(int.from_bytes(digest[:16], "big")))
