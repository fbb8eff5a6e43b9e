from dataclasses import replace

import cv2
import numpy as np
import pytest

from data_prep.synthetic.drawing.clip import make_clip, staged
from data_prep.synthetic.drawing.coverage import Coverage, cover
from data_prep.synthetic.drawing.features import features_on_canvas
from data_prep.synthetic.drawing.scene import CANVAS
from data_prep.synthetic.face_parts import (
    NAMES,
    features_of,
    forged_features,
    scaled,
    seen_regions,
    swapped_features,
)
from data_prep.synthetic.forgeries import alignment, forge, spoken
from tests.data_prep.synthetic.tiny import FRAMES, SEED

SQUARE = np.array([[59.5, 79.5], [69.5, 79.5], [69.5, 89.5], [59.5, 89.5]])  # from pixels 60, 80
NOTHING = np.zeros((CANVAS, CANVAS), np.float32)


def area(polygons) -> float:
    return sum(cv2.contourArea(polygon.astype(np.float32)) for polygon in polygons)


def middle(polygons) -> np.ndarray:
    return np.concatenate(polygons).mean(axis=0)


def test_outlines_of_the_features_are_seen_where_no_hair_is():
    hair = NOTHING.copy()
    hair[:, :65] = 1
    features = {"eyes": (SQUARE,), "nose": (SQUARE + 40,), "mouth": ()}
    seen = seen_regions(Coverage(1 - hair, hair), features)
    assert tuple(seen) == NAMES
    # 10 x 10 pixels, the outline an eighth of a pixel inside them; hair hides half of the first.
    assert area(seen["nose"]) == pytest.approx(9.75**2, abs=0.3)
    assert seen["nose"][0].min(axis=0) == pytest.approx([100.12, 120.12])
    assert area(seen["eyes"]) == pytest.approx(4.75 * 9.75, abs=0.3)
    assert seen["mouth"] == ()
    assert area(seen["hair"]) == pytest.approx(65 * CANVAS, rel=0.01)
    assert area(seen["face"]) == pytest.approx((CANVAS - 65) * CANVAS, rel=0.01)


def test_what_somebody_stands_before_is_not_seen():
    visible = NOTHING + 1
    visible[:, 65:] = 0.4
    features = {"eyes": (SQUARE,), "nose": (SQUARE + 40,), "mouth": ()}
    seen = seen_regions(Coverage(NOTHING, NOTHING), features, visible)
    assert area(seen["eyes"]) == pytest.approx(4.75 * 9.75, abs=0.3)
    assert seen["nose"] == seen["face"] == seen["hair"] == ()


def test_strands_are_no_regions():
    hair = NOTHING.copy()
    hair[100, 100] = hair[20:50, 30] = 1
    assert (
        seen_regions(Coverage(NOTHING, hair), {"eyes": (), "nose": (), "mouth": ()})["hair"] == ()
    )


def test_scaled_and_moved():
    polygon = np.array([[6.0, 12.0], [18.0, 0.0], [0.0, 0.0]])
    (found,) = scaled({"eyes": (polygon,)}, 5 / 6, (10.0, -1.0))["eyes"]
    np.testing.assert_allclose(found, [[15, 9], [25, -1], [10, -1]])


def test_a_clip_needs_no_frames(clips):
    again = staged(SEED, 0, FRAMES)
    assert again.frames == ()
    assert again.shots == clips[0].shots
    for method in ("Swap", "MouthReenactment"):
        one, two = (
            forged_features(method, target, source, SEED)
            for target, source in (clips, (again, staged(SEED, 1, FRAMES)))
        )
        for a, b in zip(one, two, strict=True):
            for name in a:
                np.testing.assert_array_equal(np.concatenate(a[name]), np.concatenate(b[name]))


def test_a_swap_shows_the_features_of_the_source_near_those_of_the_target(clips):
    own, swapped = features_of(clips[0])[0], forged_features("Swap", *clips, SEED)[0]
    for name in own:
        assert not np.array_equal(own[name][0], swapped[name][0])
        assert np.linalg.norm(middle(own[name]) - middle(swapped[name])) < 6
    itself = forged_features("Swap", clips[0], clips[0], SEED)[0]
    for name in own:
        np.testing.assert_allclose(itself[name][0], own[name][0], atol=1e-6)


def test_a_reenacted_mouth_alone_is_another(clips):
    own, said = features_of(clips[0])[0], forged_features("MouthReenactment", *clips, SEED)[0]
    for name in ("eyes", "nose"):
        np.testing.assert_array_equal(np.concatenate(said[name]), np.concatenate(own[name]))
    assert not np.array_equal(said["mouth"][0], own["mouth"][0])


def test_features_are_aligned_as_pixels_are(clips):
    target, source = clips
    pose = replace(target.shots[0].pose, roll=0.4)
    shot = replace(target.shots[0], pose=pose)
    wider = replace(source.actor.person, eye=(0.6, 0.2, 0.1, 0.0), chin=1.8)
    other = replace(source.actor, person=wider)
    matrix = alignment(other, target.actor, pose)
    drawn = features_on_canvas(wider, shot.face, pose)
    for name, polygons in swapped_features(target.actor, other, shot).items():
        for found, own in zip(polygons, drawn[name], strict=True):
            np.testing.assert_allclose(found, cv2.transform(own[:, None], matrix)[:, 0])
            assert np.abs(found - own).max() > 1


def test_the_mouth_is_the_one_that_is_drawn(clips, monkeypatch):
    drawn = []

    def record(actor, scene, shot):
        drawn.append(shot.face)
        return np.zeros((CANVAS, CANVAS, 3), np.float32)

    monkeypatch.setattr("data_prep.synthetic.forgeries.record_face", record)
    forge("MouthReenactment", *clips, SEED)
    assert [spoken(*clips, SEED)(number) for number in range(FRAMES)] == drawn


def test_eyes_are_dark_and_light_where_skin_is_neither():
    """In the pixels: the pupil is darker, and the eye varies more, than the cheek below it."""
    for number in (0, 1):
        clip = make_clip(SEED, number, 1)
        if clip.actor.person.glasses:
            continue
        seen = seen_regions(cover(clip.actor, clip.shots[0].pose), features_of(clip)[0])
        grey = clip.frames[0].mean(axis=2)
        assert len(seen["eyes"]) == 2
        for eye in seen["eyes"]:
            mask, cheek = (np.zeros((CANVAS, CANVAS), np.uint8) for _ in range(2))
            cv2.fillPoly(mask, [np.round(eye).astype(np.int32)], 1)
            cv2.fillPoly(cheek, [np.round(eye + np.array([0, 18])).astype(np.int32)], 1)
            inside, below = grey[mask > 0], grey[cheek > 0]
            assert inside.min() < below.min()
            assert inside.std() > below.std()
