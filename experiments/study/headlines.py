"""The headlines of a study: for every model and data set, what its first method's tickets come to.

The rule is that of a run (`experiments.one_run.headline`): cells of a study are runs beside each
other.
"""

from dataclasses import asdict, replace
from pathlib import Path

from experiments.one_run.headline import headline_of
from experiments.options.study import Study
from experiments.study.plan import cell_name, set_names
from jaxticket.report.page.reading import HEADLINES
from jaxticket.runs import read_run
from jaxticket.runs.files import write_json
from jaxticket.verdicts.headline import Headline


def headlines(study: Study) -> dict[str, Headline]:
    """Return `MODEL on DATA` -> the headline, of all whose first method's run of a seed is done.

    What is missing has no command: the study's own, with more seeds or controls, adds it.

    Raises:
        FileNotFoundError: a run lacks predictions.
        Damaged: one of its files cannot be read.
    """
    found = {}
    for model in study.models:
        for dataset, name in set_names(study).items():
            if (run := _first_run(study, model, dataset)) is not None:
                headline = headline_of(read_run(run))
                if headline is not None:
                    missing = tuple(replace(one, command="") for one in headline.missing)
                    found[f"{model} on {name}"] = replace(headline, missing=missing)
    return found


def write_headlines(study: Study) -> dict[str, Headline]:
    """Write them into the study's folder, where its page finds them, and return them."""
    found = headlines(study)
    write_json(study.out / HEADLINES, {name: asdict(one) for name, one in found.items()})
    return found


def _first_run(study: Study, model: str, dataset: str) -> Path | None:
    for seed in study.seeds:
        place = study.folder / cell_name(model, dataset, seed, study.methods[0])
        if (place / "summary.json").is_file():
            return place
    return None
