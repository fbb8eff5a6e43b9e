import cv2
import numpy as np
import pytest

from jaxticket.data import (
    CORRUPTIONS,
    Corruption,
    CorruptionKind,
    corrupt,
    corrupted,
    evaluation_batches,
    load_examples,
    parse_corruption,
    parse_corruptions,
)
from jaxticket.data.still_h264 import through_h264

KINDS = list(CORRUPTIONS)


def blots(height: int = 64, width: int = 64) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    waves = [np.sin(rows / 5), np.sin(columns / 4), np.sin(rows * columns / 90)]
    return (np.stack(waves, axis=-1) * 100 + 128).astype(np.uint8)


def change(picture: np.ndarray, corruption: Corruption) -> float:
    spoilt = corrupt(picture, corruption, 0, "a")
    return float(np.abs(spoilt.astype(np.int64) - picture).mean())


def test_the_levels_are_pinned():
    # A change of a level changes every robustness figure: it must not come unnoticed.
    assert {name: kind.strengths for name, kind in CORRUPTIONS.items()} == {
        "jpeg": (90, 70, 50, 30, 10),
        "blur": (1.5, 2.5, 4, 6, 8),
        "noise": (4, 8, 16, 24, 32),
        "scaling": (1.5, 2, 3, 4, 6),
        "h264": (23, 30, 35, 40, 45),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_level_changes_more_and_leaves_its_picture(kind):
    picture = blots()
    before = picture.copy()
    changes = [change(picture, Corruption(kind, level)) for level in range(1, 6)]
    assert changes[0] > 0
    assert changes == sorted(set(changes))
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (64, 48)])
def test_any_size_comes_back_as_it_was(kind, shape):
    spoilt = corrupt(blots(*shape), Corruption(kind, 5), 0, "a")
    assert (spoilt.shape, spoilt.dtype) == ((*shape, 3), np.uint8)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_and_key_give_the_same_picture(kind):
    corruption = Corruption(kind, 3)
    first = corrupt(blots(), corruption, 5, "a")
    np.testing.assert_array_equal(corrupt(blots(), corruption, 5, "a"), first)
    others = [corrupt(blots(), corruption, seed, key) for seed, key in ((6, "a"), (5, "b"))]
    assert [bool((other != first).any()) for other in others] == [kind == "noise"] * 2


def test_blur_by_hand():
    # At 256 pixels level 1 is a sigma of 1.5: a step becomes the Gaussian's distribution function.
    step = np.zeros((256, 256, 3), np.uint8)
    step[:, 128:] = 255
    spoilt = corrupt(step, Corruption("blur", 1), 0, "a")
    # 255 * normal(0.5 / 1.5), 255 * normal(1.5 / 1.5), and the same from 1 on the other side
    np.testing.assert_allclose(spoilt[100, 126:130, 0], [40, 94, 161, 215], atol=2)
    assert spoilt[100, 110, 1] == 0
    assert spoilt[100, 145, 1] == 255


def test_blur_is_relative_to_the_side():
    small = np.zeros((64, 64, 3), np.uint8)
    small[:, 32:] = 255
    large = small.repeat(4, axis=0).repeat(4, axis=1)
    of_small = corrupt(small, Corruption("blur", 5), 0, "a")[32, :, 0].astype(int)
    of_large = corrupt(large, Corruption("blur", 5), 0, "a")[128, :, 0].astype(int)
    np.testing.assert_allclose(of_small, of_large.reshape(64, 4).mean(axis=1), atol=6)


def test_blur_is_relative_to_the_longer_side():
    step = np.zeros((256, 256, 3), np.uint8)
    step[:, 128:] = 255
    square = corrupt(step, Corruption("blur", 4), 0, "a")
    strip = corrupt(step[:40], Corruption("blur", 4), 0, "a")
    np.testing.assert_array_equal(strip[20], square[128])


def test_blur_mirrors_the_picture_at_its_border():
    flat = np.full((256, 256, 3), 90, np.uint8)
    np.testing.assert_array_equal(corrupt(flat, Corruption("blur", 3), 0, "a"), flat)
    line = np.zeros((256, 256, 3), np.uint8)
    line[:, 0] = 255
    # The border itself is not doubled: 255 * exp(0) / (4 * sqrt(2 pi))
    assert abs(int(corrupt(line, Corruption("blur", 3), 0, "a")[128, 0, 0]) - 25) <= 1


def test_noise_by_hand():
    grey = np.full((200, 200, 3), 128, np.uint8)
    for level, sigma in enumerate((4, 8, 16, 24, 32), start=1):
        noise = corrupt(grey, Corruption("noise", level), 3, "a").astype(float) - 128
        assert abs(noise.mean()) < 0.3
        assert abs(noise.std() / sigma - 1) < 0.02
        assert abs(np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1]) < 0.03


def test_noise_is_cut_at_black_and_white():
    black = corrupt(np.zeros((50, 50, 3), np.uint8), Corruption("noise", 5), 0, "a")
    assert 0.45 < (black == 0).mean() < 0.55
    assert black.max() < 200


def test_noise_is_pinned():
    # A change of the draws changes every robustness figure: it must not come unnoticed.
    spoilt = corrupt(np.full((1, 2, 3), 128, np.uint8), Corruption("noise", 3), 0, "a")
    assert spoilt.tolist() == [[[112, 112, 153], [131, 120, 140]]]


def test_scaling_by_hand():
    # Level 2 halves: means of 2 x 2 pixels, then linear between their centres.
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[:2, :2] = [[[100], [200]], [[50], [50]]]
    spoilt = corrupt(picture, Corruption("scaling", 2), 0, "a")[..., 0]
    across = np.array([1, 0.75, 0.25, 0])
    np.testing.assert_allclose(spoilt, 100 * np.outer(across, across), atol=1)


def test_scaling_down_takes_means_of_whole_areas():
    # Level 3 is a third: one pixel of 180 is a ninth of its area.
    picture = np.zeros((6, 6, 3), np.uint8)
    picture[0, 0] = 180
    spoilt = corrupt(picture, Corruption("scaling", 3), 0, "a")
    assert spoilt[0, 0].tolist() == [20, 20, 20]


@pytest.mark.parametrize("axis", [0, 1])
def test_scaling_rounds_each_side_for_itself(axis):
    # Level 3 leaves round(5 / 3) = 2 pixels of five, and one of three.
    picture = np.zeros((5, 3, 3), np.uint8)
    picture[3:] = 200
    turned = picture if axis == 0 else picture.swapaxes(0, 1)
    spoilt = corrupt(turned, Corruption("scaling", 3), 0, "a")
    along = spoilt[:, 0, 0] if axis == 0 else spoilt[0, :, 0]
    assert along[0] == 0
    assert along[-1] > 150


@pytest.mark.parametrize(("level", "quality"), [(1, 90), (4, 30)])
def test_jpeg_is_given_its_quality(level, quality):
    _, encoded = cv2.imencode(".jpg", blots(), [cv2.IMWRITE_JPEG_QUALITY, quality])
    expected = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    bgr = corrupt(blots()[..., ::-1].copy(), Corruption("jpeg", level), 0, "a")[..., ::-1]
    np.testing.assert_array_equal(bgr, expected)


@pytest.mark.parametrize(("level", "quantisation"), [(1, 23), (2, 30)])
def test_h264_is_given_its_parameter(level, quantisation):
    spoilt = corrupt(blots(), Corruption("h264", level), 0, "a")
    np.testing.assert_array_equal(spoilt, through_h264(blots(), quantisation))


def test_jpeg_of_a_flat_picture_keeps_it():
    flat = np.full((16, 16, 3), 128, np.uint8)
    np.testing.assert_array_equal(corrupt(flat, Corruption("jpeg", 5), 0, "a"), flat)


def test_codecs_keep_the_order_of_the_colours():
    red = np.zeros((32, 32, 3), np.uint8)
    red[..., 0] = 200
    for kind in ("jpeg", "h264"):
        spoilt = corrupt(red, Corruption(kind, 1), 0, "a").astype(int)
        assert np.abs(spoilt - red).max() < 12


def test_h264_halves_the_chroma():
    # Red and green of equal luma alternate: within 2 x 2 pixels only their mean is left.
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[:, ::2, 0] = 200
    picture[:, 1::2, 1] = 102
    spoilt = through_h264(picture, 1).astype(int)
    assert np.abs(spoilt[:, ::2] - spoilt[:, 1::2]).max() < 25
    assert abs(spoilt[..., 0].mean() - 100) < 8


@pytest.mark.parametrize(("qp", "step"), [(24, 10), (30, 20), (36, 40)])
def test_h264_errs_as_a_quantiser_of_its_step(qp, step):
    # A uniform quantiser errs by step / sqrt(12) where the signal is far larger than the step, as
    # white noise is; from luma of 16..235 to grey of 0..255 the error grows by 255 / 219.
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 1), dtype=np.uint8).repeat(3, -1)
    error = np.sqrt(np.mean((through_h264(noise, qp).astype(float) - noise) ** 2))
    assert abs(error / (step / np.sqrt(12) * 255 / 219) - 1) < 0.06


@pytest.mark.parametrize("quantisation", [0, 52])
def test_the_quantisation_parameter_has_bounds(quantisation):
    with pytest.raises(ValueError, match=f"must be 1 to 51, not {quantisation}"):
        through_h264(blots(), quantisation)


def test_corrupted_examples(prepared):
    examples = load_examples(prepared, "test", 12)
    spoilt = corrupted(examples, Corruption("noise", 4), seed=9)
    for name in ("labels", "keys", "groups", "videos", "methods", "has_masks"):
        np.testing.assert_array_equal(getattr(spoilt, name), getattr(examples, name))
    assert (examples.in_memory, spoilt.in_memory) == (True, False)
    before = examples.images(range(7))
    images = spoilt.images([5, 0, 5])
    for image, index in zip(images, (5, 0, 5), strict=True):
        key = str(examples.keys[index])
        expected = corrupt(before[index], Corruption("noise", 4), 9, key)
        np.testing.assert_array_equal(image, expected)
    np.testing.assert_array_equal(examples.images(range(7)), before)


def test_corrupted_batches_are_the_same_whatever_the_batch_size(prepared):
    spoilt = corrupted(load_examples(prepared, "test", 12), Corruption("noise", 2), seed=1)

    def pictures(batch_size: int) -> np.ndarray:
        batches = [batch["image"] for batch in evaluation_batches(spoilt, batch_size)]
        return np.concatenate(batches)[: len(spoilt)]

    np.testing.assert_array_equal(pictures(3), pictures(7))


def test_parsing():
    assert parse_corruption("jpeg:3") == Corruption("jpeg", 3)
    assert str(Corruption("h264", 5)) == "h264:5"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("jpeg", "given as kind:level, for example jpeg:3, not 'jpeg'"),
        ("jpeg:", "given as kind:level"),
        ("jpeg:x", "given as kind:level"),
        ("jpeg:²", "given as kind:level"),
        ("jpeg:3:4", "corruption 'jpeg:3' cannot be imported"),
        (
            "fog:1",
            "no corruption named 'fog'; known: jpeg, blur, .*, h264, or your own",
        ),
        ("jpeg:0", "level of the corruption jpeg must be 1 to 5, not 0"),
        ("blur:6", "must be 1 to 5, not 6"),
    ],
)
def test_what_is_no_corruption(text, error):
    with pytest.raises(ValueError, match=error):
        parse_corruption(text)


def darken(picture, strength, draw):
    return (picture // (1 + strength)).astype(np.uint8)


def grey(picture, strength, draw):
    return picture.mean(axis=2)


def only_small(picture, strength, draw):
    return picture + np.zeros((8, 8, 3), np.uint8)


def small_again(picture, strength, draw):
    return picture[:8, :8]


dust = CorruptionKind(lambda picture, strength, draw: picture[::-1] + strength, (0, 3))


def test_a_users_own_corruption():
    assert corrupt(blots(), parse_corruption(f"{__name__}:darken:3"), 0, "a").max() <= 57
    own = parse_corruptions(f"{__name__}:dust:all")
    assert [str(corruption) for corruption in own[1:]] == [f"{__name__}:dust:{n}" for n in (1, 2)]
    assert own[2].strength == 3


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SIDE:1", "has no attribute 'SIDE'"),
        ("KINDS:1", r"is a list: give a function \(picture, strength, draw\) -> picture"),
        ("dust:3", "must be 1 to 2, not 3"),
        ("grey:1", r"must give a picture, uint8 \[8, 8, 3\], .* gives float64 \[8, 8\]"),
        ("blots:1", r"corruption .*:blots' fails at level 1 on \[8, 8, 3\]: TypeError: blots"),
        ("dust", r"given as kind:level, .* or your own as package.module:name"),
    ],
)
def test_what_is_no_corruption_of_the_users(name, message):
    with pytest.raises(ValueError, match=message):
        parse_corruption(f"{__name__}:{name}")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("only_small", r"corruption .*:only_small' fails at level 2 on \[64, 64, 3\]: ValueError"),
        ("small_again", r"must give a picture, uint8 \[64, 64, 3\], .* gives uint8 \[8, 8, 3\]"),
    ],
)
def test_what_shows_on_real_pictures_only_is_named(name, message):
    corruption = parse_corruption(f"{__name__}:{name}:2")
    with pytest.raises(ValueError, match=message):
        corrupt(blots(), corruption, 0, "a")
