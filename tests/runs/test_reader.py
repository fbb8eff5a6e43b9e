import pytest

from jaxticket.runs import files, read_run


@pytest.fixture
def run(tmp_path):
    """A run of levels 0, 1 and 10 finished, and 2 under way."""
    files.write_json(tmp_path / "config.json", {"model": "meso4"})
    files.write_json(tmp_path / "environment.json", {"jax": "1"})
    for level in (0, 1, 10):
        folder = tmp_path / f"level_{level:02d}"
        folder.mkdir()
        files.write_json(folder / "evaluation.json", {"level": level})
        files.write_csv(folder / "layers.csv", [{"layer": f"fc{level}"}], ("layer",))
    (tmp_path / "level_02" / "partial").mkdir(parents=True)
    return tmp_path


def test_an_unfinished_run_has_its_finished_levels(run):
    record = read_run(run)
    assert record.path == run
    assert record.config == {"model": "meso4"}
    assert record.environment == {"jax": "1"}
    assert [level["level"] for level in record.levels] == [0, 1, 10]
    assert record.summary == {}
    assert record.layers(10) == [{"layer": "fc10"}]


def test_a_finished_run_has_its_summary(run):
    files.write_json(run / "summary.json", {"seconds": 3.0})
    assert read_run(run).summary == {"seconds": 3.0}


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no run"):
        read_run(tmp_path)
