import pytest
import tensorflow_datasets as tfds

from data_prep.prepared.card import read_card
from data_prep.schema import SPLITS
from data_prep.synthetic import EMBEDDED, prepare_embedded
from data_prep.synthetic.__main__ import Config, main
from data_prep.synthetic.group_world import GroupWorld
from data_prep.synthetic.world import World

WORLD = EMBEDDED["synthetic_of_tiny"].world


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("embedded")


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def version(data_dir, steps):
    return prepare_embedded("synthetic_of_tiny", data_dir, lambda *step: steps.append(step))


def test_the_card(version):
    card = read_card(version)
    assert (card.name, card.synthetic) == ("synthetic_of_tiny", True)
    assert card.methods == ("real", "fake")
    assert card.groups == {"train": 8, "validation": 3, "test": 3}
    assert card.skipped == card.warnings == ()
    for split in SPLITS:
        assert 0.3 < card.pictures[split]["fake"] / sum(card.pictures[split].values()) < 0.7


def test_the_records(version):
    for record in tfds.builder_from_directory(version).as_data_source("train"):
        assert record["image"].shape == (96, 96, 3)
        assert record["has_mask"] == bool(record["label"])
        if record["has_mask"]:
            # The inner face in a square of 1.3 times the face.
            assert 0.1 < (record["mask"] > 0).mean() < 0.6


def test_progress_and_finding_again(version, data_dir, steps, monkeypatch):
    pictures = 8 + 3 + 3
    assert steps == [
        *(("pictures rendered", done, pictures + 3) for done in range(1, pictures + 4)),
        *(("pictures prepared", done, pictures) for done in range(1, pictures + 1)),
    ]
    monkeypatch.setattr("data_prep.synthetic.releases.openforensics.write_groups", None)
    assert prepare_embedded("synthetic_of_tiny", data_dir) == version


def test_the_whole_set_is_the_default_world():
    assert EMBEDDED["synthetic_of"].world == GroupWorld()


def test_the_command(tmp_path, capsys):
    world = GroupWorld(seed=1, train=1, validation=1, test=1, challenge=1)
    assert main(Config(tmp_path / "world", layout="openforensics", groups=world)) == 0
    assert capsys.readouterr().out.endswith(f"synthetic pictures: {tmp_path / 'world'}\n")
    assert len(list((tmp_path / "world").rglob("*.jpg"))) == 4


@pytest.mark.parametrize(
    "config",
    [
        {"layout": "openforensics", "world": World(seed=1)},
        {"layout": "faceforensics", "groups": GroupWorld(seed=1)},
    ],
)
def test_options_of_another_layout(tmp_path, capsys, config):
    assert main(Config(tmp_path / "world", **config)) == 2
    assert f"error: --layout={config['layout']} " in capsys.readouterr().err
    assert not (tmp_path / "world").exists()
