"""What was run: in one sentence, as the whole configuration, and where the time went."""

from collections.abc import Mapping, Sequence
from typing import Any

from jaxticket.recipe import values
from jaxticket.report.marks import kind_name
from jaxticket.report.page.blocks import Bars, Section, Table, Text
from jaxticket.report.page.cells import Count, Share
from jaxticket.report.page.parts import Progress, RunPart, StudyPart
from jaxticket.report.precision import precision_sentence
from jaxticket.report.search import search_sentence
from jaxticket.runs import RunRecord
from jaxticket.runs.notes import DataNotes, read_notes

CRITERIA = {"magnitude": "magnitude", "random": "chance", "snip": "SNIP", "synflow": "SynFlow"}
REWINDS = {
    "init": "its saved initial weights",
    "lr": "the start of the schedule, weights kept",
    "none": "nothing: weights kept, trained on at the final rate",
}


def run_sentence(part: RunPart) -> str:
    """Return what was run in one sentence."""
    recipe = part.run.recipe
    whole = ""
    if part.run.levels:
        left, sparsity = part.run.levels[0].weights_left, part.run.levels[0].sparsity
        count = round(left / (1 - sparsity)) if sparsity < 1 else left
        whole = f" with {count:,} prunable weights"
    precision = precision_sentence(recipe)
    task = "which method made the picture" if recipe.task == "method" else "real or fake"
    if control := recipe.control:
        return (
            f"A control, {control.kind}, of level {control.level} of a ticket from "
            f"{control.source_data_name}: {recipe.model}{whole}, {task}, trained on "
            f"{recipe.data_name} at {recipe.image_size} px, "
            f"seed {recipe.seed}." + (f" {precision}" if precision else "")
        )
    how = f"in rounds of at most {100 * recipe.prune_fraction:g}% of what is left"
    if recipe.pruning == "one_shot":
        how = "in one jump a level"
    deepest = f" to {part.run.levels[-1].sparsity:.1%}" if len(part.run.levels) > 1 else ""
    criterion = recipe.criterion
    by = CRITERIA.get(criterion, criterion)
    threshold = "one threshold a layer" if recipe.scope == "local" else "one threshold"
    rewind = recipe.rewind
    sentences = [
        f"{recipe.model}{whole} was trained to say {task} on {recipe.data_name} at "
        f"{recipe.image_size} px, pruned by {by}{deepest} {how} ({threshold}), and each "
        f"level rewound to {REWINDS.get(rewind, rewind)}; seed {recipe.seed}.",
        search_sentence(part.run),
        precision,
    ]
    return " ".join(filter(None, sentences))


def study_sentence(study: StudyPart) -> str:
    """Return what a study is of in one sentence."""

    def names(key: str, but: str | None = None) -> str:
        return ", ".join(dict.fromkeys(str(row[key]) for row in study.findings if row[key] != but))

    methods = names("method", but="dense")
    others = dict.fromkeys(row["kind"] for row in study.findings if row["kind"] != "ticket")
    kinds = ", ".join(map(kind_name, others))
    seeds = sorted({seed for row in study.findings for seed in row["seeds"]})
    return (
        f"A study of {names('model')} on {names('target')}: tickets found by "
        f"{methods or 'no method yet'} over the seeds {', '.join(map(str, seeds))}, up to "
        f"{max(row['sparsity'] for row in study.findings):.0%} pruned; beside them "
        f"{kinds or 'no controls'}."
    )


def progress_sentence(name: str, progress: Progress) -> str:
    """Return how far a run is that has not ended."""
    text = f"{name} is not finished: {progress.done} of {progress.planned} levels are done"
    if progress.level is not None:
        last = f" of {progress.steps}" if progress.steps else ""
        text += f", level {progress.level} is at step {progress.step}{last}"
    if progress.written:
        text += f"; last written {progress.written}"
    if progress.seconds_left is not None:
        about = "at most" if progress.stops_early else "about"
        text += f". If it goes on at this pace, {about} {_minutes(progress.seconds_left)} are left"
    return f"{text}. The same command goes on where it stopped."


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{max(seconds, 0):.0f} seconds"


def time_section(runs: Sequence[RunPart], studies: Sequence[StudyPart]) -> Section | None:
    """Return where the time went; None where no level is finished."""
    blocks: list[Any] = []
    for part in runs:
        totals: dict[str, float] = {}
        for level in part.run.levels:
            for activity, seconds in level.seconds_by_activity.items():
                totals[activity] = totals.get(activity, 0.0) + seconds
        whole = sum(totals.values())
        if not whole:
            continue
        name = part.name if len(runs) > 1 else ""
        longest = sorted(totals.items(), key=lambda item: -item[1])
        blocks.append(
            Bars(
                name,
                [(activity, seconds / whole, f"{seconds:,.1f} s, {seconds / whole:.1%}")
                 for activity, seconds in longest if seconds >= 0.001 * whole],
            )
        )  # fmt: skip
        if "time" in part.run.summary:
            blocks.append(Text(f"The last command took {part.run.summary['time']}."))
        rows = [
            (activity, round(seconds, 1), Share(seconds / whole)) for activity, seconds in longest
        ]
        blocks.append(
            Table(f"time_{name}" if name else "time", "Seconds by activity, over the levels shown"
                  + (f", {name}" if name else ""), ("activity", "seconds", "share"), rows,
                  hidden=True)
        )  # fmt: skip
    for study in studies:
        if study.cells:
            whole = sum(study.cells.values())
            blocks += [
                Text(
                    f"{len(study.cells)} cells of {study.name} are done, with "
                    f"{whole / 3600:.1f} hours of levels in all."
                ),
            ]
    return Section("time", "Where the time went", blocks) if blocks else None


def setup_section(runs: Sequence[RunPart], studies: Sequence[StudyPart] = ()) -> Section | None:
    """Return configuration and environment, a column a run or study; None where there is none."""
    parts: list[tuple[str, list[RunRecord]]] = [
        (study.name, [run for same in study.tickets.values() for run in same]) for study in studies
    ]
    parts = [part for part in parts if part[1]] + [(part.name, [part.run]) for part in runs]
    blocks = []
    for name, rows in (
        ("configuration", lambda run: values(run.recipe)),
        ("environment", lambda run: run.environment),
    ):
        columns = [_together([_flat(rows(run)) for run in records]) for _, records in parts]
        if any(columns):
            several = any(len(records) > 1 for _, records in parts)
            caption = f"{name.capitalize()}{SEVERAL if several else ''}"
            table = _rows(columns)
            starred = any(row[0].endswith(" *") for row in table)
            caption += "; * differs, and stands first" if starred else ""
            heads = ("field", *(name for name, _ in parts))
            blocks.append(Table(name, caption, heads, table))
    return Section("configuration", "Configuration and environment", blocks) if blocks else None


SEVERAL = " of the runs that found tickets; several values stand beside each other"


def _together(columns: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the values of each field over runs, each once."""
    fields = dict.fromkeys(name for column in columns for name in column)
    values = {
        name: list(dict.fromkeys(column.get(name, "") for column in columns)) for name in fields
    }
    return {name: ", ".join(filter(None, of)) for name, of in values.items()}


def data_section(runs: Sequence[RunPart], studies: Sequence[StudyPart] = ()) -> Section | None:
    """Return what was said of the data and of the weight file; None where nothing was kept."""
    blocks: list[Any] = []
    for study in studies:
        rows = [(data.name, *row) for data in study.data for row in _counts(data)]
        if rows:
            name = f"data_{study.name}"
            caption = f"Pictures of the data sets of {study.name}"
            blocks.append(
                Table(name, caption, ("data set", "split", "real", "fake", "groups"), rows)
            )
        for note, count in study.notes.items():
            blocks.append(Text(f"{note} ({count} {'run' if count == 1 else 'runs'})"))
    for part in runs:
        notes, several = read_notes(part.run.path), len(runs) > 1
        for number, data in enumerate(notes.data):
            name = f"data_{part.name}_{number}" if several else f"data_{number}"
            caption = f"Pictures of {data.name}, from {data.source or 'an unknown source'}"
            caption += f", {part.name}" if several else ""
            blocks.append(Table(name, caption, ("split", "real", "fake", "groups"), _counts(data)))
            blocks += [Text(line) for line in data.lines]
        blocks += [Text(f"Weight file {line}") for line in notes.weights]
    return Section("data", "Data and weights", blocks) if blocks else None


def _counts(data: DataNotes) -> list[tuple[str | Count, ...]]:
    return [(split, *map(Count, counts)) for split, *counts in data.rows()]


def _rows(columns: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
    """Return a row a field; those that differ come first and are starred."""
    names = list(dict.fromkeys(name for column in columns for name in column))
    rows = [(name, *(column.get(name, "") for column in columns)) for name in names]
    different = [(f"{row[0]} *", *row[1:]) for row in rows if len(set(row[1:])) > 1]
    return different + [row for row in rows if len(set(row[1:])) <= 1]


def _flat(values: Mapping[str, Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}: {key}": str(item) for key, item in value.items()}
        else:
            flat[name] = str(value)
    return flat
