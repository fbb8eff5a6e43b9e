import numpy as np
import pytest
from PIL import Image

from data_prep.checks.complete import PreparationError
from data_prep.contact_sheet import WIDTH, Config, draw_sheet, main
from data_prep.prepared.people import Portrait
from tests.data_prep.people_sets import colour_of, write_set

PAPER = (255, 255, 255)


def plain(colour: tuple[int, int, int], forged: bool = False) -> Portrait:
    mask = np.zeros((20, 20), np.uint8)
    mask[:, 10:] = 255
    return Portrait(np.full((20, 20, 3), colour, np.uint8), mask if forged else None, 0)


def runs(line: np.ndarray) -> list[tuple[int, int]]:
    """Begin and end of what is not paper in a line of pixels."""
    drawn = np.concatenate([[False], (line != PAPER).any(axis=-1), [False]])
    edges = np.flatnonzero(np.diff(drawn.astype(int)))
    return list(zip(edges[::2], edges[1::2], strict=True))


def test_where_everything_stands():
    people = [
        {"real": plain((10, 0, 0)), "A": plain((20, 0, 0), forged=True), "B": plain((30, 0, 0))},
        {"real": plain((40, 0, 0)), "A": plain((50, 0, 0), forged=True), "B": plain((60, 0, 0))},
    ]
    sheet = np.asarray(draw_sheet(people, "t", width=300))
    # The last columns of pixels lie in the last person's tiles, clear of labels and title.
    rows = runs(sheet[40:, -5])
    assert len(rows) == 4  # real, A, A's region, B
    sides = {end - begin for begin, end in rows}
    assert len(sides) == 1
    side = sides.pop()
    starts = [begin for begin, _ in rows]
    assert np.diff(starts).tolist() == [side + 15, side + 3, side + 15]
    middles = [40 + begin + side // 2 for begin in starts]
    columns = runs(sheet[40 + starts[0] + 1])
    assert [end - begin for begin, end in columns] == [side, side]
    assert columns[1][1] == sheet.shape[1] <= 300
    for column, reds in zip(columns, ((10, 20, 30), (40, 50, 60)), strict=True):
        x = column[0] + side // 2
        assert [tuple(sheet[middles[row], x]) for row in (0, 1, 3)] == [(red, 0, 0) for red in reds]


def test_where_there_is_no_picture():
    people = [{"real": plain((9, 0, 0)), "A": None}, {"real": None, "A": plain((9, 0, 0), True)}]
    sheet = np.asarray(draw_sheet(people, "t", width=300))
    first, last = (runs(sheet[40:, sheet.shape[1] + x]) for x in (-5 - 160 - 3, -5))
    assert (len(first), len(last)) == (1, 2)  # real alone; A and its region


def test_a_region_is_in_colour_and_outlined():
    person = {"real": plain((0, 120, 240)), "A": plain((0, 120, 240), forged=True)}
    sheet = np.asarray(draw_sheet([person], "t", width=400)).astype(int)
    side = runs(sheet[40:, -1])[0][1]
    left = sheet.shape[1] - side
    line = sheet[-side // 2, left:]
    pale = round(0.55 * 120 + 0.45 * 255)
    assert line[side // 4].tolist() == [pale] * 3
    assert line[-side // 4].tolist() == [0, 120, 240]
    # The outline is orange: where it runs, red beats the blue of both sides.
    outline = np.flatnonzero(line[:, 0] > line[:, 2] + 60)
    assert abs(outline.mean() - side / 2) < 2
    assert 1 <= len(outline) <= 4


def test_sizes():
    person = {"real": plain((1, 2, 3)), "LongNameOfAMethod": plain((1, 2, 3))}
    assert draw_sheet([person] * 8, "title").width in range(WIDTH - 8, WIDTH + 1)
    assert draw_sheet([person], "title").width < WIDTH  # tiles are not blown up
    with pytest.raises(PreparationError, match=r"60 columns do not fit 1000 pixels"):
        draw_sheet([person] * 60, "title")


@pytest.fixture(scope="module")
def version(tmp_path_factory):
    return write_set(tmp_path_factory.mktemp("people"), 3, synthetic=True)


def test_the_command(version, tmp_path, capsys):
    out = tmp_path / "sheet.png"
    assert main(Config(version.parent.parent, out, columns=2)) == 0
    assert capsys.readouterr().out == f"contact sheet: {out}\n"
    with Image.open(out) as sheet:
        pixels = np.asarray(sheet.convert("RGB"))
    last = [tuple(pixels[40 + begin + 5, -5]) for begin, _ in runs(pixels[40:, -5])]
    assert last[0] == colour_of(2, "real", 2)
    assert last[1] == colour_of(2, "Swap", 2)
    assert last[3] == colour_of(2, "Blend", 1)


def test_synthetic_is_said_in_the_title(version, tmp_path, monkeypatch):
    titles = []
    monkeypatch.setattr(
        "data_prep.contact_sheet.draw_sheet",
        lambda people, title: titles.append(title) or Image.new("RGB", (1, 1)),
    )
    real = write_set(tmp_path / "real", 2, synthetic=False)
    assert main(Config(version, tmp_path / "a.png")) == main(Config(real, tmp_path / "b.png")) == 0
    assert titles == [
        "people: synthetic people of the test split",
        "people: people of the test split",
    ]


@pytest.mark.parametrize(("name", "form"), [("a.jpg", "JPEG"), ("a.png", "PNG")])
def test_the_suffix_decides_the_format(version, tmp_path, name, form):
    assert main(Config(version, tmp_path / name)) == 0
    with Image.open(tmp_path / name) as sheet:
        assert sheet.format == form


def test_failures_are_said(version, tmp_path, capsys):
    assert main(Config(tmp_path / "nowhere", tmp_path / "a.png")) == 2
    assert main(Config(version, tmp_path / "a.png", columns=0)) == 2
    assert main(Config(version, tmp_path / "nowhere/a.png")) == 2
    first, second, third = capsys.readouterr().err.splitlines()
    assert (
        first
        == f"error: {tmp_path / 'nowhere'} holds 0 prepared sets: give the version folder of one"
    )
    assert second.startswith("error: 0 people cannot be shown")
    assert "nowhere/a.png" in third
    assert not (tmp_path / "a.png").exists()
