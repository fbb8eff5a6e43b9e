"""What a study comes to, for each model and data set: from its cells, by the rule of a run."""

import pytest

from experiments.study.headlines import headlines, write_headlines
from experiments.study.pages.results import headline_lines
from experiments.study.plan import cell_name, control_name
from jaxticket.report.page.reading import HEADLINES, read_headlines, read_study
from jaxticket.report.page.write import page
from jaxticket.runs import files
from tests.experiments.written_study import amend, small_study, write_study
from tests.report.page.written import write_study as write_results


@pytest.fixture
def study(tmp_path):
    """Two data sets, three seeds, a control at 80%, as their recipes say."""
    study = small_study(tmp_path)
    write_study(study)
    for dataset in study.datasets:
        for seed in study.seeds:
            options = {"seed": seed, "sparsities": [0.5, 0.8]}
            amend(study, cell_name("meso4", dataset, seed, "dense"), seed=seed)
            amend(study, cell_name("meso4", dataset, seed, "global"), **options)
            control = {
                "control": "random_global", "level": 2, "ticket_masks": "m",
                "source_data_name": dataset, "source_data_fingerprint": dataset * 10,
            }  # fmt: skip
            name = control_name(study, "meso4", dataset, seed, "random_global", 0.8)
            amend(study, name, **options, **control)
    return study


def test_each_model_and_data_set_has_its_sentence_over_all_seeds(study):
    found = headlines(study)
    assert list(found) == ["meso4 on one", "meso4 on two"]
    one = found["meso4 on one"]
    assert (one.level, one.seeds) == (2, 3)
    assert one.sentence.endswith("(random mask); 3 seeds.")
    assert {missing.command for missing in one.missing} == {""}


def test_it_stands_first_on_the_page_and_in_the_results(study, tmp_path):
    found = write_headlines(study)
    sentence = found["meso4 on two"].sentence
    assert f"**meso4 on two: {sentence}**" in list(headline_lines(found))
    folder = write_results(tmp_path / "results")
    assert read_study(folder, "results").headlines == {}  # of an older version
    (folder / HEADLINES).write_text((study.out / HEADLINES).read_text())
    part = read_study(folder, "results")
    assert part.headlines == read_headlines(folder) == found
    html = page([], [part])
    assert 0 < html.index(f"meso4 on two: <strong>{sentence}") < html.index("<nav")


def test_a_model_without_a_finished_run_has_none(study):
    for seed in study.seeds:
        name = cell_name("meso4", "two", seed, "global")
        (study.folder / name / "summary.json").unlink()
    assert list(headlines(study)) == ["meso4 on one"]
    files.write_json(study.folder / cell_name("meso4", "one", 0, "global") / "summary.json", {})
    assert headlines(study)["meso4 on one"].seeds == 3
