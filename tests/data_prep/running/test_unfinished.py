import pytest

from data_prep.faces.encode import FacePicture, pack_picture, unpack_picture
from data_prep.running.unfinished import Kept, Packed

PLAIN = FacePicture(b"picture", None, "p", "c", None)
MASKED = FacePicture(b"other", b"mask", "q", "d", b"12345678")


def in_folder(folder):
    """Keeps pairs of pictures."""

    def pack(pair):
        packed = [pack_picture(name, picture) for name, picture in zip("ab", pair, strict=True)]
        about = {"pictures": [one.about for one in packed]}
        return Packed(about, packed[0].files | packed[1].files)

    def unpack(about, read):
        first, second = about["pictures"]
        return unpack_picture("a", first, read), unpack_picture("b", second, read)

    return Kept(folder, pack, unpack)


def never():
    raise AssertionError("read again")


def test_what_was_kept_comes_back_as_it_was(tmp_path):
    in_folder(tmp_path / "kept").get_or(["a", 1], lambda: (PLAIN, MASKED))
    assert in_folder(tmp_path / "kept").get_or(["a", 1], never) == (PLAIN, MASKED)


def test_another_identity_is_another_piece(tmp_path):
    kept = in_folder(tmp_path)
    kept.get_or(["a", 1], lambda: (PLAIN, MASKED))
    assert kept.get_or(["a", 2], lambda: (MASKED, PLAIN)) == (MASKED, PLAIN)


def test_it_says_how_many_are_done(tmp_path, caplog):
    kept = in_folder(tmp_path / "kept")
    with caplog.at_level("INFO", "data_prep"):
        kept.report(["a", "b", "c"], "videos")
        assert caplog.messages == []
        for name in "abd":
            kept.get_or(name, lambda: (PLAIN, MASKED))
        kept.report(["a", "b", "c"], "videos")
    assert caplog.messages == ["going on: 2 of 3 videos are done"]


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
    kept = in_folder(tmp_path)
    kept.get_or("a", lambda: (PLAIN, MASKED))
    [file] = tmp_path.iterdir()
    damaged = damage(file.read_bytes())
    assert damaged != file.read_bytes()
    file.write_bytes(damaged)
    read = []
    assert kept.get_or("a", lambda: read.append(1) or (PLAIN, MASKED)) == (PLAIN, MASKED)
    assert read == [1]
    assert kept.get_or("a", never) == (PLAIN, MASKED)


def test_work_that_fails_leaves_nothing(tmp_path):
    def bad():
        raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        in_folder(tmp_path / "kept").get_or("a", bad)
    assert not (tmp_path / "kept").exists()


def test_removed_with_all_that_is_in_it(tmp_path):
    kept = in_folder(tmp_path / "kept")
    kept.get_or("a", lambda: (PLAIN, MASKED))
    kept.remove()
    assert not (tmp_path / "kept").exists()
    kept.remove()
