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
        "1 Celeb-real/idé 0_0000.MOV\n 1  Celeb-real/id0_0000.mp4 \n"
        "0 Celeb-synthesis\\FaceSwap\\SimSwap\\id0_id1_0000.mp4\r\n"
        "1 D:\\data\\youtube-real\\videos\\7.mp4\n",
    )
    listed = read_testing_list(root)
    assert listed.videos == {
        "YouTube-real/00170": 1,
        "Celeb-synthesis/id0_id1_0000": 3,
        "Celeb-real/idé 0_0000": 4,
        "Celeb-real/id0_0000": 5,
        "Celeb-synthesis/FaceSwap/SimSwap/id0_id1_0000": 6,
        "YouTube-real/7": 7,
    }
    assert listed.file.name == LIST_FILE


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 YouTube-real/../Celeb-real/id0_0000.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 ../YouTube-real/00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 Celeb-fake/00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 YouTube-real//00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("2 YouTube-real/00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("YouTube-real/00170.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 YouTube-real/.mp4", "is not 1 (real) or 0 (fake)"),
        ("1 YouTube-real/00170.txt", "is not 1 (real) or 0 (fake)"),
        ("1 YouTube-real/1.mp4", "YouTube-real/1 stands in line 1 already"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, said):
    root = written(tmp_path, f"1 YouTube-real/1.mp4\n{line}\n")
    with pytest.raises(PreparationError) as caught:
        read_testing_list(root)
    assert f"{root / LIST_FILE}, line 2: " in str(caught.value)
    assert said in str(caught.value)


def test_three_contradictions_are_shown(tmp_path):
    """A list in which 0 is real, in the place of the official one."""
    names = [f"Celeb-real/id{number}_0000" for number in range(5)]
    root = written(tmp_path, "".join(f"0 {name}.mp4\n" for name in names))
    with pytest.raises(PreparationError) as caught:
        read_testing_list(root)
    assert [name in str(caught.value) for name in names] == [True, True, True, False, False]
    assert str(caught.value).startswith(
        f"{root / LIST_FILE}: 5 labels are contradicted (1 is real and 0 is fake there); mend "
        "them:\n"
        "  line 1: Celeb-real/id0_0000 is said to be fake (0), but Celeb-real holds real videos\n"
    )
    assert str(caught.value).endswith("\n  and 2 more")


def test_a_forgery_that_is_said_to_be_real(tmp_path):
    root = written(tmp_path, "1 Celeb-real/a.mp4\n1 Celeb-synthesis/id0_id1_0000.mp4\n")
    text = (
        r"1 labels .*\n  line 2: .*_0000 is said to be real \(1\), but Celeb-synthesis holds fake"
    )
    with pytest.raises(PreparationError, match=text):
        read_testing_list(root)


def in_csv(folder, text, name="test.csv"):
    (folder / name).write_bytes(text.encode())
    return folder.resolve()


def test_a_csv_in_which_0_is_real(tmp_path):
    root = in_csv(
        tmp_path,
        "\ufeff,filename,label\r\n0,YouTube-real/00170.mp4,0\r\n"
        "1,Celeb-synthesis\\id0_id1_0000.mp4,1\r\n2,id0_0000.mp4,REAL\r\n3,id2_id3_0004.mp4,1\r\n",
    )
    listed = read_testing_list(root)
    assert listed.file.name == "test.csv"
    assert listed.videos == {
        "YouTube-real/00170": 2,
        "Celeb-synthesis/id0_id1_0000": 3,
        "Celeb-real/id0_0000": 4,
        "Celeb-synthesis/id2_id3_0004": 5,
    }
    # The official list comes first.
    written(tmp_path, "1 YouTube-real/1.mp4\n")
    assert read_testing_list(root).file.name == LIST_FILE


def test_a_csv_of_all_splits_lists_the_test(tmp_path):
    rows = "".join(
        f"id{n}_0000.mp4,0,{split}\n" for n, split in enumerate(("train", "Test", "val"))
    )
    listed = read_testing_list(in_csv(tmp_path, f"filename,label,split\n{rows}"))
    assert listed.videos == {"Celeb-real/id1_0000": 3}


def test_a_csv_in_which_1_is_real(tmp_path):
    rows = "".join(f"{n},Celeb-synthesis/id0_id1_000{n}.mp4,0\n" for n in range(4))
    with pytest.raises(PreparationError) as caught:
        read_testing_list(in_csv(tmp_path, f",filename,label\n{rows}"))
    assert str(caught.value).split("\n  ") == [
        f"{tmp_path.resolve() / 'test.csv'}: 4 labels are contradicted (0 is real and 1 is fake "
        "there); mend them:",
        *(
            f"line {n + 2}: Celeb-synthesis/id0_id1_000{n} is said to be real (0), but "
            "Celeb-synthesis holds fake videos"
            for n in range(3)
        ),
        "and 1 more",
    ]


@pytest.mark.parametrize("name", ["pictures/1.mp4", "me.mp4", "id0_id1.mp4", ""])
def test_a_row_that_names_no_video(tmp_path, name):
    with pytest.raises(PreparationError, match=r"line 2: .* is no video of Celeb-real, "):
        read_testing_list(in_csv(tmp_path, f"filename,label\n{name},1\n"))


def test_several_csvs(tmp_path):
    in_csv(tmp_path, "filename,label\nid0_0000.mp4,0\n", "a.csv")
    root = in_csv(tmp_path, "filename,label\nid0_0000.mp4,0\n", "b.csv")
    with pytest.raises(PreparationError, match=r"has no List_of_.* there are 2 CSV files"):
        read_testing_list(root)


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
