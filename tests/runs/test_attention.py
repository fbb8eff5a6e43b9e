import json
import shutil

import pytest

from jaxticket.runs import Damaged, files
from jaxticket.runs.attention import picture_of, read_looks
from tests.report.page.written import write_saliency


def test_a_run_without_maps_has_no_look(tmp_path):
    assert read_looks(tmp_path) == []


def test_a_gallery_and_its_figures_are_read(tmp_path):
    folder = write_saliency(tmp_path)
    (found,) = read_looks(folder)
    assert found.folder == folder
    assert [picture.key for picture in found.gallery.pictures] == ["set/0", "set/1", "set/2"]
    assert [row.network for row in found.figures.rows] == ["random", "ticket"]
    (folder / "gallery.json").unlink()
    assert read_looks(folder)[0].gallery is None


def look_at(folder, name, *levels, pictures=100, quantities=("rank_correlation",), **more):
    """Write the figures of a look."""
    place = folder / "looks" / name
    place.mkdir(parents=True)
    rows = [{"level": level, "sparsity": level / 10, "quantity": quantity, "of": "ticket",
             "value": 0.5} for level in levels for quantity in quantities]  # fmt: skip
    header = {"method": "grad_cam", "layer": "a", "direction": "fake", "split": "test"}
    files.write_json(
        place / "figures.json", header | {"pictures_used": pictures, "rows": rows} | more
    )


def names(folder):
    return [look.folder.name for look in read_looks(folder)]


def test_a_shorter_look_hides_nothing_and_a_longer_one_what_it_covers(tmp_path):
    look_at(tmp_path, "long", 0, 1, 2)
    look_at(tmp_path, "few_levels", 0, 2)
    look_at(tmp_path, "few_pictures", 0, 1, 2, pictures=50)
    assert names(tmp_path) == ["long"]
    look_at(tmp_path, "more_pictures_few_levels", 0, 2, pictures=200)
    assert names(tmp_path) == ["more_pictures_few_levels", "long"]
    look_at(tmp_path, "faithful", 0, pictures=50, quantities=("deletion",))
    look_at(tmp_path, "other_maps", 0, method="hires_cam")
    look_at(tmp_path, "other_data", 0, data_fingerprint="x")
    look_at(tmp_path, "other_answer", 0, direction="real")
    assert set(names(tmp_path)) == {
        "more_pictures_few_levels", "long", "faithful", "other_maps", "other_data", "other_answer",
    }  # fmt: skip


def test_the_look_of_an_earlier_version_stands_beside_the_others(tmp_path):
    folder = write_saliency(tmp_path)
    look_at(folder, "new", 0)
    assert names(folder) == ["new", "saliency"]


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
        read_looks(folder)


@pytest.mark.parametrize("change", [{"pictures": 3}, {"pictures": [{}]}, {"levels": [{}]}])
def test_another_form_is_damage(tmp_path, change):
    with pytest.raises(Damaged, match="make the maps of this run again"):
        read_looks(write_saliency(tmp_path, **change))
