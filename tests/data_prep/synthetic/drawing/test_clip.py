from dataclasses import replace

import numpy as np
import pytest

from data_prep.synthetic.drawing.clip import make_clip, record, record_face, resampled
from data_prep.synthetic.drawing.region import face_region
from data_prep.synthetic.drawing.scene import CANVAS
from tests.data_prep.synthetic.tiny import FRAMES, SEED


def noise() -> np.ndarray:
    draw = np.random.default_rng(2)
    return draw.uniform(0, 255, (CANVAS, CANVAS, 3)).astype(np.float32)


def test_a_clip(clips):
    for number, clip in enumerate(clips):
        assert (clip.actor.person.key, clip.scene.number) == (number, number)
        assert [shot.number for shot in clip.shots] == list(range(FRAMES))
        assert len(clip.frames) == FRAMES
        for frame in clip.frames:
            assert (frame.shape, frame.dtype) == ((CANVAS, CANVAS, 3), np.float32)
            assert 0 <= frame.min() < frame.max() <= 255
            assert frame.std() > 10


def test_the_same_clip_again(clips):
    again = make_clip(SEED, 0, FRAMES)
    np.testing.assert_array_equal(again.frames, clips[0].frames)
    assert again.shots == clips[0].shots
    assert (make_clip(SEED + 1, 0, 1).frames[0] != clips[0].frames[0]).mean() > 0.9


def test_frames_differ_in_noise(clips):
    """Even where nothing moves: one shot recorded as another frame."""
    clip = clips[0]
    scene = replace(clip.scene, softened=("nothing", 1.0))
    first, second = (
        record(clip.actor, scene, replace(clip.shots[0], number=number)) for number in (0, 1)
    )
    difference = (first - second)[2:-2, 2:-2]
    inside = (first > 20) & (first < 235) & (second > 20) & (second < 235)
    assert difference[inside[2:-2, 2:-2]].std() == pytest.approx(scene.grain * 2**0.5, rel=0.15)


def test_what_the_camera_softens(clips):
    clip = clips[0]
    actor, shot = clip.actor, clip.shots[0]

    def recorded(where):
        return record(actor, replace(clip.scene, softened=(where, 1.6)), shot)

    nothing, everything = recorded("nothing"), recorded("everything")
    np.testing.assert_array_equal(everything, resampled(nothing, 1.6))
    assert np.abs(everything - nothing).mean() > 0.5
    face = face_region(shot.pose) > 0
    assert face.any()
    assert not face.all()
    np.testing.assert_array_equal(recorded("face")[~face], nothing[~face])
    deep = face_region(shot.pose) > 0.999
    np.testing.assert_allclose(recorded("face")[deep], everything[deep], atol=0.2)
    np.testing.assert_allclose(recorded("outside")[~face], everything[~face], atol=1e-3)
    np.testing.assert_allclose(recorded("outside")[deep], nothing[deep], atol=0.2)


def test_the_face_alone_is_recorded_like_the_whole(clips):
    clip = clips[0]
    scene = replace(clip.scene, softened=("nothing", 1.0))
    shot = clip.shots[0]
    alone, whole = record_face(clip.actor, scene, shot), record(clip.actor, scene, shot)
    assert alone.shape == whole.shape
    assert (alone[0] == 0).all()
    x, y = round(shot.pose.x), round(shot.pose.y + 0.35 * shot.pose.unit)
    nose = np.s_[y - 5 : y + 5, x - 5 : x + 5]
    np.testing.assert_allclose(alone[nose], whole[nose], atol=0.05)


def test_resampling_softens_and_keeps_the_mean():
    picture = noise()
    soft = resampled(picture, 2.0)
    assert soft.shape == picture.shape
    assert soft.mean() == pytest.approx(picture.mean(), abs=0.5)
    assert soft.std() < 0.7 * picture.std()
    np.testing.assert_allclose(resampled(np.full_like(picture, 9), 2.7), 9, atol=1e-4)
    np.testing.assert_allclose(resampled(picture, 1.0), picture, atol=1e-3)
