"""Writing alone: without network, TensorFlow or output, on a full disk, and killed."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import textwrap

import pytest

from data_prep.folder import is_prepared, prepare_folder
from data_prep.prepared import write_once
from tests.data_prep.records_of import by_key


def test_no_network(fill, full_names, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    version = prepare_folder(fill(*full_names), tmp_path / "out")
    assert len(by_key(version)) == 12


def test_no_tensorflow(fill, full_names, tmp_path):
    prepare_folder(fill(*full_names), tmp_path / "out")
    assert "tensorflow" not in sys.modules


def test_progress_and_silence(fill, full_names, tmp_path, capfd):
    calls = []
    prepare_folder(
        fill(*full_names), tmp_path / "out", on_progress=lambda *call: calls.append(call)
    )
    assert calls == [(done, 12) for done in range(1, 13)]
    assert capfd.readouterr() == ("", "")


def test_a_file_that_lacks_records_is_noticed(fill, full_names, tmp_path, monkeypatch):
    record_files = write_once.record_files
    monkeypatch.setattr(
        write_once,
        "record_files",
        lambda folder: [(file, number + 1) for file, number in record_files(folder)],
    )
    with pytest.raises(OSError, match=r"holds 4 records, not 5.*nothing was kept"):
        prepare_folder(fill(*full_names), tmp_path / "out")
    assert not is_prepared(tmp_path / "out")


SCRIPT = """
    import os, resource, signal, sys
    from data_prep.folder import prepare_folder
    source, out, how = sys.argv[1:]
    if how == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        prepare_folder(source, out)
    else:
        prepare_folder(source, out, on_progress=lambda done, total: done > 6 and os._exit(9))
"""


def run(source, out, how):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(source), str(out), how],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_a_full_disk_leaves_nothing(fill, full_names, tmp_path):
    source = fill(*full_names)
    for number in range(30):
        shutil.copy(source / full_names[0], source / f"Train/Real/more_{number}.png")
    ended = run(source, tmp_path / "out", "full")
    assert ended.returncode == 1
    assert os.strerror(errno.EFBIG) in ended.stderr
    assert "nothing was kept" in ended.stderr
    assert not is_prepared(tmp_path / "out")
    assert len(by_key(prepare_folder(source, tmp_path / "out"))) == 42


def test_killed_in_the_middle_and_started_again(fill, full_names, tmp_path):
    source = fill(*full_names)
    assert run(source, tmp_path / "out", "kill").returncode == 9
    leftovers = list((tmp_path / "out/picture_folder").glob(".partial-*"))
    assert len(leftovers) == 1
    assert not is_prepared(tmp_path / "out")
    version = prepare_folder(source, tmp_path / "out")
    assert len(by_key(version)) == 12
    assert not leftovers[0].exists()
