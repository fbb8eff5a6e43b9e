"""The marks of networks: told apart without colour, and seen on either paper."""

import re
from importlib.resources import files
from itertools import combinations

import pytest

from experiments.study.plan import METHODS
from jaxticket.lottery import CONTROLS, DENSE_CONTROLS
from jaxticket.report.marks import (
    DARK,
    DASHES,
    LIGHT,
    MARKS,
    NAMES,
    OWN,
    SHAPES,
    marks_of,
    network_name,
    style,
)


def test_every_method_and_control_has_a_name_and_a_mark():
    for kind in (*METHODS, *CONTROLS, *DENSE_CONTROLS):
        assert kind in NAMES
    assert set(NAMES.values()) <= MARKS.keys()
    assert len(set(NAMES.values())) == len(NAMES)


def test_no_two_networks_look_the_same_without_colour():
    named = {name: mark for name, mark in MARKS.items() if name != "ticket (global)"}
    looks = [
        (mark.shape, mark.hollow, None if mark.hollow else mark.dash)
        for mark in (*named.values(), *OWN)
    ]
    assert len(set(looks)) == len(looks)
    assert MARKS["ticket (global)"] == MARKS["ticket"]


def test_a_control_looks_the_same_whatever_stands_beside_it():
    few, many = marks_of(["random mask"]), marks_of(["SNIP", "mine:late", "random mask"])
    assert few["random mask"] == many["random mask"] == MARKS["random mask"]
    assert many["mine:late"] == OWN[0] == marks_of(["mine:late"])["mine:late"]
    assert marks_of(["b:b", "a:a"]) == {"a:a": OWN[0], "b:b": OWN[1]}
    assert network_name("mine:late") == "mine:late"


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of relative luminances."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_definition():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


def papers(name):
    css = (files("jaxticket.report.page") / "templates" / "page.css").read_text()
    return re.findall(rf"--{name}: (#[0-9a-f]+);", css)[:2]


@pytest.mark.parametrize("paper", ["paper", "raised"])
def test_every_colour_stands_out_from_light_and_dark_paper(paper):
    for colours, behind in zip((LIGHT, DARK), papers(paper), strict=True):
        assert min(contrast(colour, behind) for colour in colours) >= 3


def test_text_is_read_on_light_and_dark_paper():
    for name in ("ink", "soft", "link"):
        for colour, paper in zip(papers(name), papers("paper"), strict=True):
            assert contrast(colour, paper) >= 4.5


def test_shapes_and_dashes_differ():
    for part in (DASHES, [letter for letter, _ in SHAPES], [path for _, path in SHAPES]):
        assert all(one != other for one, other in combinations(part, 2))
    for mark in (*MARKS.values(), *OWN):
        assert mark.colour < len(LIGHT) == len(DARK)
        assert mark.shape < len(SHAPES)
        assert mark.dash < len(DASHES)


def test_the_style_has_the_colours_of_both():
    text = style()
    assert text.count(f"--c1: {LIGHT[1]};") == 2
    assert text.count(f"--c1: {DARK[1]};") == 1
