import pytest

from jaxticket.report.marks import Mark
from jaxticket.report.page.axes import Axis
from jaxticket.report.page.plot import Curve, Plot, Point, draw, look_of

X = Axis("x", 0.0, 10.0, [(0.0, "0"), (10.0, "ten")])
Y = Axis("y", 0.0, 1.0, [(0.0, "0"), (1.0, "1")])


def plot(*curves, **more):
    return Plot("title", "what it shows", X, Y, curves, **more)


@pytest.mark.parametrize("marked", [True, False])
def test_no_two_curves_of_sixteen_look_the_same(marked):
    assert len({look_of(n, Curve("", [], marked=marked)) for n in range(16)}) == 16


def test_a_curve_with_a_mark_looks_the_same_at_every_place():
    curve = Curve("a", [Point(5, 0.5)], mark=Mark(3, 2, hollow=True))
    drawings = [draw(plot(*[Curve("", [])] * place, curve)) for place in range(2)]
    for place, drawing in enumerate(drawings):
        assert f'<g data-curve="{place}" class="c3"><path class="mark hollow"' in drawing


def test_points_and_intervals_are_where_they_belong():
    svg = draw(plot(Curve("a", [Point(0, 1.0), Point(10, 0.0, 0.0, 1.0, "a note")])))
    # 440 x 270: from (33, 10) to (430, 228).
    assert 'd="M33.0 10.0L430.0 228.0"' in svg
    assert 'class="bar" d="M430.0 228.0V10.0"' in svg
    assert "<title>a note</title>" in svg


def test_long_ticks_keep_clear_of_the_label():
    long = Axis("y", 0.0, 1.0, [(0.0, "0.000"), (1.0, "1.000")])
    svg = draw(Plot("title", "what it shows", X, long, [Curve("a", [Point(0, 1.0)])]))
    # The label's 20 pixels, five letters, and a gap: what is drawn begins at 59.
    assert '<path class="axis" d="M59 228H430"/>' in svg
    assert '<text class="end" x="53"' in svg


def test_intervals_at_one_place_stand_side_by_side():
    curves = [Curve(name, [Point(5, 0.5, 0.4, 0.6)]) for name in "ab"]
    svg = draw(plot(*curves))
    assert 'd="M229.5 ' in svg
    assert 'd="M233.5 ' in svg


def test_reference_lines_off_the_axis_are_left_out():
    svg = draw(plot(lines=[(0.5, "inside"), (1.5, "outside")], band=(0.25, 0.75)))
    assert "inside" in svg
    assert "outside" not in svg
    assert '<rect class="band" x="33" y="64.5" width="397" height="109.0"/>' in svg


def test_no_bar_crosses_the_label_of_a_reference_line():
    svg = draw(plot(Curve("a", [Point(10, 0.5, 0.3, 0.7)]), lines=[(0.5, "chance"), (0.9, "x")]))
    # Four pixels and the bar at 430: the label of six letters ends left of it.
    assert 'class="end small halo" x="426" y="115.0">chance' in svg
    assert 'class="end small halo" x="430" y="27.8">x' in svg


def test_a_single_point_has_a_marker_where_others_have_a_line():
    assert 'class="mark"' in draw(plot(Curve("a", [Point(5, 0.5)], marked=False)))
    many = draw(plot(Curve("a", [Point(4, 0.5), Point(5, 0.5)], marked=False)))
    assert 'class="mark"' not in many


def test_text_is_escaped():
    svg = draw(plot(Curve("a", [Point(1, 1, note="<script>")]), lines=[(0.5, "<b>")]))
    assert "<script>" not in svg
    assert "<b>" not in svg
