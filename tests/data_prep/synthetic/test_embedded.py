from collections import defaultdict
from dataclasses import replace

import pytest
import tensorflow_datasets as tfds

from data_prep.prepared.card import read_card
from data_prep.prepared.card_text import card_text
from data_prep.prepared.write_once import is_whole
from data_prep.schema import SPLITS
from data_prep.synthetic import EMBEDDED, prepare_embedded
from data_prep.synthetic.forgeries import METHODS
from data_prep.synthetic.releases import render_once as rendering
from data_prep.synthetic.world import World

TINY = EMBEDDED["synthetic_ff_tiny"]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("embedded")


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def version(data_dir, steps):
    return prepare_embedded("synthetic_ff_tiny", data_dir, lambda *step: steps.append(step))


def test_the_card(version):
    card = read_card(version)
    assert is_whole(version)
    assert (card.name, card.synthetic) == ("synthetic_ff_tiny", True)
    assert card.methods == ("real", *sorted(METHODS))
    for split, pairs in TINY.world.pairs().items():
        people = 2 * len(pairs)
        assert card.pictures[split] == {
            "real": people * TINY.real_frames,
            "fake": people * TINY.frames * len(METHODS),
        }
        assert card.groups[split] == len(pairs)
    assert card.skipped == ()
    assert card.warnings == ()
    assert card.notes[0].startswith("synthetic: rendered by jaxticket synthetic world, version ")
    assert "(synthetic)" in card_text(card).splitlines()[0]


def test_the_forgeries_of_a_person_show_the_frames_of_the_original(version):
    shown = defaultdict(lambda: {0: [], 1: []})
    for split in SPLITS:
        for record in tfds.builder_from_directory(version).as_data_source(split):
            target = record["video"].decode().partition("/")[2].partition("_")[0]
            shown[target][record["label"]].append(record["frame"])
    assert len(shown) == 2 * sum(map(len, TINY.world.pairs().values()))
    for frames in shown.values():
        assert sorted(frames[0]) == sorted(frames[1]) == list(range(TINY.world.frames))


def test_progress_is_told(version, steps):
    pairs = sum(map(len, TINY.world.pairs().values()))
    videos = 2 * pairs * (1 + len(METHODS))
    assert steps == [
        *(("pairs rendered", done, pairs) for done in range(1, pairs + 1)),
        *(("videos prepared", done, videos) for done in range(1, videos + 1)),
    ]


def test_it_is_found_again(version, data_dir, monkeypatch):
    def never(*arguments):
        raise AssertionError("rendered again")

    monkeypatch.setattr(rendering, "write_tree", never)
    again = []
    found = prepare_embedded("synthetic_ff_tiny", str(data_dir), lambda *step: again.append(step))
    assert found == version
    assert again == []


def test_as_many_real_as_forged_pictures():
    whole = EMBEDDED["synthetic_ff"]
    assert whole.real_frames == whole.frames * len(METHODS) <= whole.world.frames


def test_the_layout_of_celeb_df(tmp_path, monkeypatch):
    small = replace(
        EMBEDDED["synthetic_cd"], world=World(seed=4051, train=1, validation=1, test=1, frames=2)
    )
    monkeypatch.setitem(EMBEDDED, "synthetic_cd", small)
    steps = []
    version = prepare_embedded("synthetic_cd", tmp_path, lambda *step: steps.append(step))
    card = read_card(version)
    assert version.parents[1].name == "celeb_df"
    assert (card.name, card.synthetic) == ("synthetic_cd", True)
    assert card.pictures["test"] == {"real": 6, "fake": 4}
    assert card.warnings == ()
    assert steps[0] == ("pairs rendered", 1, 5)
    assert steps[-1] == ("videos prepared", 14, 14)


def test_unknown(tmp_path):
    with pytest.raises(KeyError, match="synthetic_gg"):
        prepare_embedded("synthetic_gg", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_compression_is_a_version_of_the_same_set(version, data_dir, monkeypatch):
    assert EMBEDDED["synthetic_ff_c40"].world == EMBEDDED["synthetic_ff"].world
    assert EMBEDDED["synthetic_ff_c40"].version_of == "synthetic_ff"
    small = replace(EMBEDDED["synthetic_ff_c40"], world=TINY.world, version_of="synthetic_ff_tiny")
    monkeypatch.setitem(EMBEDDED, "synthetic_ff_c40", small)
    other = prepare_embedded("synthetic_ff_c40", data_dir)
    one, two = (read_card(path) for path in (version, other))
    assert two.name == one.name
    assert two.fingerprint != one.fingerprint
    assert two.pictures == one.pictures

    def known(path):
        return {
            (record["video"], record["group"], record["frame"], split)
            for split in SPLITS
            for record in tfds.builder_from_directory(path).as_data_source(split)
        }

    assert known(version) == known(other)
    kinds = {
        record["compression"]
        for record in tfds.builder_from_directory(other).as_data_source("test")
    }
    assert kinds == {b"c40"}


def test_two_methods_are_rare_in_training_to_different_degrees(version, data_dir, monkeypatch):
    assert EMBEDDED["synthetic_ff_rare"] == replace(
        EMBEDDED["synthetic_ff"], long_tail="Swap:0.1,SelfBlend:0.3"
    )
    small = replace(EMBEDDED["synthetic_ff_rare"], world=TINY.world)
    monkeypatch.setitem(EMBEDDED, "synthetic_ff_rare", small)
    whole, rare = (
        read_card(path) for path in (version, prepare_embedded("synthetic_ff_rare", data_dir))
    )
    assert rare.name == "synthetic_ff_rare"
    assert rare.source == whole.source
    # 6 training videos of each method: 0.6 of them become the one that always stays, and 1.8 two.
    thinned = {"Swap": {"c23": 1}, "SelfBlend": {"c23": 2}}
    assert rare.by_method == whole.by_method | {"train": whole.by_method["train"] | thinned}
