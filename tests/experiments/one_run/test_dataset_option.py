import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from data_prep.folder import prepare_folder
from experiments.one_run.data import open_data
from experiments.one_run.dataset_option import default_data_dir, prepared_path


@pytest.fixture
def console():
    return Console(file=io.StringIO(), soft_wrap=True)


def test_prepared_sets_lie_where_the_environment_says(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    monkeypatch.setenv("JAXTICKET_DATA", "/sets")
    assert default_data_dir() == Path("/sets")
    monkeypatch.delenv("JAXTICKET_DATA")
    assert default_data_dir() == Path("/cache/jaxticket/data")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_data_dir() == Path.home() / ".cache" / "jaxticket" / "data"


def test_a_prepared_set_is_taken_as_it_is(prepared, console, tmp_path):
    assert prepared_path(str(prepared), tmp_path / "data", 0, console) == prepared
    assert not (tmp_path / "data").exists()


def test_a_prepared_set_that_has_lost_records_is_named(prepared, console, tmp_path):
    copy = tmp_path / "1.0.0"
    shutil.copytree(prepared, copy)
    lost = next(copy.glob("*train*record*"))
    lost.unlink()
    with pytest.raises(ValueError, match=f"{copy} lacks {lost.name}: prepare it anew"):
        open_data(str(copy), None, tmp_path, 0, console)


def test_a_folder_of_pictures_is_prepared_and_then_found(pictures, data_dir, prepared, console):
    assert prepared_path(str(pictures), data_dir, 0, console) == prepared
    assert prepare_folder(pictures, data_dir) == prepared
    assert f"prepared set {prepared}" in console.file.getvalue()


def test_what_a_user_should_look_at_is_said(pictures, console, tmp_path):
    from PIL import Image

    # A folder whose files tell the label: its fakes are JPEG.
    for path in pictures.rglob("*.png"):
        name = path.relative_to(pictures)
        copy = tmp_path / "pictures" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(path) as image:
            image.save(copy.with_suffix(".jpg") if "fake" in name.parts else copy)
    prepared_path(str(tmp_path / "pictures"), tmp_path / "data", 0, console)
    assert "WARNING: format, size and JPEG quantisation" in console.file.getvalue()


def test_too_many_unreadable_pictures_are_refused(pictures, console, tmp_path):
    import shutil

    shutil.copytree(pictures, tmp_path / "pictures")
    for name in ("000", "001"):
        (tmp_path / "pictures" / "train" / "real" / f"{name}.png").write_bytes(b"no picture")
    with pytest.raises(ValueError, match="more than 1 pictures cannot be used"):
        prepared_path(str(tmp_path / "pictures"), tmp_path / "data", 1, console)
    prepared_path(str(tmp_path / "pictures"), tmp_path / "data", 2, console)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "--dataset is empty. Name a folder"),
        ("picture", r"no such folder; near it: pictures\. Name"),
        ("qqqq", r"no such folder\. Name a folder"),
        ("synthetic_fff", "near it: synthetic_ff"),
        ("a/b/c", r"no such folder \(nor .*a/b\)"),
    ],
)
def test_a_folder_that_is_not_there_is_said_with_near_names(console, tmp_path, name, said):
    (tmp_path / "pictures").mkdir()
    dataset = str(tmp_path / name) if name else ""
    with pytest.raises(ValueError, match=said):
        prepared_path(dataset, tmp_path / "data", 0, console)


def mine(data_dir, on_progress):
    on_progress("pictures drawn", 1, 1)
    return data_dir / "mine"


def no_folder(data_dir, on_progress):
    return None


def failing(data_dir, on_progress):
    return {}["pictures"]


def test_a_users_own_data_set(prepared, console, tmp_path, monkeypatch):
    (tmp_path / "mine").symlink_to(prepared)
    name = f"{__name__}:mine"
    assert prepared_path(name, tmp_path, 0, console) == tmp_path / "mine"
    # A folder of that very name is the folder.
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).symlink_to(prepared)
    assert prepared_path(name, tmp_path / "elsewhere", 0, console).name == name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no_folder", "must give the folder of a prepared set; it gives None"),
        ("mine", "must give the folder of a prepared set; it gives '.*mine'"),
        ("failing", "your own data set .*:failing' fails: KeyError: 'pictures'"),
        ("pytest", "is a module: give a function"),
        ("nothing", "has no attribute 'nothing'"),
    ],
)
def test_what_is_no_data_set(console, tmp_path, name, message):
    with pytest.raises(ValueError, match=message):
        prepared_path(f"{__name__}:{name}", tmp_path, 0, console)
