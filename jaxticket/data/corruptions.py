"""Corruptions with five levels each, to test how a detector stands what happens to pictures.

The kinds follow the perturbations of DeeperForensics-1.0 (Jiang et al. 2020, 2001.03024) and the
idea of named levels Hendrycks and Dietterich 2019 (1903.12261); the levels are our own choice,
given in `CORRUPTIONS`. Lengths are relative to the picture, so that a level means as much at
64 as at 256 pixels; codecs work on the pixels they are given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from jaxticket.data.examples import Examples
from jaxticket.data.still_h264 import through_h264
from jaxticket.doors import is_own, look_up_row, naming

_SIDE = 256

Change = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]
"""`(picture, strength, draw) -> picture`, RGB uint8 [H, W, 3] both; `draw` is all the chance there
is, the same for a picture at every strength."""


@dataclass(frozen=True)
class CorruptionKind:
    """What is done to pictures, and how strongly at each level.

    Attributes:
        change: does it.
        strengths: of level 1 (mild), 2 and so on.
    """

    change: Change
    strengths: tuple[float, ...] = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Corruption:
    """A kind of corruption at a level.

    Attributes:
        name: as for `corruption_kind`.
        level: 1 (mild) to the last of its kind, 5 for those of the table.

    Raises:
        ValueError: the kind is unknown or has no such level, or a user's own gives no picture.
    """

    name: str
    level: int

    def __post_init__(self) -> None:
        last = len(corruption_kind(self.name).strengths)
        if not 1 <= self.level <= last:
            raise ValueError(
                f"the level of the corruption {self.name} must be 1 to {last}, not {self.level}"
            )
        if is_own(self.name):
            corrupt(np.full((8, 8, 3), 128, np.uint8), self, 0, "")

    def __str__(self) -> str:
        """Return `name:level`, as `parse_corruption` takes it."""
        return f"{self.name}:{self.level}"

    @property
    def strength(self) -> float:
        """The strength of its kind at this level."""
        return corruption_kind(self.name).strengths[self.level - 1]


def parse_corruption(text: str) -> Corruption:
    """Return the corruption that `name:level` names, such as `jpeg:3` or `package.module:name:3`.

    Raises:
        ValueError: the text has another form, or what `Corruption` raises.
    """
    name, colon, level = text.rpartition(":")
    if not colon or not level.isdecimal():
        raise ValueError(
            f"a corruption is given as kind:level, for example jpeg:3, not {text!r}; the kinds are "
            f"{', '.join(CORRUPTIONS)}, or your own as package.module:name"
        )
    return Corruption(name, int(level))


def parse_corruptions(text: str) -> list[Corruption | None]:
    """Return the corruptions that a text such as `jpeg:3,blur:all` names; None, clean, is first.

    Raises:
        ValueError: a kind or a level is unknown.
    """
    named: dict[Corruption | None, None] = {None: None}
    for part in text.split(","):
        if part == "none":
            continue
        name, _, level = part.rpartition(":")
        if part != "all" and level != "all":
            named[parse_corruption(part)] = None
            continue
        for kind in CORRUPTIONS if part == "all" else [name]:
            last = len(corruption_kind(kind).strengths)
            named |= dict.fromkeys(Corruption(kind, level) for level in range(1, last + 1))
    return list(named)


def corrupt(picture: np.ndarray, corruption: Corruption, seed: int, key: str) -> np.ndarray:
    """Return the corrupted picture: a function of the picture, the corruption, and (seed, key).

    Args:
        picture: RGB, uint8 [H, W, 3].
        corruption: what is done.
        seed: of the whole test.
        key: of the picture. Noise is drawn by (seed, key) and only its strength by the level.

    Returns:
        RGB, uint8 [H, W, 3].

    Raises:
        ValueError: a user's own corruption fails, or gives no picture like the one it was given.
    """
    change = corruption_kind(corruption.name).change
    shape = list(picture.shape)
    with naming("corruption", corruption.name, f"at level {corruption.level} on {shape}"):
        changed = change(picture, corruption.strength, _generator(seed, key))
    form = getattr(changed, "dtype", type(changed).__name__), list(np.shape(changed))
    if form != (np.uint8, shape):
        raise ValueError(
            f"the corruption {corruption} must give a picture, uint8 {shape}, of one like that; "
            f"it gives {form[0]} {form[1]}"
        )
    return changed


def corrupted(examples: Examples, corruption: Corruption, seed: int) -> Examples:
    """Return the same examples with corrupted pictures, for evaluation.

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


def _jpeg(picture: np.ndarray, quality: float, draw: np.random.Generator) -> np.ndarray:
    import cv2

    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None  # it was encoded just before
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def _blur(picture: np.ndarray, sigma: float, draw: np.random.Generator) -> np.ndarray:
    import cv2

    pixels = sigma * max(picture.shape[:2]) / _SIDE
    return cv2.GaussianBlur(picture, (0, 0), pixels, borderType=cv2.BORDER_REFLECT_101)


def _scaling(picture: np.ndarray, factor: float, draw: np.random.Generator) -> np.ndarray:
    import cv2

    height, width = picture.shape[:2]
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _h264(picture: np.ndarray, quantisation: float, draw: np.random.Generator) -> np.ndarray:
    return through_h264(picture, int(quantisation))


def _noise(picture: np.ndarray, sigma: float, draw: np.random.Generator) -> np.ndarray:
    noisy = picture + draw.standard_normal(picture.shape, np.float32) * np.float32(sigma)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


CORRUPTIONS: dict[str, CorruptionKind] = {
    "jpeg": CorruptionKind(_jpeg, (90, 70, 50, 30, 10)),
    "blur": CorruptionKind(_blur, (1.5, 2.5, 4, 6, 8)),
    "noise": CorruptionKind(_noise, (4, 8, 16, 24, 32)),
    "scaling": CorruptionKind(_scaling, (1.5, 2, 3, 4, 6)),
    "h264": CorruptionKind(_h264, (23, 30, 35, 40, 45)),
}
"""By name. The strengths are: JPEG quality; Gaussian blur, sigma in 1/256 of the picture's side;
Gaussian noise, sigma of 255; factor by which the picture is scaled down (areas averaged) and up
again (linear); quantisation parameter of H.264, where six more are twice the step."""


def corruption_kind(name: str) -> CorruptionKind:
    """Return the corruption of that name.

    Args:
        name: a key of `CORRUPTIONS`, or `package.module:name` of a `CorruptionKind`, or of a
            `Change` where the strengths 1 to 5 are right.

    Raises:
        ValueError: there is no such thing, or it is no function.
    """
    give = "a function (picture, strength, draw) -> picture, or a jaxticket.data.CorruptionKind"
    return look_up_row("corruption", name, CORRUPTIONS, CorruptionKind, give)


def _generator(seed: int, key: str) -> np.random.Generator:
    digest = hashlib.sha256(f"jaxticket corruption {seed} {key}".encode()).digest()
    return np.random.Generator(np.random.Philox(int.from_bytes(digest[:16], "big")))
