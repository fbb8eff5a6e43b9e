"""A person: everything about a procedural face that stays the same from frame to frame.

Lengths are in face units: one is half the width of the face at the cheekbones, `u` points to the
right of the picture and `v` down; (0, 0) is the middle between the eyes.
Colours are linear reflectances in [0, 1], RGB.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_prep.synthetic.drawing.draws import Draws

# Skin reflectance from light to dark; a person's tone lies between two neighbours.
_SKIN = np.array(
    [
        [0.86, 0.64, 0.54],
        [0.76, 0.52, 0.41],
        [0.62, 0.40, 0.29],
        [0.44, 0.26, 0.17],
        [0.28, 0.16, 0.11],
        [0.16, 0.09, 0.065],
    ],
    np.float32,
)
_HAIR = np.array(
    [
        [0.020, 0.016, 0.015],
        [0.045, 0.028, 0.020],
        [0.110, 0.060, 0.035],
        [0.230, 0.140, 0.070],
        [0.480, 0.340, 0.190],
        [0.260, 0.085, 0.035],
        [0.380, 0.370, 0.360],
    ],
    np.float32,
)
_IRIS = np.array(
    [[0.09, 0.045, 0.02], [0.16, 0.09, 0.035], [0.10, 0.16, 0.07], [0.10, 0.20, 0.32],
     [0.22, 0.26, 0.28]],
    np.float32,
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """The lasting traits of one person; lengths in face units, colours linear RGB.

    Attributes:
        key: decides the person's textures (skin, hair).
        skin, lip, hair, brow, iris, cloth: colours, each float32 [3].
        skull: half the width and the height of the skull above the eyes.
        chin: distance from the eyes down to the chin.
        jaw: how square the jaw is: exponent of its outline.
        eye: distance from the axis, half width, opening, tilt.
        brow_shape: height above the eye, thickness, arch.
        nose: length, width at the wings, height of the ridge.
        mouth: distance below the eyes, half width, thickness of the upper and of the lower lip.
        cheek: prominence of the cheekbones.
        age: 0 young to 1 old; folds and spots.
        ruddiness: redness of cheeks, nose and ears.
        freckles: their density, 0 to 1.
        beard: strength of stubble or beard, 0 to 1; moustache likewise.
        hairline: height of the hair's lower edge on the forehead (negative is up), and how much
            it recedes at the temples.
        hair_volume: how far the hair stands off the skull, top and sides.
        hair_length: where the hair at the sides ends (v), 0 for short.
        fringe: waviness of the hairline.
        curl: waviness of the strands.
        glasses: thickness of the frames; 0 for none.
        ear: size of the ears.
    """

    key: int
    skin: np.ndarray
    lip: np.ndarray
    hair: np.ndarray
    brow: np.ndarray
    iris: np.ndarray
    cloth: np.ndarray
    skull: tuple[float, float]
    chin: float
    jaw: float
    eye: tuple[float, float, float, float]
    brow_shape: tuple[float, float, float]
    nose: tuple[float, float, float]
    mouth: tuple[float, float, float, float]
    cheek: float
    age: float
    ruddiness: float
    freckles: float
    beard: float
    moustache: float
    hairline: tuple[float, float]
    hair_volume: tuple[float, float]
    hair_length: float
    fringe: float
    curl: float
    glasses: float
    ear: float


def make_person(seed: int, number: int) -> Person:
    """Return person `number` of the world `seed`."""
    draw = Draws(seed, "person", number)
    tone = draw.uniform(0, len(_SKIN) - 1.001)
    below = int(tone)
    skin = _SKIN[below] + (tone - below) * (_SKIN[below + 1] - _SKIN[below])
    skin = skin * draw.vector(0.94, 1.06, 3)
    dark_hair = tone > 2.2
    colour = _HAIR[int(draw.uniform(0, 3 if dark_hair else len(_HAIR)))] * draw.vector(0.8, 1.2, 3)
    eyes = _IRIS[int(draw.uniform(0, 2 if dark_hair else len(_IRIS)))] * draw.vector(0.85, 1.15, 3)
    lip = skin * np.array([0.86, 0.58, 0.62], np.float32) * draw.vector(0.9, 1.08, 3)
    bearded = draw.chance(0.2)
    long_hair = not bearded and draw.chance(0.5)
    return Person(
        key=number,
        skin=skin.astype(np.float32),
        lip=lip.astype(np.float32),
        hair=colour.astype(np.float32),
        brow=(0.75 * colour + 0.08 * skin).astype(np.float32),
        iris=eyes.astype(np.float32),
        cloth=draw.vector(0.03, 0.65, 3),
        skull=(draw.uniform(0.95, 1.05), draw.uniform(1.35, 1.55)),
        chin=draw.uniform(1.28, 1.52),
        jaw=draw.uniform(1.9, 3.0),
        eye=(
            draw.uniform(0.40, 0.46),
            draw.uniform(0.185, 0.235),
            draw.uniform(0.075, 0.115),
            draw.uniform(-0.12, 0.20),
        ),
        brow_shape=(
            draw.uniform(0.235, 0.31),
            draw.uniform(0.035, 0.075),
            draw.uniform(0.02, 0.09),
        ),
        nose=(draw.uniform(0.50, 0.62), draw.uniform(0.17, 0.25), draw.uniform(0.22, 0.36)),
        mouth=(
            draw.uniform(0.84, 0.94),
            draw.uniform(0.32, 0.42),
            draw.uniform(0.045, 0.085),
            draw.uniform(0.065, 0.11),
        ),
        cheek=draw.uniform(0.02, 0.10),
        age=draw.uniform(0, 1) ** 1.4,
        ruddiness=draw.uniform(0.2, 1.0),
        freckles=draw.uniform(0.2, 0.7) if draw.chance(0.12) else 0.0,
        beard=draw.uniform(0.15, 1.0) if bearded else 0.0,
        moustache=draw.uniform(0.2, 1.0) if bearded and draw.chance(0.75) else 0.0,
        hairline=(draw.uniform(-0.98, -0.72), draw.uniform(0.0, 0.35)),
        hair_volume=(draw.uniform(0.06, 0.30), draw.uniform(0.05, 0.22)),
        hair_length=draw.uniform(0.7, 2.0) if long_hair else 0.0,
        fringe=draw.uniform(0.02, 0.13),
        curl=draw.uniform(0, 1),
        glasses=draw.uniform(0.022, 0.04) if draw.chance(0.14) else 0.0,
        ear=draw.uniform(0.85, 1.15),
    )
