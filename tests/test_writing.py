import os
from pathlib import Path

import pytest

from jaxticket import limits
from jaxticket.writing import naming, open_in_place, require_plain, write_whole


@pytest.fixture
def outside(tmp_path):
    """A file that nobody but its owner may change."""
    path = tmp_path / "outside" / "theirs"
    path.parent.mkdir()
    path.write_text("theirs")
    return path


@pytest.fixture
def own(tmp_path):
    """A folder that is written to."""
    path = tmp_path / "own"
    path.mkdir()
    return path


@pytest.mark.parametrize("name", ["report.html", "report.html.partial"])
@pytest.mark.parametrize("target", ["theirs", "missing"])
def test_a_link_under_the_name_of_a_file_is_replaced(own, outside, name, target):
    (own / name).symlink_to(outside.parent / target)
    write_whole(own / "report.html", b"ours")
    assert (own / "report.html").read_bytes() == b"ours"
    assert not (own / "report.html").is_symlink()
    assert [path.name for path in own.iterdir()] == ["report.html"]
    assert [path.read_text() for path in outside.parent.iterdir()] == ["theirs"]


@pytest.mark.parametrize("target", ["theirs", "missing"])
def test_what_is_written_in_its_place_is_no_link(own, outside, target):
    (own / "lock").symlink_to(outside.parent / target)
    with pytest.raises(OSError, match=r"it is a link, and what is written here .*own/lock"):
        os.close(open_in_place(own / "lock", os.O_RDWR))
    assert [path.read_text() for path in outside.parent.iterdir()] == ["theirs"]


def test_a_file_in_its_place_is_made_and_kept(own):
    for text in (b"one", b"two"):
        handle = open_in_place(own / "log", os.O_WRONLY | os.O_APPEND)
        os.write(handle, text)
        os.close(handle)
    assert (own / "log").read_bytes() == b"onetwo"


def test_a_folder_that_is_not_there_or_a_link_itself_is_plain(own, tmp_path):
    (own / "deep").mkdir()
    (own / "deep" / "inside").symlink_to(own)
    (tmp_path / "link").symlink_to(own)
    require_plain(own)
    require_plain(tmp_path / "link")
    require_plain(tmp_path / "missing")


@pytest.mark.parametrize("target", ["outside", "outside/theirs", "outside/missing", "own/deep/it"])
def test_a_link_out_of_a_folder_or_to_itself_is_refused(own, outside, target):
    (own / "deep").mkdir()
    (own / "deep" / "it").symlink_to(own.parent / target)
    with pytest.raises(ValueError, match=r"own/deep/it is a link that leads out of .*own, and"):
        require_plain(own)


def test_a_pipe_is_refused_and_not_waited_at(own):
    os.mkfifo(own / "config.json")
    with pytest.raises(ValueError, match=r"config.json is neither a file nor a folder"):
        require_plain(own)


@pytest.mark.parametrize(("name", "limit"), [("a.json", "JSON_BYTES"), ("a.csv", "TEXT_BYTES")])
def test_what_is_read_whole_has_a_size(own, monkeypatch, name, limit):
    (own / "deep").mkdir()
    (own / "deep" / name).write_text("12345")
    monkeypatch.setattr(limits, limit, 5)
    require_plain(own)
    monkeypatch.setattr(limits, limit, 4)
    with pytest.raises(ValueError, match=rf"deep/{name} has 5 bytes; at most 4 are read of it"):
        require_plain(own)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_an_error_of_an_open_file_names_it():
    with (
        Path("/dev/full").open("wb", buffering=0) as file,
        pytest.raises(OSError, match=r"No space left on device: 'runs/log'"),
        naming(Path("runs/log")),
    ):
        file.write(b"a line")
