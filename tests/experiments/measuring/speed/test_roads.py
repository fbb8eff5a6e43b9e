from dataclasses import replace

import jax
import numpy as np

from experiments.measuring.speed import imp, input, pictures
from jaxticket.data import load_examples


def test_pictures_are_drawn_prepared_and_written_as_they_are_stored(tmp_path):
    counts = {"train": 4, "validation": 2, "test": 2}
    prepared = pictures.prepared_set(tmp_path, counts, 40)
    assert prepared.splits == counts
    paths, labels = pictures.files(prepared, "train", tmp_path / "files")
    examples = load_examples(prepared, "train", 40)
    assert labels == examples.labels.tolist()
    assert sorted(labels) == [0, 0, 1, 1]
    from PIL import Image

    for index, path in enumerate(paths):
        assert np.array_equal(np.asarray(Image.open(path)), examples.images([index])[0])


def test_all_roads_are_measured(config, until, monkeypatch, torch):
    monkeypatch.setattr(input, "cores", list)  # no processes of a DataLoader
    table = input.measure(replace(config, torch=True), until)
    assert [row["road"].split(",")[0] for row in table.rows] == ["jaxticket"] * 3 + [
        "PyTorch DataLoader"
    ]
    assert all(value > 0 for row in table.rows for value in (*row["rate"], *row["ratio"]))
    assert table.rows[-1]["ratio"] == (1, 1, 1)


def test_a_dataloader_gives_the_same_pictures(tmp_path, torch):
    from experiments.measuring.speed.torch_pictures import Pictures, loader

    prepared = pictures.prepared_set(tmp_path, {"train": 6, "validation": 2, "test": 2}, 40)
    dataset = Pictures(*pictures.files(prepared, "train", tmp_path / "files"), 40)
    images, labels = next(iter(loader(dataset, 6, 0)))
    examples = load_examples(prepared, "train", 40)
    ours = examples.images(np.arange(6)).transpose(0, 3, 1, 2)
    assert sorted(image.numpy().tobytes() for image in images) == sorted(
        image.tobytes() for image in ours
    )
    real = {image.tobytes() for image in ours[examples.labels == 0]}
    assert [image.numpy().tobytes() in real for image in images] == (labels == 0).tolist()


def test_a_search_is_measured_beside_the_plain_one(config, torch):
    table = imp.measure(replace(config, torch=True), 0.0)
    ours, kept, plain = table.rows
    assert [row["who"] for row in table.rows] == [imp.COMPILES, imp.KEPT, imp.PLAIN]
    for row in table.rows:
        assert row["turns"] == 1
        for activity in ("train", "evaluate", "prune", "checkpoint", "load pictures"):
            assert row[activity] > 0
    assert min(ours["compile"], kept["compile"]) > 0
    assert "compile" not in plain
    assert all(value > 0 for value in (*ours["ratio"], *kept["ratio"]))
    assert "Left out for lack of time: 2 of 3 turns." in table.notes


def test_programs_are_kept_and_found_only_inside(tmp_path):
    before = jax.config.jax_compilation_cache_dir
    # A number that no other test has, so that no program is kept of it elsewhere.
    double = jax.jit(lambda x: 2 * x + 0.8125317)
    with imp.keeping_programs(tmp_path / "kept"):
        double(1.0)
    kept = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert kept
    with imp.keeping_programs(None):
        jax.jit(lambda x: 3 * x + 0.8125317)(1.0)
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == kept
    assert jax.config.jax_compilation_cache_dir == before


def test_walls_are_whole_and_ratios_within_a_turn():
    def accounts(*walls):
        return [{"train": wall - 1, "other": 1.0} for wall in walls]

    rows = imp._rows({"jaxticket": accounts(4.0, 6.0), "PyTorch": accounts(2.0, 6.0)})
    assert rows[0]["wall"][0] == 5
    assert rows[0]["ratio"][0] == 1.5
    assert rows[0]["train"] == 4
    assert "ratio" not in rows[1]


def test_the_plain_search_prunes_the_smallest_of_all_layers(torch):
    from experiments.measuring.speed.torch_imp import _prune

    weights = [torch.tensor([[0.1, -0.2], [3.0, 4.0]]), torch.tensor([[-0.3, 5.0]])]
    masks = [torch.tensor([[False, True], [True, True]]), torch.tensor([[True, True]])]
    new = _prune(weights, masks)
    assert [mask.tolist() for mask in new] == [[[False, False], [True, True]], [[True, True]]]
