"""The report of one run: what was run, the levels, the warnings, where the time went."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from jaxticket.recipe import values
from jaxticket.report.attention import conclusions
from jaxticket.report.by_class import by_class
from jaxticket.report.page.levels import run_plots
from jaxticket.report.page.parts import RunPart
from jaxticket.report.png import write_png
from jaxticket.report.precision import precision_sentence
from jaxticket.report.reliability import write_reliability
from jaxticket.report.search import search_sentence
from jaxticket.runs import Damaged, LevelRecord, RunRecord, read_run
from jaxticket.runs.attention import read_looks, saliency_folder
from jaxticket.runs.files import write_text
from jaxticket.runs.notes import Notes, read_notes
from jaxticket.text import interval_text, markdown, markdown_table, metric_name
from jaxticket.verdicts.headline import Headline

PLOT = "accuracy.png"


def write_report(path: Path, headline: Headline | None = None) -> Path:
    """Write report.md and its plots into a run folder; return the report's path.

    Args:
        path: the run folder.
        headline: what the run shows; None of a run that has none.

    Raises:
        FileNotFoundError: the folder holds no run.
        ValueError: no level of the run is finished.
    """
    run = read_run(path)
    if not run.levels:
        raise ValueError(f"{path}: no level is finished yet, so there is nothing to report")
    write_png(run_plots(RunPart(path.name, run)), title(run), path / PLOT)
    report = path / "report.md"
    calibrated = write_reliability(run, title(run).splitlines()[0])
    write_text(report, _text(run, headline, calibrated))
    return report


def title(run: RunRecord) -> str:
    """Return one line that says what was run, on how many pictures and seeds."""
    recipe, last = run.recipe, run.levels[-1]
    synthetic = "synthetic data, " if recipe.synthetic else ""
    task = " naming the method" if last.by_class else ""
    return (
        f"{recipe.model}{task} on {recipe.data_name} ({synthetic}{recipe.image_size} px), "
        f"rewind {recipe.rewind}, {recipe.scope} scope\n"
        f"n = {last.test_examples} test pictures, 1 seed; bars: 95% over test groups"
    )


def _text(run: RunRecord, headline: Headline | None, calibrated: Sequence[str]) -> str:
    return "\n".join([
        f"# {markdown(title(run).splitlines()[0])}",
        "",
        *_headline(headline),
        *_lacking(run, headline),
        *_synthetic(run),
        *_trained(run),
        f"Test figures: {run.levels[-1].test_examples} pictures, one seed; in brackets 95% "
        "intervals over the test groups, each left out in turn; none where a class has one group "
        f"only. {_answer(run)} The test split was read once a level and chose nothing.",
        "",
        *_levels(run.levels),
        f"![Accuracy and AUC against sparsity]({PLOT})",
        "",
        *by_class(run.levels),
        *calibrated,
        *_attention(run),
        "## Signs of failure",
        "",
        *_signs(run.levels),
        "",
        *_notes(read_notes(run.path)),
        "## Where the time went",
        "",
        *_time(run.levels),
        f"The last command took {run.summary['time']}." if "time" in run.summary else "",
        "",
        "## Configuration and environment",
        "",
        *(f"- {markdown(f'{name}: {value}')}" for name, value in values(run.recipe).items()),
        *(f"- {markdown(f'{name}: {value}')}" for name, value in run.environment.items()),
        "",
    ])  # fmt: skip


def _headline(found: Headline | None) -> Iterator[str]:
    """Yield the answer, what is behind it, and what is missing to know more."""
    if found is None:
        return
    reasons = (f"- {markdown(line)}" for line in found.reasons)
    yield from [f"**{markdown(found.sentence)}**", "", *reasons, ""]
    yield from ["To know more:", ""] if found.missing else []
    for command, missing in found.by_command.items():
        yield from [*(f"- {markdown(one.text)}" for one in missing), ""]
        yield from ["```", command, "```", ""] if command else []


def _lacking(run: RunRecord, found: Headline | None) -> list[str]:
    """Return what could not be read, of the run and of those beside it."""
    said = (*run.lacking, *(found.left_out if found else ()))
    return [*(f"**Not read**: {markdown(sentence)}\n" for sentence in said)]


def _synthetic(run: RunRecord) -> list[str]:
    if not run.recipe.synthetic:
        return []
    return ["**Synthetic data**: these pictures were drawn by a program; the figures stand for no "
            "real data set.", ""]  # fmt: skip


def _trained(run: RunRecord) -> list[str]:
    said = " ".join(filter(None, (search_sentence(run), precision_sentence(run.recipe))))
    return [said, ""] if said else []


def _answer(run: RunRecord) -> str:
    if run.levels[-1].by_class is None:
        return "Fake is the positive class."
    return "There is one logit a class, and the largest is the answer: there is no AUC and no EER."


def _levels(levels: Sequence[LevelRecord]) -> Iterator[str]:
    metrics = ("accuracy", "balanced_accuracy", "auc", "eer")
    heads = ["level", "sparsity", "of all parameters", "weights left",
             *map(metric_name, metrics), "seconds"]  # fmt: skip
    rows = [
        (
            str(level.level), f"{level.sparsity:.1%}", f"{level.sparsity_of_all:.1%}",
            f"{level.weights_left:,}",
            *(interval_text(level.test_value(m), *level.test_interval(m))
              for m in metrics),
            f"{level.seconds:.0f}",
        )
        for level in levels
    ]  # fmt: skip
    return markdown_table(heads, rows)


def _attention(run: RunRecord) -> list[str]:
    """Return what the maps of the run come to; nothing where there are none."""
    try:
        looks = read_looks(saliency_folder(run.path))
    except Damaged:  # of which the page speaks
        return []
    texts = conclusions([look.figures for look in looks], run)
    return ["## Where the networks look", "", *(f"{text}\n" for text in texts)] if texts else []


def _signs(levels: Sequence[LevelRecord]) -> list[str]:
    lines = [f"- {markdown(sign)}" for level in levels for sign in level.signs]
    return lines or [
        "None: no cliff between levels, no level that does not converge or prunes nothing, no dead "
        "layer."
    ]


def _notes(notes: Notes) -> Iterator[str]:
    """Yield what was said of the data and of the weight file."""
    if not notes.data and not notes.weights and not notes.batches:
        return
    yield from ["## Data and weights", ""]
    for data in notes.data:
        yield from [markdown(f"{data.name}, from {data.source or 'an unknown source'}:"), ""]
        rows = [(split, *(f"{count:,}" for count in counts)) for split, *counts in data.rows()]
        yield from markdown_table(["split", "real", "fake", "groups"], rows)
        yield from [*(f"- {markdown(line)}" for line in data.lines or ["no warning"]), ""]
    if notes.weights:
        yield from ["Weight file:", "", *(f"- {markdown(line)}" for line in notes.weights), ""]
    if notes.batches:
        yield from ["Batches:", "", *(f"- {line}" for line in notes.batches), ""]


def _time(levels: Sequence[LevelRecord]) -> Iterator[str]:
    totals: dict[str, float] = {}
    for level in levels:
        for activity, seconds in level.seconds_by_activity.items():
            totals[activity] = totals.get(activity, 0.0) + seconds
    whole = sum(totals.values())
    rows = [
        (activity, f"{seconds:.1f}", f"{seconds / whole:.1%}")
        for activity, seconds in sorted(totals.items(), key=lambda item: -item[1])
    ]
    return markdown_table(["activity", "seconds", "share"], rows)
