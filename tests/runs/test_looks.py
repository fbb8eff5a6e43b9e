import json

import numpy as np
import pytest

from jaxticket.runs.attention import read_looks
from jaxticket.runs.looks import LookFolder
from tests.report.page.written import write_saliency


@pytest.mark.parametrize(
    "key", ["a\u2028b.png", "a\x85b.png", "a\rb.png", 'a "b", c.png', "a\nb.png"]
)
def test_what_is_kept_is_read_as_it_was_written(tmp_path, key):
    with LookFolder(tmp_path) as folder:
        assert folder.pictures() == []
        folder.write_pictures([{"key": key, "label": 1}], ("key", "label"))
        assert folder.pictures() == [{"key": key, "label": "1"}]


@pytest.mark.parametrize("row", ["a,1,2", "a", f"{'x' * 200_000},1"])
def test_pictures_that_are_no_table_count_as_not_there(tmp_path, row):
    (tmp_path / "pictures.csv").write_text(f"key,label\n{row}\n")
    with LookFolder(tmp_path) as folder:
        assert folder.pictures() == []


def test_two_processes_do_not_write_one_look(tmp_path):
    with LookFolder(tmp_path), pytest.raises(BlockingIOError, match="give the same command again"):
        LookFolder(tmp_path)


def test_a_gallery_counts_only_while_it_is_whole(tmp_path):
    whole = write_saliency(tmp_path)
    with LookFolder(whole) as folder:
        assert folder.gallery_of() == {}
        folder.write_made_from({"gallery": {"count": 3}})
        assert folder.gallery_of() == {"count": 3}
        (whole / "gallery" / "0.png").unlink()
        assert folder.gallery_of() == {}


def test_a_gallery_that_is_cut_off_leaves_the_one_before(tmp_path):
    whole = write_saliency(tmp_path)
    gallery = json.loads((whole / "gallery.json").read_text())
    pixels = np.zeros((8, 8, 3), np.uint8)
    with LookFolder(whole) as folder:
        name = folder.write_picture("gallery_new", "00", pixels)
        (look,) = read_looks(whole)
        assert len(look.gallery.pictures) == 3
        picture = gallery["pictures"][0] | {"picture": name, "region": None}
        picture["maps"] = [picture["maps"][0] | {"map": name}]
        folder.write_gallery("gallery_new", gallery | {"pictures": [picture]})
        (look,) = read_looks(whole)
        assert [one.picture for one in look.gallery.pictures] == [name]
        assert not (whole / "gallery").exists()
