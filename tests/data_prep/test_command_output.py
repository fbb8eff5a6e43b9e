"""What a command shows on the way, and what it leaves as it was."""

import logging

from rich.progress import Progress

from data_prep.folder import prepare_folder
from data_prep.running import command_line
from data_prep.running.command_line import run


def test_a_sheet_that_is_there_is_not_drawn_again(fill, full_names, tmp_path):
    source = fill(*full_names)
    assert run(lambda on_progress: prepare_folder(source, tmp_path / "out")) == 0
    [sheet] = (tmp_path / "out").rglob("contact_sheet.jpg")
    sheet.write_bytes(b"as it was")
    assert run(lambda on_progress: prepare_folder(source, tmp_path / "out")) == 0
    assert sheet.read_bytes() == b"as it was"


def test_a_sheet_that_cannot_be_written(fill, full_names, tmp_path, capsys, monkeypatch):
    def full(folder, out):
        raise OSError("the disk is full")

    monkeypatch.setattr(command_line, "write_sheet", full)
    source = fill(*full_names)
    assert run(lambda on_progress: prepare_folder(source, tmp_path / "out")) == 0
    assert "no contact sheet: the disk is full\n" in capsys.readouterr().out


def test_what_is_logged_is_shown_and_the_log_left_as_it_was(capsys, caplog):
    log = logging.getLogger("data_prep")
    caplog.set_level(logging.ERROR, logger="data_prep")
    before = list(log.handlers), log.level

    def prepare(on_progress):
        logging.getLogger("data_prep.videos").info("3 of 5 videos are kept")
        raise ValueError("enough")

    assert run(prepare) == 2
    assert "3 of 5 videos are kept" in capsys.readouterr().out
    assert (list(log.handlers), log.level) == before


def test_the_bar_says_how_many_of_all(monkeypatch):
    said = []

    def update(bars, bar, *, completed, total, **others):
        said.append((completed, total))

    def prepare(on_progress):
        on_progress(2, 5)
        raise ValueError("enough")

    monkeypatch.setattr(Progress, "update", update)
    run(prepare)
    assert said == [(2, 5)]
