import pytest

from data_prep.faces.encode import FacePicture, pack_faces, unpack_faces
from data_prep.running.pieces import Pieces

PLAIN = FacePicture(b"picture", None, "p", "c", None)
MASKED = FacePicture(b"other", b"mask", "q", "d", b"12345678")


def in_folder(folder):
    """Pieces of two pictures, and a word about them."""
    return Pieces(
        folder,
        lambda piece: pack_faces(dict(zip((7, 2), piece, strict=True)), {"word": "grey"}),
        lambda about, read: tuple(unpack_faces(about, read).values()) * (about["word"] == "grey"),
    )


def never():
    raise AssertionError("read again")


def test_what_was_done_comes_back_as_it_was(tmp_path):
    in_folder(tmp_path / "pieces").get_or(["a", 1], lambda: (PLAIN, MASKED))
    assert in_folder(tmp_path / "pieces").get_or(["a", 1], never) == (PLAIN, MASKED)


def test_another_identity_is_another_piece(tmp_path):
    pieces = in_folder(tmp_path)
    pieces.get_or(["a", 1], lambda: (PLAIN, MASKED))
    assert pieces.get_or(["a", 2], lambda: (MASKED, PLAIN)) == (MASKED, PLAIN)


def test_it_says_how_many_are_done(tmp_path, caplog):
    pieces = in_folder(tmp_path / "pieces")
    with caplog.at_level("INFO", "data_prep"):
        pieces.report(4, "videos")
        assert caplog.messages == []
        for name in "abd":
            pieces.get_or(name, lambda: (PLAIN, MASKED))
        pieces.report(4, "videos")
    assert caplog.messages == ["going on: 3 of 4 videos are done"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b[:-30],
        lambda b: b"",
        lambda b: b.replace(b"picture\x50", b"Picture\x50"),
        lambda b: b.replace(b"about.json", b"about.jsom"),
    ],
)
def test_a_damaged_file_is_done_again(tmp_path, damage):
    pieces = in_folder(tmp_path)
    pieces.get_or("a", lambda: (PLAIN, MASKED))
    [file] = tmp_path.iterdir()
    damaged = damage(file.read_bytes())
    assert damaged != file.read_bytes()
    file.write_bytes(damaged)
    read = []
    assert pieces.get_or("a", lambda: read.append(1) or (PLAIN, MASKED)) == (PLAIN, MASKED)
    assert read == [1]
    assert pieces.get_or("a", never) == (PLAIN, MASKED)


def test_work_that_fails_leaves_nothing(tmp_path):
    def bad():
        raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        in_folder(tmp_path / "pieces").get_or("a", bad)
    assert not (tmp_path / "pieces").exists()


def test_removed_with_all_that_is_in_it(tmp_path):
    pieces = in_folder(tmp_path / "pieces")
    pieces.get_or("a", lambda: (PLAIN, MASKED))
    pieces.remove()
    assert not (tmp_path / "pieces").exists()
    pieces.remove()
