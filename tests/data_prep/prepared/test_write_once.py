import errno
import threading

import pytest

from data_prep.prepared.find import is_prepared
from data_prep.prepared.write_once import is_whole, verify, write_once


@pytest.fixture(autouse=True)
def _no_counting(monkeypatch):
    """The files that these tests write hold no records."""
    monkeypatch.setattr("data_prep.prepared.write_once.verify", lambda folder: None)


@pytest.mark.parametrize(
    "lost", ["dataset_info.json", "features.json", "d-train.array_record-00000-of-00001"]
)
def test_a_set_without_one_of_its_files_is_not_whole(tmp_path, lost, make_version):
    version = make_version(tmp_path / "1.0.0")
    assert is_whole(version)
    (version / lost).unlink()
    assert not is_whole(version)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"splits": [{}]}'])
def test_a_damaged_description_is_not_whole(tmp_path, text, make_version):
    version = make_version(tmp_path / "1.0.0")
    (version / "dataset_info.json").write_text(text)
    assert not is_whole(version)


def test_written_once(tmp_path, make_version):
    target = tmp_path / "set/config/1.0.0"
    calls = []

    def write(folder):
        calls.append(folder)
        return make_version(folder / "set/config/1.0.0")

    assert write_once(target, write) == target
    assert write_once(target, write) == target
    assert len(calls) == 1
    assert is_whole(target)
    assert not calls[0].exists()


def test_what_an_interrupted_writing_left_is_removed(tmp_path, make_version):
    target = tmp_path / "set/config/1.0.0"
    leftover = tmp_path / "set/.partial-config-12345"
    others = tmp_path / "set/.partial-another-12345"
    make_version(leftover / "set/config/1.0.0")
    make_version(others / "set/another/1.0.0")
    assert not is_prepared(tmp_path)
    write_once(target, lambda folder: make_version(folder / "new"))
    assert not leftover.exists()
    assert others.exists()


def test_a_set_that_lost_a_file_is_written_again(tmp_path, make_version):
    target = make_version(tmp_path / "set/config/1.0.0")
    (target / "d-train.array_record-00000-of-00001").unlink()
    write_once(target, lambda folder: make_version(folder / "new"))
    assert is_whole(target)


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt()])
def test_a_failed_writing_leaves_nothing(tmp_path, error, make_version):
    target = tmp_path / "set/config/1.0.0"

    def write(folder):
        make_version(folder / "set/config/1.0.0")
        raise error

    with pytest.raises(type(error)):
        write_once(target, write)
    assert not is_prepared(tmp_path)
    assert [path.name for path in (tmp_path / "set").iterdir()] == [".config.lock"]


def test_a_full_disk_is_said_clearly(tmp_path):
    def write(folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match=r"No space left on device.*nothing was kept") as caught:
        write_once(tmp_path / "set/config/1.0.0", write)
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_says_what_is_kept(tmp_path, there):
    kept = tmp_path / "kept"
    if there:
        kept.mkdir()

    def write(folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left on device") as caught:
        write_once(tmp_path / "set/config/1.0.0", write, kept)
    assert (f"no set was written. What is done is kept in {kept}," in str(caught.value)) == there
    assert ("nothing was kept" in str(caught.value)) != there


def test_a_data_folder_that_cannot_be_written_to(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotADirectoryError, match="Give a data folder that can be written to"):
        write_once(tmp_path / "file/set/config/1.0.0", lambda folder: folder)


def test_the_second_of_two_waits_and_finds_it(tmp_path, make_version):
    target = tmp_path / "set/config/1.0.0"
    begun, go_on = threading.Event(), threading.Event()
    calls = []

    def write(folder):
        calls.append(folder)
        begun.set()
        assert go_on.wait(10)
        return make_version(folder / "set/config/1.0.0")

    first = threading.Thread(target=write_once, args=(target, write))
    second = threading.Thread(target=write_once, args=(target, write))
    first.start()
    assert begun.wait(10)
    second.start()
    second.join(0.2)
    assert second.is_alive()
    go_on.set()
    first.join(10)
    second.join(10)
    assert len(calls) == 1
    assert is_whole(target)


def test_verify_refuses_a_file_that_holds_no_records(tmp_path, make_version):
    version = make_version(tmp_path / "1.0.0")
    with pytest.raises(OSError, match=r"d-train\.array_record-00000-of-00001"):
        verify(version)
