import pytest
from PIL import Image
from rich.progress import Progress

from data_prep.checks.complete import PreparationError
from data_prep.folder import prepare_folder
from data_prep.running.command_line import bar, run, run_with_faces


@pytest.mark.parametrize("error", [ValueError("the list is wrong"), OSError("the disk is full")])
def test_what_is_wrong_is_one_line(error, capsys):
    def prepare(on_progress):
        on_progress(1, 2)
        raise error

    assert run(prepare) == 2
    assert capsys.readouterr().err == f"error: {error}\n"


def test_what_is_no_fault_of_the_user_is_not_hidden():
    def prepare(on_progress):
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        run(prepare)


def test_the_card_and_the_folder(fill, full_names, tmp_path, capsys):
    source = fill(*full_names)
    assert run(lambda on_progress: prepare_folder(source, tmp_path / "out")) == 0
    out = capsys.readouterr().out
    assert "Data card of pictures" in out
    assert f"prepared set: {tmp_path / 'out/picture_folder'}/pictures-" in out
    [sheet] = (tmp_path / "out").rglob("contact_sheet.jpg")
    assert f"contact sheet: {sheet}" in out
    with Image.open(sheet) as picture:
        assert picture.format == "JPEG"


def test_a_set_that_no_sheet_can_be_drawn_of_is_as_good(
    fill, full_names, tmp_path, capsys, monkeypatch
):
    def refuse(*arguments):
        raise PreparationError("too many columns")

    monkeypatch.setattr("data_prep.running.command_line.write_sheet", refuse)
    source = fill(*full_names)
    assert run(lambda on_progress: prepare_folder(source, tmp_path / "out")) == 0
    out = capsys.readouterr().out
    assert "no contact sheet: too many columns" in out
    assert "prepared set: " in out


def test_faces_have_a_bar_of_their_own(capsys):
    def prepare(on_faces, on_progress):
        on_faces(2, 3)
        on_progress(4, 5)
        raise ValueError("stop here")

    assert run_with_faces(prepare) == 2
    assert capsys.readouterr().err == "error: stop here\n"


def test_bars_show_what_there_is_progress_of():
    with Progress() as bars:
        faces, preparing = bar(bars, "faces", visible=False), bar(bars, "preparing")
        preparing(1, 2)
        assert [(task.description, task.visible) for task in bars.tasks] == [
            ("faces", False),
            ("preparing", True),
        ]
        faces(3, 7)
        assert (bars.tasks[0].visible, bars.tasks[0].completed, bars.tasks[0].total) == (True, 3, 7)
