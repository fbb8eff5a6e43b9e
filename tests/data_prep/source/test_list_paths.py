"""Paths of lists: inside their folder, in any spelling."""

import pytest

from data_prep.source.list_files import ManifestError
from data_prep.source.manifest import read_manifest


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "manifest.csv"
        path.write_text(text)
        return path

    return written


def test_links_out_of_the_folder_are_refused(write, fill, tmp_path):
    outside = fill("a.png", folder="outside")
    data = tmp_path / "data"
    data.mkdir()
    (data / "link.png").symlink_to(outside / "a.png")
    (data / "folder").symlink_to(outside)
    for name in ("link.png", "folder/a.png"):
        manifest = data / "manifest.csv"
        manifest.write_text(f"path,label\n{name},real\n")
        with pytest.raises(ManifestError, match="is a link out of"):
            read_manifest(manifest)


def test_links_inside_the_folder_are_followed(write, fill, tmp_path):
    fill("a.png", folder="")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    assert len(read_manifest(write("path,label\nb.png,real\n")).rows) == 1


def test_absolute_paths_inside_the_folder(write, tmp_path, tmp_path_factory):
    folder = str(tmp_path.resolve())
    there = tmp_path_factory.mktemp("links") / "there"
    there.symlink_to(tmp_path)
    lines = f"{folder}/a/1.jpg,real\n{there}/b.jpg,fake\n".replace("/a/", "\\a\\")
    paths = [row.path for row in read_manifest(write("path,label\n" + lines)).rows]
    assert paths == ["a/1.jpg", "b.jpg"]


def test_paths_below_the_one_folder_beside_the_list(write, fill):
    fill("real/a.png", "fake/b.png", folder="real_vs_fake/real-vs-fake")
    rows = read_manifest(write("label,path\n0,real/a.png\n1,fake/b.png\n")).rows
    assert [row.path for row in rows] == [
        "real_vs_fake/real-vs-fake/real/a.png",
        "real_vs_fake/real-vs-fake/fake/b.png",
    ]


def test_a_name_too_long_for_any_file_is_one_that_is_missing(write):
    (row,) = read_manifest(write(f"label,path\n0,{'a' * 300}.png\n")).rows
    assert row.path == f"{'a' * 300}.png"
