"""All that an audit finds, from the tables of scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.auditing.examples import Facts, gather
from experiments.auditing.figures import Difference, differences
from experiments.auditing.one_model import Audited, audit_model, read_model
from experiments.auditing.published import Published, judge_published, read_published
from experiments.auditing.reading import Table
from experiments.auditing.remarks import labels_doubted, labels_read, warnings_of
from experiments.options.audit import Config
from jaxticket.text import count_text


@dataclass(frozen=True)
class Audit:
    """What is found.

    Attributes:
        sources: the files.
        models: each alone.
        differences: of every pair.
        published: figures that were published, beside ours.
        grouped_by: what is left out at a time, in words.
        remarks: what the reader has to know of how rows were read.
        warnings: what is probably wrong.
    """

    sources: Sequence[str]
    models: Sequence[Audited]
    differences: Sequence[Difference]
    published: Sequence[Published]
    grouped_by: str
    remarks: Sequence[str]
    warnings: Sequence[str]

    @property
    def units(self) -> list[str]:
        """What some model has figures of: frames, videos."""
        return list(dict.fromkeys(unit for model in self.models for unit in model.counts))


def audit(tables: Sequence[Table], config: Config) -> Audit:
    """Return all findings.

    Raises:
        ValueError: rows or options do not fit together; says which and what to do.
    """
    wanted = read_published(config.published)
    facts, models, remarks = gather(tables, config.files, config.video_folders)
    _refuse_one_class(facts, tables)
    ready = [(model, *read_model(facts, model, config)) for model in models]
    audited = [audit_model(facts, *one) for one in ready]
    of_pairs, of_pairs_remarks = differences(facts, [one[:3] for one in ready])
    remarks += of_pairs_remarks
    reals = min(model.counts[model.unit][0] for model in audited)
    if reals < 100:
        remarks.append(
            f"{count_text(reals, 'real')}: 1% false alarms are less than one of them, so true "
            "positives at 1% rest on the highest one or two."
        )
    for model in models:
        values = np.unique(model.scores)
        if len(values) <= 2:
            remarks.append(
                f"{model.name}: its scores are only {' and '.join(f'{v:g}' for v in values)}: "
                "answers, not scores. Ranks, calibration and thresholds say nothing more than the "
                "balanced accuracy does."
            )
    remarks += [
        f"{model.name}: {count_text(model.left_out, 'example')} not in all of its seeds and "
        "checkpoints left out."
        for model in models
        if model.left_out
    ]
    return Audit(
        sources=[str(table.path) for table in tables],
        models=audited,
        differences=of_pairs,
        published=judge_published(wanted, {model.name: model.figures for model in audited}),
        grouped_by=facts.grouped_by,
        remarks=[*labels_read(tables, config), *remarks],
        warnings=[
            *labels_doubted(tables),
            *(text for model in audited for text in warnings_of(model)),
        ],
    )


def _refuse_one_class(facts: Facts, tables: Sequence[Table]) -> None:
    present = np.unique(facts.labels[facts.test])
    if len(present) == 1:
        has, lacks = ("real", "fake") if present[0] == 0 else ("fake", "real")
        raise ValueError(
            f"{', '.join(str(table.path) for table in tables)}: all "
            f"{int(facts.test.sum()):,} examples are {has}: without {lacks} ones there is nothing "
            "to tell apart; add them, or look at the column of labels"
        )
