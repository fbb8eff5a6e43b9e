"""What every data set promises: prepared once, found again, whole or not at all, with its card."""

import os
import re
import runpy
import shutil
import sys
from pathlib import Path

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.prepared.card import read_card
from data_prep.prepared.find import is_prepared
from data_prep.terminal.program import start
from jaxticket.data.prepared import open_prepared
from tests.data_prep.records_of import by_key
from tests.data_prep.sources import SETS


@pytest.fixture(scope="module", params=SETS, ids=lambda data_set: data_set.name)
def data_set(request):
    return request.param


@pytest.fixture(scope="module")
def source(data_set, tmp_path_factory):
    root = tmp_path_factory.mktemp(data_set.name) / "tiny"
    data_set.write(root)
    return root


@pytest.fixture(scope="module")
def version(data_set, source, tmp_path_factory):
    """It as a prepared set; every item was counted, one after the other."""
    steps = []
    out = tmp_path_factory.mktemp("out")
    prepared = data_set.prepare(source, out, on_progress=lambda *step: steps.append(step))
    assert steps == [(done, data_set.items) for done in range(1, data_set.items + 1)]
    return prepared


@pytest.fixture
def changed(source, tmp_path):
    """A copy of the source, to be changed by the test."""
    return shutil.copytree(source, tmp_path / "tiny")


def test_the_folder(data_set, version):
    *_, folder, configuration, number = version.parts
    assert (folder, configuration[:5], number) == (data_set.folder, "tiny-", "1.0.0")
    assert is_prepared(version)
    assert (version / f"{data_set.folder}-test.array_record-00000-of-00001").is_file()


def test_the_card(data_set, source, version):
    card = read_card(version)
    assert (card.name, card.source, card.synthetic) == ("tiny", str(source), False)
    assert card.methods == data_set.methods
    numbers = {split: tuple(labels.values()) for split, labels in card.pictures.items()}
    assert numbers == data_set.pictures
    assert card.skipped == card.warnings == ()


def test_the_library_opens_it(data_set, version):
    opened = open_prepared(version)
    assert (opened.name, opened.methods) == ("tiny", data_set.methods)
    assert opened.splits == {split: sum(labels) for split, labels in data_set.pictures.items()}
    assert opened.fingerprint == read_card(version).fingerprint


def test_found_again_without_writing_until_a_file_changes(data_set, source, version, monkeypatch):
    monkeypatch.setattr("data_prep.running.preparation.write_once", None)
    out = version.parents[2]
    for options in ({}, {"strict": True, "skip_limit": 0}):
        assert data_set.prepare(Path(source), out, **options) == version
        assert data_set.prepare(str(source), str(out), **options) == version
    file = source / data_set.damaged
    stat = file.stat()
    os.utime(file, (1, 1))
    with pytest.raises(TypeError, match="not callable"):
        data_set.prepare(source, out)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert data_set.prepare(source, out) == version


def test_killed_it_goes_on_and_ends_as_one_that_was_not(
    data_set, source, version, tmp_path, caplog
):
    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        data_set.prepare(source, tmp_path, on_progress=stop)
    folder = tmp_path / data_set.folder
    assert not is_prepared(tmp_path)
    done = len(list(folder.glob(".kept-*/*")))
    assert (done >= 3) == data_set.has_pieces
    steps = []
    with caplog.at_level("INFO", "data_prep"):
        resumed = data_set.prepare(source, tmp_path, on_progress=lambda *step: steps.append(step))
    told = [text for text in caplog.messages if f"going on: {done} of {data_set.items} " in text]
    assert len(told) == data_set.has_pieces
    assert steps[-1] == (data_set.items, data_set.items)
    assert by_key(resumed) == by_key(version)
    assert read_card(resumed) == read_card(version)
    assert {path.name for path in folder.iterdir()} == {
        resumed.parent.name,
        f".{resumed.parent.name}.lock",
    }


def test_what_is_damaged_costs_itself_up_to_the_limit(data_set, changed, tmp_path):
    (changed / data_set.damaged).write_bytes(b"")
    prepared = data_set.prepare(changed, tmp_path / "out", skip_limit=1)
    ((name, reason),) = read_card(prepared).skipped
    assert Path(data_set.damaged).stem in name
    assert reason.startswith("empty file")
    assert len(by_key(prepared)) < sum(map(sum, data_set.pictures.values()))
    for out in ("out", "new"):  # found prepared, and prepared
        with pytest.raises(PreparationError, match=r"more than 0 .* cannot be used") as caught:
            data_set.prepare(changed, tmp_path / out, skip_limit=0)
        assert f"{name}: empty file" in str(caught.value)
    assert not is_prepared(tmp_path / "new")


def test_a_byte_order_mark_changes_nothing(data_set, version, changed, tmp_path):
    texts = [path for suffix in ("json", "txt", "csv") for path in changed.rglob(f"*.{suffix}")]
    if not texts:
        pytest.skip("no text file belongs to it")
    for path in texts:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert by_key(data_set.prepare(changed, tmp_path / "out")) == by_key(version)


def test_a_split_without_a_readable_item(data_set, changed, tmp_path):
    for pattern in data_set.test:
        for file in changed.glob(pattern):
            file.write_bytes(b"")
    text = r"the split test of .* is empty: none of its \d .* can be used, for example .*: empty"
    with pytest.raises(PreparationError, match=text):
        data_set.prepare(changed, tmp_path / "out")
    assert not is_prepared(tmp_path / "out")


def test_the_test_alone_is_a_set_for_testing(data_set, changed, tmp_path):
    if data_set.layout == "actors":
        pytest.skip("its splits are made here, also of the videos that were the test")
    kept = {file for pattern in data_set.test for file in changed.glob(pattern)}
    media = {".mp4", ".png", ".jpg"}
    for path in sorted(changed.rglob("*"), reverse=True):
        if path.is_dir() and not list(path.iterdir()):
            path.rmdir()
        elif path.name in ("Train_poly.json", "Val_poly.json", "train.csv", "valid.csv") or (
            path.suffix in media and path not in kept
        ):
            path.unlink()
    prepared = data_set.prepare(changed, tmp_path / "out")
    assert open_prepared(prepared).splits == {"test": sum(data_set.pictures["test"])}
    text = "no picture is in train: a set to evaluate finished runs on, not to train on"
    assert text in read_card(prepared).notes
    assert data_set.prepare(changed, tmp_path / "out", strict=True) == prepared


def test_one_picture_in_two_given_splits_is_a_warning_or_an_error(data_set, changed, tmp_path):
    first, second = (changed / name for name in data_set.leak)
    shutil.copy(first, second)
    card = read_card(data_set.prepare(changed, tmp_path / "out"))
    assert card.duplicates.across_splits > 0
    warned = "pictures? stands? in more than one split: what is tested"
    assert any(re.search(warned, text) for text in card.warnings)
    for out in ("out", "strict"):  # found prepared, and prepared
        with pytest.raises(PreparationError, match=r"no leaks are allowed \(strict\)"):
            data_set.prepare(changed, tmp_path / out, strict=True)
    assert not is_prepared(tmp_path / "strict")


def test_the_command(data_set, source, version, tmp_path, monkeypatch, capsys):
    options = [f"--source={source}", f"--out={tmp_path}", "--strict", "--skip_limit=0"]
    monkeypatch.delitem(sys.modules, f"data_prep.{data_set.command}.__main__", raising=False)
    monkeypatch.setattr(sys, "argv", [data_set.command, *options, *data_set.options])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(f"data_prep.{data_set.command}", run_name="__main__")
    assert ended.value.code == 0
    printed, errors = capsys.readouterr()
    assert errors == ""
    assert "Data card of tiny" in printed
    assert f"prepared set: {tmp_path / data_set.folder / version.parent.name}" in printed


def test_the_command_says_what_is_wrong(data_set, tmp_path, capsys):
    wrong = [f"--source={tmp_path / 'nowhere'}", f"--out={tmp_path / 'out'}"]
    assert start(data_set.command, wrong) == 2
    assert capsys.readouterr().err.startswith("error: there is no folder ")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--skip_limit=few", "--no_such=1"])
def test_options_that_are_none(data_set, tmp_path, capsys, option):
    with pytest.raises(SystemExit) as ended:
        start(data_set.command, [f"--source={tmp_path}", f"--out={tmp_path}", option])
    assert ended.value.code == 2
    assert option.partition("=")[0] in capsys.readouterr().err
