"""The section on what the ticket costs and saves."""

import re

import pytest
from msgspec.structs import replace

from experiments.one_run.page import run_part, write_report_page
from jaxticket.report.frontier import write_frontier
from jaxticket.report.page.axes import log_axis
from jaxticket.report.page.blocks import Panels, Table, Text
from jaxticket.report.page.efficiency import efficiency_section, frontier
from jaxticket.runs.efficiency import write_efficiency
from tests.made_efficiency import made_efficiency
from tests.report.page.written import write_run


@pytest.fixture
def run(tmp_path):
    return write_run(tmp_path / "one")


def section_of(run):
    return efficiency_section([run_part(run, "one")])


def test_without_figures_it_says_what_is_known_and_the_command(run):
    (block,) = section_of(run).blocks
    assert isinstance(block, Text)
    assert block.text.startswith("Of 101 parameters (404 bytes in float32) the 75% ticket keeps 51")
    assert "python -m experiments.efficiency --run=RUN" in block.text


def test_a_run_without_tickets_has_no_section(tmp_path):
    assert section_of(write_run(tmp_path / "dense", levels=(0,))) is None


def test_with_figures_it_has_sentences_the_frontier_and_a_table(run):
    write_efficiency(run, made_efficiency())
    blocks = section_of(run).blocks
    assert isinstance(blocks[0], Text)
    assert "answers one picture in 0.50 ms" in blocks[0].text
    (panels,) = (block for block in blocks if isinstance(block, Panels))
    assert [plot.title for plot in panels.plots] == [
        "accuracy against latency", "accuracy against bytes",
    ]  # fmt: skip
    (table,) = (block for block in blocks if isinstance(block, Table))
    assert len(table.rows) == 7  # the arm of two threads is left to the files
    page = write_report_page([run]).read_text()
    assert "What the ticket costs and saves" in page


def test_the_short_page_says_it_in_one_sentence(run):
    write_efficiency(run, made_efficiency())
    page = write_report_page([run], share=True).read_text()
    (section,) = re.findall(r'<section id="costs".*?</section>', page, re.S)
    assert "answers one picture in 0.50 ms" in section
    assert "<svg" not in section
    assert "A processor" not in page


def test_the_frontier_has_a_point_for_every_level_and_engine():
    latency, _ = frontier(made_efficiency())
    points = {curve.name: [p.x for p in curve.points] for curve in latency.curves if curve.points}
    assert points["OpenVINO float32"] == pytest.approx([0.30103, 0.30103])
    assert points["sparse runtime float32"] == pytest.approx([0.298853, -0.30103])
    assert points["best dense float32"] == pytest.approx([0.30103, 0.30103])
    assert latency.lines == [(0.9, "dense")]


def test_nothing_is_drawn_where_nothing_was_timed(run):
    record = made_efficiency()
    record = replace(record, arms=[replace(arm, timings=[]) for arm in record.arms])
    assert frontier(record) == []
    write_efficiency(run, record)
    write_frontier(run, record)
    assert not (run / "efficiency" / "frontier.png").exists()


def test_the_markdown_page_has_its_plot(run):
    record = made_efficiency()
    write_efficiency(run, record)
    write_frontier(run, record)
    assert (run / "efficiency" / "frontier.png").stat().st_size > 10_000
    text = (run / "efficiency" / "efficiency.md").read_text()
    assert "| ticket 75% | sparse runtime float32 | 1 | 32 | 400 kB | 0.10 s | 60 MB | 1 |" in text


def test_a_logarithmic_axis_has_ticks_inside_it():
    axis = log_axis("ms", [0.5, 40.0])
    assert axis.low < -0.30103 < 1.60206 < axis.high
    assert [text for _, text in axis.ticks] == ["1", "3", "10", "30"]
    assert [text for _, text in log_axis("ms", [1.0, 1.0]).ticks] == ["1"]
