from dataclasses import replace

import numpy as np
import pytest

from data_prep.synthetic.drawing.region import LOWER_FACE, WHOLE_FACE, filled
from data_prep.synthetic.drawing.render import on_canvas
from data_prep.synthetic.drawing.scene import CANVAS
from data_prep.synthetic.forgeries import METHODS, UNSEEN, Forgery, forge
from tests.data_prep.synthetic.tiny import FRAMES, SEED

EVERY = (*METHODS, *UNSEEN)


@pytest.fixture(scope="module")
def forged(clips) -> dict[str, Forgery]:
    return {method: forge(method, *clips, SEED) for method in EVERY}


every_method = pytest.mark.parametrize("method", EVERY)


def test_the_methods():
    assert list(METHODS) == [
        "SelfBlend", "Swap", "GanUpsampling", "LowResolutionWarp", "MouthReenactment",
    ]  # fmt: skip
    assert list(UNSEEN) == ["PyramidBlend"]


@every_method
def test_sizes(forged, method):
    found = forged[method]
    assert len(found.frames) == len(found.regions) == FRAMES
    for frame, region in zip(found.frames, found.regions, strict=True):
        assert (frame.shape, frame.dtype) == ((CANVAS, CANVAS, 3), np.float32)
        assert 0 <= frame.min() < frame.max() <= 255
        assert (region.shape, region.dtype) == ((CANVAS, CANVAS), bool)


@every_method
def test_outside_the_region_nothing_changes(forged, clips, method):
    found = forged[method]
    for original, frame, region in zip(clips[0].frames, found.frames, found.regions, strict=True):
        np.testing.assert_array_equal(frame[~region], original[~region])


@every_method
def test_inside_the_region_most_pixels_change(forged, clips, method):
    found = forged[method]
    for original, frame, region in zip(clips[0].frames, found.frames, found.regions, strict=True):
        change = np.abs(frame - original).max(axis=-1)[region]
        assert (change > 0).mean() > 0.95
        assert (change > 0.5).mean() > 0.5


@every_method
def test_the_region_lies_in_the_face(forged, clips, method):
    # In square face units; the ellipse through cheeks, brows and chin has about 3.3.
    least, most = (0.6, 1.0) if method == "MouthReenactment" else (1.7, 2.8)
    for shot, region in zip(clips[0].shots, forged[method].regions, strict=True):
        assert not region[filled(shot.pose, WHOLE_FACE) == 0].any()
        assert least < region.sum() / shot.pose.unit**2 < most
        centre = on_canvas(shot.pose, np.array([(0.0, 0.9)]))[0].round().astype(int)
        assert region[centre[1], centre[0]]


@every_method
def test_the_same_forgery_again(forged, clips, method):
    again = forge(method, *clips, SEED)
    np.testing.assert_array_equal(again.frames, forged[method].frames)
    np.testing.assert_array_equal(again.regions, forged[method].regions)
    other = forge(method, *clips, SEED + 1)
    assert any((a != b).any() for a, b in zip(other.frames, again.frames, strict=True))


@every_method
def test_the_target_is_left_as_it_was(clips, method):
    target = clips[0]
    before = [frame.copy() for frame in target.frames]
    forge(method, *clips, SEED)
    np.testing.assert_array_equal(target.frames, before)


def test_regions_of_the_methods_differ(forged):
    regions = [found.regions[0].tobytes() for found in forged.values()]
    assert len(set(regions)) == len(EVERY)


def test_only_swaps_and_re_enactment_look_at_the_source(forged, clips):
    target, source = clips
    # Another face, and another expression at every frame.
    shots = tuple(
        replace(shot, face=replace(shot.face, mouth_open=1 - shot.face.mouth_open))
        for shot in source.shots
    )
    other = replace(source, actor=target.actor, shots=shots)
    changed = {
        method
        for method in EVERY
        if (forge(method, target, other, SEED).frames[0] != forged[method].frames[0]).any()
    }
    assert changed == {"Swap", "MouthReenactment", "PyramidBlend"}


def test_re_enactment_leaves_the_eyes_alone(forged, clips):
    target = clips[0]
    found = forged["MouthReenactment"]
    for original, frame, region, shot in zip(
        target.frames, found.frames, found.regions, target.shots, strict=True
    ):
        assert not region[filled(shot.pose, LOWER_FACE) == 0].any()
        x = target.actor.person.eye[0]
        for u in (-x, x):
            column, row = on_canvas(shot.pose, np.array([(u, 0.0)]))[0].round().astype(int)
            half = round(0.3 * shot.pose.unit)
            eye = np.s_[row - half : row + half, column - half : column + half]
            np.testing.assert_array_equal(frame[eye], original[eye])


def test_an_unknown_method(clips):
    with pytest.raises(KeyError, match="Painting"):
        forge("Painting", *clips, SEED)
