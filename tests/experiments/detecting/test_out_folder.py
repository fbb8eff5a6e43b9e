import pytest

from experiments.detecting.out_folder import check_out, clear_out

OURS = b'{"schema":"jaxticket_detections/1","asked":{}}'


def earlier(out):
    (out / "pictures").mkdir(parents=True)
    (out / "results.json").write_bytes(OURS)
    (out / "results.csv").write_text("row")
    (out / "pictures/0001_face_1.png").write_bytes(b"p")
    return out


def test_a_new_folder_and_an_empty_one(tmp_path):
    check_out(tmp_path / "a/b")
    assert not (tmp_path / "a").exists()
    clear_out(tmp_path / "a/b")
    clear_out(tmp_path / "a/b")
    assert list((tmp_path / "a/b").iterdir()) == []


def test_what_an_earlier_detect_wrote_goes(tmp_path):
    out = earlier(tmp_path / "out")
    (out / "results.csv.partial").touch()
    clear_out(out)
    assert [path.name for path in out.iterdir()] == ["pictures"]
    assert list((out / "pictures").iterdir()) == []


def test_one_that_was_killed_is_an_earlier_one(tmp_path):
    out = earlier(tmp_path / "out")
    (out / "results.json").rename(out / "results.json.partial")
    clear_out(out)


@pytest.mark.parametrize("name", ["mine.txt", "pictures/0001 me.png", "pictures/me.png", "more/a"])
def test_anything_else_is_left_alone(tmp_path, name):
    out = earlier(tmp_path / "out")
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_bytes(b"mine")
    before = sorted(out.rglob("*"))
    with pytest.raises(ValueError, match="holds what detect did not write"):
        clear_out(out)
    assert sorted(out.rglob("*")) == before


@pytest.mark.parametrize("content", [b"{}", b'{"schema":"other/1"}'])
def test_results_of_another_program_are_left_alone(tmp_path, content):
    (tmp_path / "results.json").write_bytes(content)
    with pytest.raises(ValueError, match="holds what detect did not write"):
        check_out(tmp_path)


def test_links_and_files_are_left_alone(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "0001_.png").touch()
    out = earlier(tmp_path / "out")
    (out / "pictures/0001_face_1.png").unlink()
    (out / "pictures").rmdir()
    (out / "pictures").symlink_to(mine)
    with pytest.raises(ValueError, match="holds what detect did not write"):
        clear_out(out)
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="is a file: name a folder"):
        check_out(tmp_path / "file")
