import os

import pytest

from data_prep.prepared.files import cannot_write, locked, remove_partial, replacing


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_its_place(tmp_path):
    (tmp_path / "a").write_text("before")
    with replacing(tmp_path / "a") as partial:
        partial.write_text("after")
        assert (tmp_path / "a").read_text() == "before"
        assert partial.name.startswith(".a.partial-")
    assert (tmp_path / "a").read_text() == "after"
    assert names(tmp_path) == ["a"]


def test_a_folder_takes_its_place(tmp_path):
    with replacing(tmp_path / "a") as partial:
        (partial / "b").mkdir(parents=True)
    assert (tmp_path / "a/b").is_dir()
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("write", [lambda path: path.mkdir(), lambda path: path.touch()])
def test_what_fails_leaves_what_was_there(tmp_path, write):
    (tmp_path / "a").write_text("before")

    def stopped():
        with replacing(tmp_path / "a") as partial:
            write(partial)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert (tmp_path / "a").read_text() == "before"
    assert names(tmp_path) == ["a"]


def test_what_killed_processes_left(tmp_path):
    (tmp_path / ".a[0].partial-7/b").mkdir(parents=True)
    (tmp_path / ".a[0].partial-8").touch()
    (tmp_path / ".a0.partial-9").touch()
    remove_partial(tmp_path / "a[0]")
    assert names(tmp_path) == [".a0.partial-9"]


def test_the_same_kind_of_error_says_what_to_do(tmp_path):
    error = cannot_write(PermissionError(13, "Permission denied"), tmp_path, "the set")
    assert isinstance(error, PermissionError)
    assert f"the set could not be written below {tmp_path} (Permission denied)" in str(error)
    assert "nothing was kept. Give a data folder" in str(error)


@pytest.mark.parametrize("target", ["folder", "file", "missing"])
def test_a_link_under_the_name_of_what_is_written_is_not_followed(tmp_path, target):
    outside = tmp_path / "outside"
    (outside / "folder").mkdir(parents=True)
    (outside / "file").write_text("theirs")
    own = tmp_path / "own"
    own.mkdir()
    for name in ("a", f".a.partial-{os.getpid()}"):
        (own / name).symlink_to(outside / target)
    with replacing(own / "a") as partial:
        partial.write_text("ours")
    assert (own / "a").read_text() == "ours"
    assert names(own) == ["a"]
    assert names(outside) == ["file", "folder"]
    assert (outside / "file").read_text() == "theirs"


def test_a_lock_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "lock").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError, match="lock"), locked(tmp_path / "lock"):
        pass
    assert names(tmp_path) == ["lock"]


def test_a_lock_is_a_file_that_stays(tmp_path):
    with locked(tmp_path / "lock"):
        assert names(tmp_path) == ["lock"]
