"""One prepared set, or several as one."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from data_prep.folder import prepare_folder
from data_prep.synthetic import prepare_embedded
from experiments.one_run.data import Data, open_data
from jaxticket.data import Mixture, open_prepared


def write_pictures(root: Path, seed: int, groups: dict[str, str]) -> Path:
    """A manifest of twelve pictures, a real and a fake one for each group, and their files."""
    draw = np.random.default_rng(seed)
    lines = ["path,label,group,split"]
    root.mkdir(parents=True)
    for group, split in groups.items():
        for label in ("real", "fake"):
            pixels = draw.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(root / f"{group}_{label}.png")
            lines.append(f"{group}_{label}.png,{label},{group},{split}")
    (root / "list.csv").write_text("\n".join(lines) + "\n")
    return root / "list.csv"


GROUPS = dict(
    zip("abcdef", ["train", "train", "train", "train", "validation", "test"], strict=True)
)


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """Two sets of other names; the third is another version of the first."""
    root = tmp_path_factory.mktemp("sets")
    lists = [
        write_pictures(root / "one" / "noise", 1, GROUPS),
        write_pictures(root / "two" / "other", 2, dict(list(GROUPS.items())[2:])),
        write_pictures(root / "three" / "noise", 3, GROUPS),
    ]
    paths = [prepare_folder(one, root / "data") for one in lists]
    return tuple(replace(open_prepared(p), name=n) for p, n in zip(paths, "xyx", strict=True))


def test_one_set_is_itself(sets):
    data = Data(sets[:1])
    train, validation, test = data.load(8)
    assert data.identity() == {
        "classes": None,
        "data_name": "x",
        "data_fingerprint": sets[0].fingerprint,
        "synthetic": False,
        "mixture": None,
        "methods": None,
    }
    assert data.mixture() is None
    assert [len(train), len(validation), len(test)] == [8, 2, 2]
    assert [data.count(split) for split in ("train", "validation", "test")] == [8, 2, 2]
    assert sorted(set(train.groups)) == ["a", "b", "c", "d"]


def test_two_sets_lie_behind_each_other_in_every_split(sets):
    data = Data(sets[:2], (3.0, 1.0))
    train, validation, test = data.load(8)
    assert (data.name, data.count("train"), data.mixture()) == ("x+y", 12, Mixture((8, 4), (3, 1)))
    assert [len(train), len(validation), len(test)] == [12, 4, 4]
    assert sorted(set(test.groups)) == ["x:f", "y:f"]
    first, second = (Data((one,)).load(8)[0] for one in sets[:2])
    np.testing.assert_array_equal(train.images(range(8)), first.images(range(8)))
    np.testing.assert_array_equal(train.images(range(8, 12)), second.images(range(4)))


def test_the_fingerprint_tells_sets_and_their_order_apart(sets):
    prints = {Data(some).fingerprint for some in (sets[:1], sets[:2], sets[1::-1], sets[1:])}
    assert len(prints) == 4
    assert all(len(one) == 64 for one in prints)


def test_a_mixture_with_a_rendered_set_is_synthetic(sets):
    assert Data((sets[0], replace(sets[1], synthetic=True))).synthetic
    assert not Data(sets[:2]).synthetic


def test_versions_of_a_set_may_share_groups_within_a_split_only(sets, tmp_path):
    _, _, test = Data((sets[0], sets[2])).load(8)
    assert set(test.groups) == {"x:f"}
    swapped = GROUPS | {"a": "test", "f": "train"}
    path = prepare_folder(write_pictures(tmp_path / "noise", 4, swapped), tmp_path / "data")
    other = replace(open_prepared(path), name="x")
    with pytest.raises(ValueError, match=r"1 groups of x, for example a, stand in train of .* and "
                       r"in test of .* same splits"):  # fmt: skip
        Data((sets[0], other)).load(8)
    Data((sets[0], replace(other, name="z"))).load(8)


@pytest.mark.parametrize(
    ("count", "weights", "text"),
    [
        (1, (1.0,), "--mixture weighs several data sets, but --dataset names one"),
        (2, (1.0,), "1 weights were given for 2 sets"),
        (2, (1.0, 0.0), "must be positive"),
    ],
)
def test_weights_that_do_not_fit(sets, count, weights, text):
    with pytest.raises(ValueError, match=text):
        Data(sets[:count], weights)


def test_a_set_named_twice(sets):
    with pytest.raises(ValueError, match="more than once"):
        Data((sets[0], sets[1], sets[0]))


def test_names_are_divided_at_commas_unless_a_path_has_one(sets, tmp_path):
    console = Console(file=io.StringIO())

    def names(dataset):
        opened = open_data(dataset, None, tmp_path / "data", 0, console).sets
        return [one.path for one in opened]

    one, two = (data.path for data in sets[:2])
    assert names(f"{one},{two}") == [one, two]
    with_comma = tmp_path / "a,b"
    shutil.copytree(one, with_comma)
    assert names(str(with_comma)) == [with_comma]
    with pytest.raises(ValueError, match="nowhere: there is no such folder"):
        names(f"{one},{tmp_path}/nowhere")


def test_a_run_on_a_mixture(command, options, sets, tmp_path):
    both = f"--dataset={sets[0].path},{sets[1].path}"
    short = (*options[:2], "--rounds=0", "--epochs=1", "--batch_size=4", both)
    status, out, _ = command(*short, "--mixture=0.75,0.25", f"--run_dir={tmp_path / 'run'}")
    assert status == 0
    assert "pictures: 12 train, 4 validation, 4 test; 1 epoch of 3 steps" in out
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["mixture"] == [0.75, 0.25]
    status, _, err = command(*short, "--mixture=0.5,0.5", f"--run_dir={tmp_path / 'run'}")
    assert status != 0
    assert "mixture" in err


@pytest.fixture(scope="module")
def tiny(data_dir):
    """Real pictures and five methods: 30 and 6 each in train, 10 and 2, 20 and 4."""
    return open_prepared(prepare_embedded("synthetic_ff_tiny", data_dir))


def test_chosen_methods_are_trained_and_validated_on_and_all_are_tested(tiny):
    data = Data((tiny,), methods=("Swap", "SelfBlend"))
    assert [data.count(split) for split in ("train", "validation", "test")] == [42, 14, 40]
    loaded = data.load(8)
    assert [len(examples) for examples in loaded] == [42, 14, 40]
    for examples in loaded[:2]:
        assert set(examples.methods) == {"real", "Swap", "SelfBlend"}
    assert len(set(loaded[2].methods)) == 6
    assert data.identity()["methods"] == ("SelfBlend", "Swap")
    assert data.fingerprint == Data((tiny,)).fingerprint
    whole = Data((tiny,)).load(8)[0]
    places = {key: place for place, key in enumerate(whole.keys)}
    chosen = [places[key] for key in loaded[0].keys]
    assert chosen == sorted(chosen)
    np.testing.assert_array_equal(loaded[0].images(range(42)), whole.images(chosen))


def test_a_mixture_is_weighed_by_what_was_chosen(tiny, sets):
    data = Data((tiny, sets[0]), (1.0, 1.0), ("Swap",))
    assert data.mixture() == Mixture((36, 4), (1.0, 1.0))  # of the other set its real pictures
    assert data.count("train") == 40
    assert len(data.load(8)[0]) == 40


def test_one_split_alone_is_the_same(tiny, sets):
    data = Data((tiny, sets[0]))
    alone, one = data.load_split("test", 8), data.load(8)[2]
    assert alone.keys.tolist() == one.keys.tolist()
    np.testing.assert_array_equal(alone.images(range(5)), one.images(range(5)))


@pytest.mark.parametrize(
    ("methods", "text"),
    [
        (("Swap", "Nope"), r"--methods names 'Nope'; .* are GanUpsampling, .*, Swap \(real"),
        (("real",), "names 'real'"),
        ((), "names none"),
    ],
)
def test_methods_that_are_not_there(tiny, methods, text):
    with pytest.raises(ValueError, match=text):
        Data((tiny,), methods=methods)
