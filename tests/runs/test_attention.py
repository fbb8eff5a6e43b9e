import json
import shutil

import pytest

from jaxticket.runs import Damaged, files
from jaxticket.runs.attention import SaliencyFolder, picture_of, read_saliency
from tests.report.page.written import write_saliency


def test_a_run_without_maps_has_none(tmp_path):
    assert read_saliency(tmp_path) is None


def test_a_gallery_and_its_figures_are_read(tmp_path):
    folder = write_saliency(tmp_path)
    found = read_saliency(tmp_path)
    assert found.folder == folder
    assert [picture.key for picture in found.gallery.pictures] == ["set/0", "set/1", "set/2"]
    assert [row.network for row in found.figures.rows] == ["random", "ticket"]
    (folder / "gallery.json").unlink()
    assert read_saliency(tmp_path).gallery is None


@pytest.mark.parametrize(
    "name",
    [
        "../secret.png", "gallery/../../secret.png", "/etc/hostname", "gallery/link.png",
        "gallery\\0.png", "gallery/0.svg", "gallery/none.png", "gallery", "",
        "http://example.org/a.png", "linked/secret.png",
    ],
)  # fmt: skip
def test_a_picture_outside_its_folder_is_refused(tmp_path, name):
    folder = write_saliency(tmp_path)
    secret = tmp_path / "secret.png"
    shutil.copy(folder / "gallery" / "0.png", secret)
    shutil.copy(secret, folder / "gallery" / "0.svg")
    (folder / "gallery" / "link.png").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path)
    assert picture_of(folder, "gallery/0.png")[0] == "image/png"
    with pytest.raises(ValueError, match=r"leads out of|is no path|is neither PNG|is not there"):
        picture_of(folder, name)
    gallery = json.loads((folder / "gallery.json").read_text())
    gallery["pictures"][0]["picture"] = name
    files.write_json(folder / "gallery.json", gallery)
    with pytest.raises(Damaged, match=r"gallery\.json is damaged"):
        read_saliency(tmp_path)


@pytest.mark.parametrize("change", [{"pictures": 3}, {"pictures": [{}]}, {"levels": [{}]}])
def test_another_form_is_damage(tmp_path, change):
    write_saliency(tmp_path, **change)
    with pytest.raises(Damaged, match="make the maps of this run again"):
        read_saliency(tmp_path)


def kept_in(path, key, gallery=None):
    """Write rows and what they were made from, as a look at a run does; return what was asked."""
    asked = {"format": 1, "gallery": int(gallery is not None)}
    with SaliencyFolder(path) as folder:
        folder.write_pictures([{"key": key, "label": 1}], ("key", "label"))
        if gallery is not None:
            folder.write_gallery(gallery)
        folder.finish(asked)
    return asked


@pytest.mark.parametrize("key", ["a\u2028b.png", "a\x85b.png", 'a "b", c.png', "a\nb.png"])
def test_what_is_kept_is_read_as_it_was_written(tmp_path, key):
    asked = kept_in(tmp_path, key)
    with SaliencyFolder(tmp_path) as folder:
        assert folder.pictures(asked) == [{"key": key, "label": "1"}]
        assert folder.pictures(asked | {"format": 2}) is None


def test_what_is_kept_without_its_gallery_is_made_again(tmp_path):
    whole = write_saliency(tmp_path)
    gallery = json.loads((whole / "gallery.json").read_text())
    asked = kept_in(whole, "k", gallery)
    with SaliencyFolder(whole) as folder:
        assert folder.pictures(asked) is not None
        (whole / "gallery" / "0.png").unlink()
        assert folder.pictures(asked) is None
        (whole / "gallery.json").unlink()
        assert folder.pictures(asked) is None
