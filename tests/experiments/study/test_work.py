"""What cells of a study are trained by, and the data that are refused before."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from experiments.cells.cell import Cell, Figures
from experiments.evaluate import Config as EvaluateConfig
from experiments.options.imp import Config
from experiments.study import work as work_module
from experiments.study.work import refuse_data, train
from jaxticket.data.prepared import open_prepared
from jaxticket.runs.files import write_json

CONSOLE = Console(file=io.StringIO())
MOVED = Cell("moved", "evaluate", EvaluateConfig(run=Path("a")), ("a", "d"), 0, "meso4", "x",
             Figures("a", "d", frozenset()))  # fmt: skip


def finish(folder, name):
    (folder / name).mkdir(exist_ok=True)
    for file in ("summary.json", "report.html"):
        (folder / name / file).write_text("{}")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"batch_size": 1000}, "batch"),
        ({"rewind": "step:99999"}, "--rewind=step:99999 lies beyond the level"),
    ],
)
def test_what_the_pictures_do_not_allow_is_refused_before_training(
    prepared, data_dir, tmp_path, options, said
):
    config = Config(model="meso4", dataset=str(prepared), data_dir=data_dir)
    one = Cell("a", "imp", replace(config, **options), (), 1, "meso4", str(prepared))
    with pytest.raises(ValueError, match=said):
        refuse_data([one], tmp_path, CONSOLE)
    refuse_data([replace(one, config=config)], tmp_path, CONSOLE)
    finish(tmp_path, "a")
    refuse_data([one], tmp_path, CONSOLE)


def test_pictures_prepared_anew_are_refused_before_training(prepared, data_dir, tmp_path):
    config = Config(model="meso4", dataset=str(prepared), data_dir=data_dir)
    done, new = (
        Cell(name, "imp", config, (), 1, model, str(prepared))
        for name, model in (("a", "cnn5"), ("b", "meso4"))
    )
    finish(tmp_path, "a")
    fingerprint = open_prepared(prepared).fingerprint
    write_json(tmp_path / "a" / "config.json", {"data_fingerprint": fingerprint})
    refuse_data([done, new], tmp_path, CONSOLE)
    write_json(tmp_path / "a" / "config.json", {"data_fingerprint": "older"})
    with pytest.raises(ValueError, match=r"a was trained on other pictures than .* holds now"):
        refuse_data([done, new], tmp_path, CONSOLE)


def test_an_evaluation_is_done_by_its_command(monkeypatch):
    asked = []
    monkeypatch.setattr(work_module.evaluate, "main", lambda config, _: asked.append(config))
    train(MOVED, CONSOLE)
    assert str(asked[0].run) == "a"
