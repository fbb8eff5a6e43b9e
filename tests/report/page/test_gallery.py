import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from experiments.one_run.page import run_part
from jaxticket.report.page import gallery
from jaxticket.report.page.attention import attention_section
from jaxticket.report.page.gallery import cards_of, gallery_section
from jaxticket.runs import files
from jaxticket.runs.attention import read_looks, saliency_folder
from tests.report.page.written import write_run, write_saliency


@pytest.fixture
def part(tmp_path):
    run = write_run(tmp_path / "one")
    write_saliency(run)
    return run_part(run, "one")


def test_cards_begin_where_attention_moved_most(part):
    (saliency,) = read_looks(saliency_folder(part.run.path))
    cards, left_out = cards_of(saliency.folder, saliency.gallery)
    assert left_out == 0
    assert [(card.title, card.moved, card.change) for card in cards] == [
        ("Real", 0.9, -1.0), ("Fake, Blend", 0.5, 2.0), ("Fake, Swap", 0.1, 3.0),
    ]  # fmt: skip
    assert [image.caption[0] for image in cards[1].images] == [
        "picture", "forged region", "dense", "75.0% pruned",
    ]  # fmt: skip
    assert len(cards[0].images) == 3
    assert cards[1].images[3].alt == (
        "Map at level 2 (75.0% pruned) of fake, Blend: moved 0.50, 71% inside the region"
    )
    assert all(image.source.startswith("data:image/png;base64,") for image in cards[0].images)


def test_what_has_no_room_is_said(part, monkeypatch):
    (saliency,) = read_looks(saliency_folder(part.run.path))
    size = sum(len((saliency.folder / "gallery" / f"1{name}.png").read_bytes())
               for name in ("", "_level_00", "_level_02"))  # fmt: skip
    monkeypatch.setattr(gallery, "MOST_BYTES", size)
    text, shown = gallery_section([part]).blocks
    assert len(shown.cards) == 1
    assert "2 more, where attention moved less, had no room here" in text.text


def test_the_share_inside_is_explained_where_there_are_regions(part):
    (saliency,) = read_looks(saliency_folder(part.run.path))
    assert "Inside: the share" in gallery_section([part]).blocks[0].text
    pictures = [
        replace(picture, region=None, maps=[replace(entry, inside=None) for entry in picture.maps])
        for picture in saliency.gallery.pictures
    ]
    bare = files.read_typed(saliency.folder / "gallery.json", dict, "") | {
        "pictures": to_builtins(pictures)
    }
    files.write_json(saliency.folder / "gallery.json", bare)
    assert "Inside" not in gallery_section([part]).blocks[0].text


def test_figures_stand_beside_their_controls(part):
    text, about, panels, table = attention_section([part]).blocks
    assert "cannot be judged: no control has been looked at" in text.text
    assert about.text == "Maps. Networks: random at 75.0% pruned; ticket at 75.0% pruned."
    (plot,) = panels.plots
    assert plot.title == "rank correlation, n = 12"
    assert [(curve.name, curve.points[0].y) for curve in plot.curves] == [
        ("ticket", 0.8), ("random", 0.05),
    ]  # fmt: skip
    assert len(table.rows) == 2


def test_a_run_without_maps_has_neither_section(tmp_path):
    part = run_part(write_run(tmp_path / "one"), "one")
    assert gallery_section([part]) is None
    assert attention_section([part]) is None


def test_damaged_maps_cost_the_page_nothing_else(part):
    (part.run.path / "saliency" / "gallery" / "1.png").unlink()
    assert attention_section([part]) is None
    (text,) = gallery_section([part]).blocks
    assert text.text.startswith("The maps of one cannot be shown. ")
    assert "gallery/1.png" in text.text


def test_a_set_without_methods_has_no_name_twice(part):
    (saliency,) = read_looks(saliency_folder(part.run.path))
    pictures = [
        replace(picture, method="Fake" if picture.label else "Real")
        for picture in saliency.gallery.pictures
    ]
    cards, _ = cards_of(saliency.folder, replace(saliency.gallery, pictures=pictures))
    assert [card.title for card in cards] == ["Real", "Fake", "Fake"]


def test_the_gallery_says_what_its_pictures_are_made_of(part):
    (look,) = read_looks(saliency_folder(part.run.path))
    path = look.folder / "gallery.json"
    kept = files.read_typed(path, dict, "")
    first = gallery_section([part]).blocks[0].text
    assert "n = 3 pictures: 1 real, 2 fake: 1 of each of 2 methods. Half of them" in first
    assert "right" not in first  # an earlier version did not say that logits are of real or fake
    about = {"one_logit": True, "data_name": "noise", "split": "test"}
    files.write_json(path, kept | about)
    # Dense calls all fake; at the last level the real picture has a logit of 0: real.
    assert (
        "3 pictures of noise, test split: 1 real, 2 fake: 1 of each of 2 methods; answers: dense 2 "
        "right and 1 wrong, ticket, 75.0% 3 right and 0 wrong."
    ) in gallery_section([part]).blocks[0].text
    files.write_json(path, kept | {"one_logit": False})
    text = gallery_section([part]).blocks[0].text
    assert "Logit: of the answer explained" in text
    assert "says fake" not in text


def test_the_pictures_of_a_look_stand_in_a_table(part):
    path = part.run.path / "saliency" / "figures.json"
    parts = [
        {"label": 0, "method": "real", "pictures": 5, "groups": 2, "right": {"dense": 4}},
        {"label": 1, "method": "Swap", "compression": "c40", "pictures": 6, "groups": 3,
         "right": {"dense": 6}},
    ]  # fmt: skip
    more = {"composition": parts, "drawn": "all of the split", "data_name": "a", "split": "test"}
    files.write_json(path, files.read_typed(path, dict, "") | more)
    _, about, table, *_ = attention_section([part]).blocks
    assert "Pictures of a, test split (all of the split): 5 real, 6 fake; compression" in about.text
    assert "answers: dense 10 right and 1 wrong" in about.text
    assert table.heads[-1] == "right: dense"
    assert table.rows == [
        ("real", "real", None, 5, 2, 4), ("fake", "Swap", "c40", 6, 3, 6),
    ]  # fmt: skip
