"""The page: sections put into one self-contained HTML file.

It asks nothing of any network: style and script are in it, pictures are data: URIs, and its content
security policy allows no more than that, and no script but its own.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from jaxticket.report import marks
from jaxticket.report.page.attention import attention_section
from jaxticket.report.page.blocks import Section, Table, Text
from jaxticket.report.page.calibration import calibration_section
from jaxticket.report.page.cells import MISSING, Answer, Heat, Link, show
from jaxticket.report.page.efficiency import efficiency_section
from jaxticket.report.page.evaluations import evaluations_section
from jaxticket.report.page.gallery import Gallery, gallery_section
from jaxticket.report.page.layers import layers_section
from jaxticket.report.page.levels import levels_section
from jaxticket.report.page.methods import methods_section
from jaxticket.report.page.parts import RunPart, StudyPart
from jaxticket.report.page.plot import key
from jaxticket.report.page.private import private_of, without, without_paths
from jaxticket.report.page.setup import (
    data_section,
    progress_sentence,
    run_sentence,
    setup_section,
    study_sentence,
    time_section,
)
from jaxticket.report.page.share import shared
from jaxticket.report.page.study import (
    cells_section,
    study_section,
    tables_section,
    transfer_section,
)
from jaxticket.report.page.training import training_section
from jaxticket.report.page.verdicts import verdict_section
from jaxticket.runs.files import write_text
from jaxticket.text import nothing_hidden
from jaxticket.verdicts.headline import Headline

REFRESH_SECONDS = 30


def write_page(
    path: Path,
    runs: Sequence[RunPart],
    studies: Sequence[StudyPart] = (),
    *,
    share: bool = False,
) -> Path:
    """Write the page of runs and studies, and return its path.

    While one of the runs is not finished, the page loads itself again now and then.

    Args:
        path: of the HTML file.
        runs: with unique names.
        studies: with unique names; one part in all, or more.
        share: whether it is the short page that may be passed on, without pictures and paths.

    Raises:
        ValueError: there is nothing to show.
        Damaged: something in a run folder cannot be read.
        OSError: the page cannot be written.
    """
    if not runs and not studies:
        raise ValueError("a page needs a run or a study")
    write_text(path, page(runs, studies, share=share))
    return path


def page(runs: Sequence[RunPart], studies: Sequence[StudyPart] = (), *, share: bool = False) -> str:
    """Return the page as HTML; arguments and errors as in `write_page`."""
    if share:
        runs = [replace(part, name=str(without_paths(part.name))) for part in runs]
        studies = [replace(part, name=str(without_paths(part.name))) for part in studies]
    sections = sections_of(runs, studies)
    html = render(
        title(runs, studies),
        [
            *((study.name, study_sentence(study)) for study in studies),
            *((part.name, run_sentence(part)) for part in runs),
        ],
        shared(sections) if share else sections,
        headlines=[
            *(item for study in studies for item in study.headlines.items()),
            *((part.name, part.headline) for part in runs if part.headline),
        ],
        synthetic=[part.name for part in [*runs, *studies] if part.synthetic],
        real=not all(part.synthetic for part in [*runs, *studies]),
        lacking=[said for part in [*studies, *runs] for said in part.lacking],
        progress=[progress_sentence(part.name, part.progress) for part in runs if part.progress],
        refresh=REFRESH_SECONDS if any(part.progress for part in runs) else None,
        paths=[str(part.run.path) for part in runs] + [str(study.path) for study in studies],
        share=share,
    )
    return without(html, private_of(runs, studies)) if share else html


def render(
    title: str,
    sentences: Sequence[tuple[str, str]],
    sections: Sequence[Section],
    *,
    headlines: Sequence[tuple[str, Headline]] = (),
    synthetic: Sequence[str] = (),
    real: bool = True,
    lacking: Sequence[str] = (),
    progress: Sequence[str] = (),
    refresh: int | None = None,
    paths: Sequence[str] = (),
    share: bool = False,
) -> str:
    """Return a page as HTML.

    Args:
        title: the heading.
        sentences: below it, each with the name of what it is about.
        sections: in order.
        headlines: what stands above all, each with the name of what it is about.
        synthetic: names of what was made from pictures that a program drew.
        real: whether something was not.
        lacking: what could not be read, a sentence each.
        progress: what is under way, a sentence each.
        refresh: seconds after which the page loads itself again; None for never.
        paths: of the folders that the page is made from.
        share: as in `write_page`.
    """
    # Here, so that a run begins to train sooner.
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=without_paths if share else None,
    )  # fmt: skip
    script, style = (_template(name) for name in ("page.js", "page.css"))
    environment.filters["show"] = show
    environment.globals |= {"key": key, "missing": MISSING}
    environment.tests |= {
        "answer": lambda cell: isinstance(cell, Answer),
        "heat": lambda cell: isinstance(cell, Heat),
        "link": lambda cell: isinstance(cell, Link),
        "figure": lambda cell: not isinstance(cell, str | Answer | Link),
    }
    digest = hashlib.sha256(script.encode()).digest()
    html = environment.from_string(_template("page.html")).render(
        title=title,
        headlines=headlines,
        synthetic=synthetic,
        real=real,
        sentences=sentences,
        lacking=lacking,
        progress=progress,
        refresh=refresh,
        sections=sections,
        tables=[
            b for section in sections for b in section.blocks if isinstance(b, Table) and not share
        ],
        share=share,
        pictures=sum(
            len(card.images)
            for section in sections
            for b in section.blocks
            if isinstance(b, Gallery)
            for card in b.cards
        ),
        paths=paths,
        style=marks.style() + style,
        script=script,
        script_hash=f"sha256-{base64.b64encode(digest).decode()}",
    )
    return nothing_hidden(html)


def sections_of(runs: Sequence[RunPart], studies: Sequence[StudyPart]) -> list[Section]:
    """Return the sections for which there is something to show, in their order."""
    planned = [
        verdict_section(runs, studies),
        *(study_section(study) for study in studies),
        levels_section(runs),
        calibration_section(runs),
        efficiency_section(runs),
        layers_section(runs, studies),
        *(transfer_section(study) for study in studies),
        methods_section(runs),
        evaluations_section(runs),
        attention_section(runs, studies),
        gallery_section(runs),
        training_section(runs),
        *(tables_section(study) for study in studies),
        *(cells_section(study) for study in studies),
        time_section(runs, studies),
        data_section(runs, studies),
        setup_section(runs, studies),
    ]
    sections = [section for section in planned if section]
    if not any(part.run.levels for part in runs) and not studies:
        none = Section("none", "Nothing yet", [Text("No level is finished yet.")])
        sections.insert(0, none)
    return sections


def title(runs: Sequence[RunPart], studies: Sequence[StudyPart]) -> str:
    """Return the heading of the page."""
    parts = [*studies, *runs]
    if len(parts) > 1:
        return f"{len(parts)} {'runs and studies' if studies else 'runs'} side by side"
    if studies:
        return f"Study {studies[0].name}"
    recipe = runs[0].run.recipe
    return f"{recipe.model} on {recipe.data_name}"


def _template(name: str) -> str:
    return (files("jaxticket.report.page") / "templates" / name).read_text(encoding="utf-8")
