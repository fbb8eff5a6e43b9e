import numpy as np
import pytest
from PIL import Image

from data_prep.media.video import BadVideoError
from data_prep.videos.ready_crops import read_ready_crops, read_ready_squares
from tests.data_prep.encoded import decoded


@pytest.fixture
def crops(tmp_path):
    """Crops 0, 7 and 30 of 8 x 8 pixels, whose colour is their number, and a mask of the last."""
    for number in (0, 7, 30):
        save(tmp_path / f"frames/{number:03d}.png", np.full((8, 8, 3), number, np.uint8))
    mask = np.zeros((8, 8), np.uint8)
    mask[:2] = 255
    save(tmp_path / "masks/030.png", mask)
    return tmp_path


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def test_whole_pictures_by_their_numbers_and_masks_by_their_names(crops):
    read = read_ready_crops(crops / "frames", None, crops / "masks", 32, 8)
    assert list(read.faces) == [0, 7, 30]
    for number, face in read.faces.items():
        assert decoded(face.image).tolist() == np.full((8, 8, 3), number).tolist()
    assert read.faces[0].mask is read.faces[7].mask is None
    assert decoded(read.faces[30].mask).tolist() == [[255] * 8] * 2 + [[0] * 8] * 6
    assert (read.beyond_masks, read.not_forged) == (2, ())
    save(crops / "masks/007.png", np.zeros((8, 8), np.uint8))
    assert read_ready_crops(crops / "frames", None, crops / "masks", 32, 8).not_forged == (7,)
    smaller = read_ready_crops(crops / "frames", None, None, 32, 4)
    assert decoded(smaller.faces[7].image).shape == (4, 4, 3)
    assert smaller.beyond_masks == 0


def test_masks_that_are_counted_from_another_number(tmp_path):
    for number in range(3):
        save(tmp_path / f"frames/{number + 1}.png", np.full((8, 8, 3), number, np.uint8))
        save(tmp_path / f"masks/{number}.png", np.full((8, 8), 255 * (number == 1), np.uint8))
    read = read_ready_crops(tmp_path / "frames", None, tmp_path / "masks", 32, 8)
    assert (read.mask_step, read.beyond_masks, read.not_forged) == (-1, 0, (1, 3))


def test_evenly_spaced_crops_of_those_that_are_named(crops):
    names = ("030.png", "007.png")
    assert list(read_ready_crops(crops / "frames", names, None, 1, 8).faces) == [30]
    assert list(read_ready_crops(crops / "frames", names, None, 1, 8, (0, 2)).faces) == [7]
    squares = read_ready_squares(crops / "frames", names, 2)
    assert [(number, path.name, square) for number, path, square in squares] == [
        (7, "007.png", (0, 0, 8)),
        (30, "030.png", (0, 0, 8)),
    ]


def test_a_crop_that_is_not_square_or_not_whole(crops):
    save(crops / "frames/001.png", np.zeros((8, 9, 3), np.uint8))
    with pytest.raises(BadVideoError, match=r"001\.png has 9 x 8 pixels: a ready face crop is squ"):
        read_ready_crops(crops / "frames", None, None, 32, 8)
    (crops / "frames/001.png").write_bytes(b"")
    with pytest.raises(BadVideoError, match=r"^empty file \(001\.png\)$"):
        read_ready_crops(crops / "frames", None, None, 32, 8)
    with pytest.raises(BadVideoError, match="holds no frames"):
        read_ready_crops(crops / "frames", (), None, 32, 8)


def test_masks_of_another_size_or_damaged_are_left_aside(crops):
    save(crops / "masks/007.png", np.zeros((4, 4), np.uint8))
    read = read_ready_crops(crops / "frames", None, crops / "masks", 32, 8)
    assert read.bad_masks == "its masks have 4 x 4 pixels, the crops 8 x 8"
    assert (len(read.faces), read.beyond_masks) == (3, 0)
    (crops / "masks/007.png").write_bytes(b"")
    read = read_ready_crops(crops / "frames", None, crops / "masks", 32, 8)
    assert read.bad_masks == "empty file (007.png)"
