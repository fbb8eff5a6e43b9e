from collections import Counter

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.source.manifest import arrange_rows, read_manifest, stat_files


@pytest.fixture
def write(tmp_path):
    def written(text: str):
        path = tmp_path / "manifest.csv"
        path.write_bytes(text.encode())
        return path

    return written


def test_all_columns(write):
    manifest = read_manifest(
        write(
            "path,label,group,split,video\n"
            "a/1.jpg,real,g1,Train,v1\n"
            '"b, c/2.jpg",1,g2,val,\n'
            "./a//3.jpg,FAKE,,test,v1\n"
        )
    )
    entries = {entry.key: entry for entry in arrange_rows(manifest).entries}
    first, second, third = entries["a/1.jpg"], entries["b, c/2.jpg"], entries["a/3.jpg"]
    assert (first.label, first.group, first.split, first.video) == (0, "g1", "train", "real/v1")
    assert (second.label, second.split, second.video) == (1, "validation", "b, c/2.jpg")
    assert (third.label, third.group, third.video) == (1, "v1", "fake/v1")


def test_columns_in_any_order_and_case_after_a_byte_order_mark(write):
    manifest = read_manifest(write("\ufeffLabel, Note ,PATH\r\n0,old,a.jpg\r\n"))
    (row,) = manifest.rows
    assert (row.line, row.path, row.label, row.group, row.split) == (2, "a.jpg", 0, "", "")


def test_without_splits_they_are_made_by_group(write):
    lines = [f"{n}.jpg,{('real', 'fake')[n % 2]},g{n // 2}" for n in range(40)]
    layout = arrange_rows(read_manifest(write("path,label,group\n" + "\n".join(lines))))
    assert Counter(entry.split for entry in layout.entries) == {
        "train": 32,
        "validation": 4,
        "test": 4,
    }
    assert len({(entry.group, entry.split) for entry in layout.entries}) == 20
    assert len(layout.notes) == 1
    assert layout.warnings == ()
    assert layout.made_splits == ("train", "validation", "test")


def test_without_groups_it_warns_where_it_splits(write):
    lines = "".join(f"{n}.jpg,{n % 2}\n" for n in range(20))
    layout = arrange_rows(read_manifest(write("path,label\n" + lines)))
    assert layout.warnings[0].startswith("20 rows have no group")


def test_missing_validation_is_made_from_train(write):
    lines = "".join(f"{n}.jpg,{n % 2},train\n" for n in range(40)) + "a.jpg,0,test\nb.jpg,1,test\n"
    layout = arrange_rows(read_manifest(write("path,label,split\n" + lines)))
    assert Counter(entry.split for entry in layout.entries) == {
        "train": 36,
        "validation": 4,
        "test": 2,
    }


def test_a_list_for_testing_only_is_not_divided(write):
    layout = arrange_rows(read_manifest(write("path,label,split\na.jpg,0,test\n")))
    assert [entry.split for entry in layout.entries] == ["test"]
    assert layout.made_splits == layout.warnings == ()
    (entry,) = arrange_rows(read_manifest(write("path,label\na.jpg,fake\n"))).entries
    assert entry.split == "test"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lacks the column path and label"),
        ("path;label\na.jpg;real\n", "it has: path;label"),
        ("path,kind\na.jpg,real\n", "lacks the column label"),
        ("path,label\n", "lists no pictures"),
        ("path,label\na.jpg,real\nb.jpg,maybe\n", "line 3: the label 'maybe'"),
        ("path,label\na.jpg,2\n", "line 2: the label '2'"),
        ("path,label\na.jpg,\n", "line 2: the label ''"),
        ("path,label\n,real\n", "line 2: the path is empty"),
        ("path,label\n./,real\n", "line 2: the path is empty"),
        ("path,label\n" + "a" * 200_000 + ",real\n", "not a readable CSV: field larger"),
        ("path,label,split\na.jpg,real,eval\n", "line 2: the split 'eval'"),
        ("path,label,split\na.jpg,real,test\nb.jpg,real,\n", "line 3: no split"),
        ("path,label\na.jpg,real\n./a.jpg,fake\n", "line 3: a.jpg stands in line 2"),
        ("path,label\na, b.jpg,real\n", "more fields than columns"),
        ("path,label\n/etc/a.jpg,real\n", "line 2: the path '/etc/a.jpg' leaves"),
        ("path,label\n../a.jpg,real\n", r"the path '\.\./a.jpg' leaves"),
        ("path,label\na/../../b.jpg,real\n", "leaves the manifest's folder"),
        ("path,label\na\\..\\..\\b.jpg,real\n", "leaves the manifest's folder"),
        ("path,label\nC:\\a.jpg,real\n", "leaves the manifest's folder"),
        ("path,label\na\0.jpg,real\n", "leaves the manifest's folder"),
    ],
)
def test_what_is_refused(write, text, message):
    with pytest.raises(PreparationError, match=message):
        read_manifest(write(text))


COLUMNS = "path,label,method,video,frame,compression,identity,Mood\n"


def test_further_columns(write):
    lines = (
        "1.jpg,1,f2f,v1,10,c23,anna,glad\n2.jpg,1,f2f,v1,9,c23,anna,\n3.jpg,0,-,v2,0,c23,bo,sad\n"
        "4.jpg,1,Mine,v3,0,,bo,\n5.jpg,0,real,,,,,\n"
    )
    layout = arrange_rows(read_manifest(write(COLUMNS + lines)))
    entries = {entry.key: entry for entry in layout.entries}
    first, second = entries["1.jpg"], entries["2.jpg"]
    assert (first.method, first.video, first.group) == ("Face2Face", "Face2Face/v1", "anna")
    assert (first.frame, second.frame, first.compression) == (10, 9, "c23")
    assert (entries["3.jpg"].method, entries["4.jpg"].method) == ("", "Mine")
    assert entries["5.jpg"].group == "5.jpg"
    assert layout.notes[-1] == "columns that are not used: mood"


def test_labels_that_are_methods(write):
    lines = ("Deepfakes,1.jpg", "F2F,2.jpg", "original,3.jpg", "fake,4.jpg")
    rows = read_manifest(write("\n".join(("label,path", *lines)))).rows
    assert [(row.label, row.method) for row in rows] == [
        (1, "Deepfakes"), (1, "Face2Face"), (0, ""), (1, ""),
    ]  # fmt: skip
    rows = read_manifest(write("label,path\ndeepfake,1.jpg\nreal,2.jpg\n")).rows
    assert [row.method for row in rows] == ["", ""]


def test_not_utf8(tmp_path):
    path = tmp_path / "manifest.csv"
    path.write_bytes(b"path,label\n\xff.jpg,real\n")
    with pytest.raises(PreparationError, match="not UTF-8"):
        read_manifest(path)


def test_listing_follows_the_manifest_and_the_files(write, fill, tmp_path):
    fill("a.png", folder="")
    manifest = write("path,label\na.png,real\nb.png,fake\n")
    first = stat_files(read_manifest(manifest))
    assert [file.name for file in first[1:]] == ["a.png", "b.png"]
    assert (first[1].size > 0, first[2].size) == (True, 0)
    fill("b.png", folder="")
    assert stat_files(read_manifest(manifest))[2].size > 0
    manifest = write("path,label\na.png,fake\nb.png,fake\n")
    assert stat_files(read_manifest(manifest))[0] != first[0]
