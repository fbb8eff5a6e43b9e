"""Ways of forging a face, each with the exact region it touched.

The methods are those of the literature; how strong their traces are was tuned until a small
network learns them in a small budget while colour, sharpness and blocks of a whole frame say
nothing (see docs/synthetic.md). Outside the region a frame equals the original exactly. Five make
the training's world; another stands for what a detector was not trained on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from data_prep.synthetic.drawing.clip import Clip, record_face, resampled
from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.face import Expression
from data_prep.synthetic.drawing.pyramid import joined
from data_prep.synthetic.drawing.region import (
    FOREHEAD,
    INNER_FACE,
    LOWER_FACE,
    elastic,
    elastic_field,
    feathered,
    filled,
)
from data_prep.synthetic.drawing.render import Actor, on_canvas
from data_prep.synthetic.drawing.scene import CANVAS, Pose, Shot
from data_prep.synthetic.drawing.shapes import Grid, blur

Frame = Callable[[int], tuple[np.ndarray, Grid]]
"""From a frame's number to its forged content [192, 192, 3] and the content's opacity."""


@dataclass(frozen=True)
class Forgery:
    """A forged clip.

    Attributes:
        frames: float32 [192, 192, 3] in [0, 255].
        regions: what was touched, bool [192, 192].
    """

    frames: tuple[np.ndarray, ...]
    regions: tuple[np.ndarray, ...]


def forge(method: str, target: Clip, source: Clip, seed: int) -> Forgery:
    """Forge the face of `target`, with the face or the expressions of `source` where needed.

    Args:
        method: a key of `METHODS` or `UNSEEN`.
        target: the clip whose face is forged.
        source: who is swapped in, or whose mouth is re-enacted.
        seed: of the world.
    """
    draw = Draws(seed, method, target.scene.number)
    frame = (METHODS | UNSEEN)[method](target, source, draw)
    frames, regions = [], []
    for number, original in enumerate(target.frames):
        content, alpha = frame(number)
        frames.append(np.clip(original + alpha[..., None] * (content - original), 0, 255))
        regions.append(alpha > 0)
    return Forgery(tuple(frames), tuple(regions))


def self_blend(target: Clip, source: Clip, draw: Draws) -> Frame:
    """Return the face blended with itself, moved and recoloured (2204.08376)."""
    del source
    outline, detail, shift = _hull(draw), _detail(draw, _softer(target, "SelfBlend")), _shift(draw)
    gain = np.float32(1 + draw.uniform(-0.1, 0.1))
    move = draw.uniform(-0.03, 0.03), draw.uniform(-0.015, 0.015)
    scale, opacity = draw.uniform(0.95, 1 / 0.95), draw.choose((0.75, 1.0, 1.0, 1.0))
    feather = draw.uniform(1.2, 2.6)
    bent = Draws(target.scene.seed, "elastic", target.scene.number)
    field = elastic_field(bent)

    def frame(number: int) -> tuple[np.ndarray, Grid]:
        original, pose = target.frames[number], target.shots[number].pose
        content = detail((original - 118) * gain + 118 + shift)
        size = 2 * pose.unit
        content = _moved(content, pose, move[0] * size, move[1] * size, scale)
        mask = elastic(filled(pose, outline), field)
        return content, np.float32(opacity) * feathered(mask, feather)

    return frame


def swap(target: Clip, source: Clip, draw: Draws) -> Frame:
    """Return the source's face in the target's pose, recoloured to fit and pasted (1912.13458)."""
    outline, detail, shift = _hull(draw), _detail(draw, _softer(target, "Swap")), _shift(draw)
    transfer, feather = draw.uniform(0.5, 0.85), draw.uniform(1.2, 2.6)

    def frame(number: int) -> tuple[np.ndarray, Grid]:
        original, shot = target.frames[number], target.shots[number]
        drawn = record_face(source.actor, target.scene, shot)
        content = detail(_aligned(drawn, source.actor, target.actor, shot.pose))
        inside = filled(shot.pose, outline)
        content = _recoloured(content, original, inside > 0.5, transfer)
        return content + shift, feathered(inside, feather)

    return frame


def gan_upsampling(target: Clip, source: Clip, draw: Draws) -> Frame:
    """Return the face as a generator with transposed convolutions leaves it (1907.06515).

    Every level of its pyramid is enlarged by inserting zeros and a kernel that the stride does not
    divide, so the spectrum is repeated: fine grids whose strength follows the brightness.
    """
    del source
    outline, detail, shift = (
        _hull(draw),
        _detail(draw, _softer(target, "GanUpsampling")),
        _shift(draw),
    )
    uneven, feather = draw.uniform(0.03, 0.045), draw.uniform(1.2, 2.6)

    def frame(number: int) -> tuple[np.ndarray, Grid]:
        original, pose = target.frames[number], target.shots[number].pose
        content = _generated(detail(original) + shift, uneven)
        return content, feathered(filled(pose, outline), feather)

    return frame


def low_resolution_warp(target: Clip, source: Clip, draw: Draws) -> Frame:
    """Return a face made at a low resolution and warped back into place (1811.00656).

    Every other one is sharpened instead, as those who enlarge pictures do.
    """
    del source
    outline, shift, feather = _hull(draw), _shift(draw), draw.uniform(1.2, 2.6)
    detail = _detail(draw, _softer(target, "LowResolutionWarp"), coarser=1.15)
    move, scale = (draw.uniform(-0.02, 0.02), draw.uniform(-0.02, 0.02)), draw.uniform(0.97, 1.03)

    def frame(number: int) -> tuple[np.ndarray, Grid]:
        original, pose = target.frames[number], target.shots[number].pose
        size = 2 * pose.unit
        moved = _moved(detail(original) + shift, pose, move[0] * size, move[1] * size, scale)
        return moved, feathered(filled(pose, outline), feather)

    return frame


def mouth_reenactment(target: Clip, source: Clip, draw: Draws) -> Frame:
    """Return the mouth of the target with the source's speech, drawn anew (neural textures)."""
    feather, detail, tint = _mouth_traces(target, draw)
    speech = _speech(target, source, draw)

    def frame(number: int) -> tuple[np.ndarray, Grid]:
        shot = target.shots[number]
        spoken = Shot(shot.pose, speech(number), shot.number + 1000)
        drawn = record_face(target.actor, target.scene, spoken)
        return detail(drawn) + tint, feathered(filled(shot.pose, LOWER_FACE), feather)

    return frame


def pyramid_blend(target: Clip, source: Clip, draw: Draws) -> Frame:
    """Return the source's face joined to the target's by their pyramids, without a seam (1983).

    Of a swap's traces the pasted edge is missing, as in forgeries of later generations.
    """
    outline, detail = _hull(draw), _detail(draw, _softer(target, "PyramidBlend"))
    shift, feather = _shift(draw), draw.uniform(1.2, 2.6)
    transfer, inset = draw.uniform(0.6, 0.9), draw.uniform(3.0, 6.0)

    def frame(number: int) -> tuple[np.ndarray, Grid]:
        original, shot = target.frames[number], target.shots[number]
        drawn = record_face(source.actor, target.scene, shot)
        content = detail(_aligned(drawn, source.actor, target.actor, shot.pose))
        inside = filled(shot.pose, outline)
        content = _recoloured(content, original, inside > 0.5, transfer) + shift
        # Round the drawn face is nothing, which must not run into it.
        content = original + inside[..., None] * (content - original)
        content = joined(content, original, feathered(inside, inset), levels=3)
        return content, feathered(inside, feather)

    return frame


def spoken(target: Clip, source: Clip, seed: int) -> Callable[[int], Expression]:
    """Return the face that `mouth_reenactment` draws in each frame; clips need no frames."""
    draw = Draws(seed, "MouthReenactment", target.scene.number)
    _mouth_traces(target, draw)
    return _speech(target, source, draw)


METHODS: dict[str, Callable[[Clip, Clip, Draws], Frame]] = {
    "SelfBlend": self_blend,
    "Swap": swap,
    "GanUpsampling": gan_upsampling,
    "LowResolutionWarp": low_resolution_warp,
    "MouthReenactment": mouth_reenactment,
}
"""Those of the world in the layout of FaceForensics++."""

UNSEEN: dict[str, Callable[[Clip, Clip, Draws], Frame]] = {"PyramidBlend": pyramid_blend}
"""Those of other worlds, which no detector trained on the first has seen."""


def _mouth_traces(
    target: Clip, draw: Draws
) -> tuple[float, Callable[[np.ndarray], np.ndarray], np.ndarray]:
    """Return feather, detail and tint of a re-enacted mouth, in the order of the draws."""
    feather = draw.uniform(1.0, 2.0)
    return feather, _detail(draw, _softer(target, "MouthReenactment")), _shift(draw)


def _speech(target: Clip, source: Clip, draw: Draws) -> Callable[[int], Expression]:
    """Return the target's face with another smile and the source's speech, by frame."""
    smile, talk = draw.uniform(0.35, 0.7) * draw.sign(), draw.uniform(0.25, 0.7)

    def face(number: int) -> Expression:
        own, other = target.shots[number].face, source.shots[number].face
        opening = talk if own.mouth_open < 0.3 else -talk
        return replace(
            own,
            smile=float(np.clip(own.smile + smile, -0.4, 1.2)),
            mouth_open=float(np.clip(0.5 * other.mouth_open + opening, 0, 1)),
        )

    return face


def _softer(target: Clip, method: str) -> bool:
    """Return whether this forgery softens or sharpens: of the two people of a pair, one each."""
    number = target.scene.number
    first = Draws(target.scene.seed, method, "softer", number // 2).chance(0.5)
    return first if number % 2 == 0 else not first


def _detail(draw: Draws, softer: bool, coarser: float = 1.0) -> Callable[[np.ndarray], np.ndarray]:
    """Return the picture down-sampled or sharpened, one as often as the other (2204.08376, 3.1).

    So forged frames are neither softer nor sharper than originals as a whole.
    """
    factor, amount = coarser * draw.uniform(1.8, 2.6), np.float32(draw.uniform(0.6, 1.2))
    if softer:
        return lambda picture: resampled(picture, factor)
    return lambda picture: picture + amount * (picture - blur(picture, 1.4))


def _shift(draw: Draws) -> np.ndarray:
    """Return a change of colour, float32 [3], of 7 to 15 levels in its strongest channel.

    Three in five are warmer or cooler, as another light or another skin would be; the others
    greener or more magenta, which skin is not: what the smallest networks find first.
    """
    if draw.chance(0.6):
        axis, levels = (1.0, 0.0, -1.0), draw.uniform(7, 13)
    else:
        axis, levels = (-0.6, 1.0, -0.6), draw.uniform(9, 15)
    direction = np.array(axis, np.float32) + 0.3 * draw.vector(-1, 1, 3)
    return direction * np.float32(draw.sign() * levels / np.abs(direction).max())


def _hull(draw: Draws) -> tuple[tuple[float, float], ...]:
    """Return the inner face, with the forehead in one of four forgeries, and a little larger."""
    half = FOREHEAD + INNER_FACE[2:] if draw.chance(0.25) else INNER_FACE
    width, height = draw.uniform(0.92, 1.06), draw.uniform(0.95, 1.04)
    return tuple((u * width, v * height) for u, v in half)


def _moved(picture: np.ndarray, pose: Pose, dx: float, dy: float, scale: float) -> np.ndarray:
    """Return the picture scaled about the face's middle and moved, in pixels."""
    matrix = cv2.getRotationMatrix2D((pose.x, pose.y + 0.4 * pose.unit), 0, scale)
    matrix[:, 2] += dx, dy
    return cv2.warpAffine(
        picture, matrix, (CANVAS, CANVAS), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )


def _landmarks(actor: Actor, pose: Pose) -> np.ndarray:
    """Return eyes, nose, corners of the mouth and chin on the canvas [6, 2]."""
    person = actor.person
    x, mouth = person.eye[0], person.mouth
    points = [(-x, 0.0), (x, 0.0), (0.0, person.nose[0]), (-mouth[1], mouth[0]),
              (mouth[1], mouth[0]), (0.0, person.chin)]  # fmt: skip
    return on_canvas(pose, np.array(points))


def _aligned(picture: np.ndarray, source: Actor, target: Actor, pose: Pose) -> np.ndarray:
    """Return the picture of `source` moved so that its landmarks lie on those of `target`."""
    return cv2.warpAffine(
        picture,
        alignment(source, target, pose),
        (CANVAS, CANVAS),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )


def alignment(source: Actor, target: Actor, pose: Pose) -> np.ndarray:
    """Return how `swap` moves the landmarks of `source` to those of `target` on the canvas.

    Returns:
        A similarity [2, 3] for (x, y, 1), the best by least squares.
    """
    a, b = _landmarks(source, pose), _landmarks(target, pose)
    # Least squares for a similarity [[p, -q, s], [q, p, t]].
    ones, zeros = np.ones(len(a)), np.zeros(len(a))
    rows = np.concatenate(
        [
            np.stack([a[:, 0], -a[:, 1], ones, zeros], axis=1),
            np.stack([a[:, 1], a[:, 0], zeros, ones], axis=1),
        ]
    )
    p, q, s, t = np.linalg.lstsq(rows, np.concatenate([b[:, 0], b[:, 1]]), rcond=None)[0]
    return np.array([[p, -q, s], [q, p, t]])


def _recoloured(
    content: np.ndarray, original: np.ndarray, inside: np.ndarray, strength: float
) -> np.ndarray:
    """Move mean and deviation of `content` inside towards the original's (Reinhard 2001)."""
    mean, wanted = content[inside].mean(axis=0), original[inside].mean(axis=0)
    deviation, spread = content[inside].std(axis=0) + 1, original[inside].std(axis=0) + 1
    gain = (1 - strength) + strength * np.clip(spread / deviation, 0.6, 1.6)
    return (content - mean) * gain + mean + np.float32(strength) * (wanted - mean)


def _generated(picture: np.ndarray, uneven: float, levels: int = 3) -> np.ndarray:
    """Return the picture rebuilt from its pyramid by uneven transposed convolutions."""
    if levels == 0:
        return picture
    small = cv2.pyrDown(picture)
    detail = picture - cv2.pyrUp(small, dstsize=picture.shape[1::-1])
    # The first layers, at the lowest resolution, leave the coarsest and strongest grid.
    return _transposed(_generated(small, uneven, levels - 1), uneven / levels) + detail


def _transposed(small: np.ndarray, uneven: float) -> np.ndarray:
    """Convolve (transposed, stride 2) with a 5 x 5 kernel whose phases have different sums."""
    height, width = small.shape[:2]
    zeros = np.zeros((2 * height, 2 * width, small.shape[2]), np.float32)
    zeros[::2, ::2] = small
    # Even positions are reached by three taps (1/8, 3/4, 1/8), odd ones by two (1/2, 1/2).
    even, odd = 1 + uneven, 1 - uneven
    taps = np.array([even / 8, odd / 2, even * 0.75, odd / 2, even / 8], np.float32)
    return cv2.sepFilter2D(zeros, cv2.CV_32F, taps, taps, borderType=cv2.BORDER_REFLECT_101)
