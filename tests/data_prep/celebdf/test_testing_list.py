import pytest

from data_prep.celebdf.testing_list import LIST_FILE, read_testing_list
from data_prep.checks.complete import PreparationError


def written(folder, text):
    (folder / LIST_FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder.resolve()


def test_the_videos_and_their_lines(tmp_path):
    root = written(
        tmp_path,
        "\ufeff1 YouTube-real/00170.mp4\r\n\n0 Celeb-synthesis/id0_id1_0000.mp4\n"
        "1 Celeb-real/idé 0_0000.mp4\n 1  Celeb-real/id0_0000.mp4 \n",
    )
    listed = read_testing_list(root)
    assert listed.videos == {
        "YouTube-real/00170": 1,
        "Celeb-synthesis/id0_id1_0000": 3,
        "Celeb-real/idé 0_0000": 4,
        "Celeb-real/id0_0000": 5,
    }
    assert listed.file.name == LIST_FILE


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 Celeb-real/id0_0000.mp4", "is said to be fake (0), but Celeb-real holds real videos"),
        ("1 Celeb-synthesis/id0_id1_0000.mp4", "is said to be real (1), but Celeb-synthesis"),
        ("1 YouTube-real/../Celeb-real/id0_0000.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 ../YouTube-real/00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 Celeb-fake/00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 /YouTube-real/00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("2 YouTube-real/00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("YouTube-real/00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 YouTube-real/.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 YouTube-real/00170.avi", "is not 1 (real) or 0 (fake)"),
        ("1 YouTube-real/1.mp4", "YouTube-real/1 stands in line 1 already"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, said):
    root = written(tmp_path, f"1 YouTube-real/1.mp4\n{line}\n")
    with pytest.raises(PreparationError) as caught:
        read_testing_list(root)
    assert f"{root / LIST_FILE}, line 2: " in str(caught.value)
    assert said in str(caught.value)


def test_no_list(tmp_path):
    with pytest.raises(PreparationError, match=r"has no List_of_testing_videos\.txt: the official"):
        read_testing_list(tmp_path.resolve())


def test_a_list_out_of_the_folder(tmp_path):
    (tmp_path / "root").mkdir()
    (written(tmp_path, "1 YouTube-real/1.mp4") / LIST_FILE).rename(tmp_path / "list")
    (tmp_path / "root" / LIST_FILE).symlink_to(tmp_path / "list")
    with pytest.raises(PreparationError, match="has no List"):
        read_testing_list((tmp_path / "root").resolve())


@pytest.mark.parametrize(("text", "said"), [("\n", "lists no videos"), (b"\xff\xfe", "not UTF-8")])
def test_no_lines(tmp_path, text, said):
    with pytest.raises(PreparationError, match=said):
        read_testing_list(written(tmp_path, text))
