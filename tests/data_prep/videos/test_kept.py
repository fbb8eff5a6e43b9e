from dataclasses import replace

import pytest

from data_prep.video import BadVideoError
from data_prep.videos.faces import Face, Faces
from data_prep.videos.kept import KeptVideos

PLAIN = Face(3, b"picture", None, "p", "c", None)
FACES = Faces((PLAIN, replace(PLAIN, frame=7, mask=b"mask", perceptual_hash=b"12345678")), 1, "bad")


def never():
    raise AssertionError("read again")


def test_what_was_kept_comes_back_as_it_was(tmp_path):
    kept = KeptVideos(tmp_path / "kept")
    assert kept.get_or(["a", 1], lambda: FACES) == FACES
    again = KeptVideos(tmp_path / "kept")
    assert again.count([["a", 1], ["a", 2]]) == 1
    assert again.get_or(["a", 1], never) == FACES


def test_another_identity_is_another_video(tmp_path):
    kept = KeptVideos(tmp_path)
    kept.get_or(["a", 1], lambda: FACES)
    other = replace(FACES, beyond_masks=0)
    assert kept.get_or(["a", 2], lambda: other) == other


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-30], lambda b: b"", lambda b: b.replace(b"picture", b"Picture")]
)
def test_a_damaged_file_is_done_again(tmp_path, damage):
    kept = KeptVideos(tmp_path)
    kept.get_or("a", lambda: FACES)
    [file] = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    read = []
    assert kept.get_or("a", lambda: read.append(1) or FACES) == FACES
    assert read == [1]


def test_a_bad_video_leaves_nothing(tmp_path):
    def bad():
        raise BadVideoError("bad")

    kept = KeptVideos(tmp_path / "kept")
    with pytest.raises(BadVideoError):
        kept.get_or("a", bad)
    assert not (tmp_path / "kept").exists()


def test_removed_with_all_that_is_in_it(tmp_path):
    kept = KeptVideos(tmp_path / "kept")
    kept.get_or("a", lambda: FACES)
    kept.remove()
    assert not (tmp_path / "kept").exists()
    kept.remove()
