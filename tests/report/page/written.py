"""A run folder and a study's folder that are written by hand, small enough to be counted."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from jaxticket.runs import files
from jaxticket.runs.folder import LAYER_COLUMNS
from jaxticket.runs.predictions import Predictions, write_predictions
from tests.records import level_record

CONFIG = {
    "model": "meso4", "data_name": "noise", "image_size": 32, "task": "real_or_fake",
    "rounds": 2, "prune_fraction": 0.5, "sparsities": None, "criterion": "magnitude",
    "pruning": "iterative", "scope": "global", "rewind": "init", "seed": 3, "synthetic": False,
}  # fmt: skip
LEFT = {0: (40, 60), 1: (30, 20), 2: (25, 0)}
LABELS = (0, 0, 0, 1, 1, 1)
METHODS = ("real", "real", "real", "Swap", "Swap", "Blend")
LOGITS = {0: (-1, -2, -3, 1, 2, 3), 1: (-1, -2, 1, 1, 2, 3), 2: (1, 2, 3, 1, 2, -3)}
"""All right; one real picture called fake; all reals called fake, and the only Blend real."""


def write_run(path: Path, *, levels=(0, 1, 2), finished=True, **config) -> Path:
    """Write a run of the levels 0%, 50% and 75%; without `finished`, one that is under way."""
    path.mkdir(parents=True)
    files.write_json(path / "config.json", CONFIG | config)
    files.write_json(path / "environment.json", {"python": "3.11", "packages": {"jax": "1"}})
    log = []
    for level in levels:
        _write_level(path / f"level_{level:02d}", level)
        log += [{"level": level, "step": s, "kind": "train", "loss": 1 / s} for s in range(1, 9)]
        log.append({"level": level, "step": 8, "kind": "validation", "auc": 0.9})
    if finished:
        files.write_json(path / "summary.json", {"time": "9 s: train 9 s", "seconds": 9.0})
    else:
        log.append({"level": len(levels), "step": 4, "kind": "train", "loss": 0.5})
    lines = "".join(json.dumps(record) + "\n" for record in log)
    (path / "metrics.jsonl").write_text(lines + '{"level": 2, "st')
    return path


def _write_level(folder: Path, level: int) -> None:
    folder.mkdir()
    left = LEFT[level]
    right = sum((z > 0) == y for z, y in zip(LOGITS[level], LABELS, strict=True)) / len(LABELS)
    record = level_record(
        level, sparsity=1 - sum(left) / 100, weights_left=sum(left), test_accuracy=right,
        test_balanced_accuracy=right, test_examples=6,
        test_intervals=dict.fromkeys(("accuracy", "balanced_accuracy", "auc"), (0.5, 1.0)),
    )  # fmt: skip
    files.write_json(folder / "evaluation.json", record.plain())
    layers = [
        {"layer": name, "weights": whole, "weights_left": count, "sparsity": 0, "threshold": ""}
        for name, whole, count in zip(("conv1/kernel", "fc1/kernel"), (40, 60), left, strict=True)
    ]
    files.write_csv(folder / "layers.csv", layers, LAYER_COLUMNS)
    names = {part: np.array([f"{part[0]}{n}" for n in range(6)]) for part in ("keys", "groups",
                                                                             "videos")}  # fmt: skip
    write_predictions(
        folder / "predictions_test.csv",
        Predictions(
            **names, methods=np.array(METHODS), labels=np.array(LABELS),
            logits=np.array(LOGITS[level], np.float32), compressions=np.full(6, ""),
        ),
    )  # fmt: skip


def write_saliency(run: Path, **changes) -> Path:
    """Write a gallery of three pictures with maps of two levels, and figures; return its folder.

    Moved at the last level: 0.1, 0.9, 0.5; logits change by +3, -1, +2.
    """
    folder = run / "saliency"
    (folder / "gallery").mkdir(parents=True)
    pictures = []
    for n, (method, moved, change) in enumerate(
        [("Swap", 0.1, 3.0), ("real", 0.9, -1.0), ("Blend", 0.5, 2.0)]
    ):
        names = [f"gallery/{n}{part}.png" for part in ("", "_region", "_level_00", "_level_02")]
        for name in names:
            Image.new("RGB", (8, 8), (40 * n, 90, 10)).save(folder / name)
        fake = method != "real"
        inside = 0.71 if fake else None
        pictures.append(
            {
                "key": f"set/{n}", "label": int(fake), "method": method, "group": "g",
                "picture": names[0], "region": names[1] if fake else None,
                "maps": [
                    {"level": 0, "map": names[2], "moved": 0.0, "inside": inside, "logit": 1.0},
                    {"level": 2, "map": names[3], "moved": moved, "inside": inside,
                     "logit": 1.0 + change},
                ],
            }
        )  # fmt: skip
    gallery = {
        "layer": "conv1", "method": "grad_cam", "direction": "fake",
        "levels": [{"level": 0, "sparsity": 0.0}, {"level": 2, "sparsity": 0.75}],
        "pictures": pictures,
    }  # fmt: skip
    files.write_json(folder / "gallery.json", gallery | changes)
    rows = [
        {"level": 2, "sparsity": 0.75, "quantity": "rank_correlation", "of": of, "value": value,
         "low": value - 0.1, "high": value + 0.1, "n": 12}
        for of, value in (("random", 0.05), ("ticket", 0.8))
    ]  # fmt: skip
    files.write_json(folder / "figures.json", {"rows": rows})
    return folder


def figure(metric, value, *, measure="value", against="", by="all", name="", examples=6):
    """A row of the figures of an evaluation, of frames."""
    return {
        "unit": "frames", "by": by, "name": name, "measure": measure, "against": against,
        "metric": metric, "value": value, "low": None if value is None else value - 0.1,
        "high": None if value is None else value + 0.1, "groups": 4, "examples": examples,
    }  # fmt: skip


def write_evaluation(run: Path, name="other", **changes) -> Path:
    """Write figures of two levels of a run on another data set, one of them corrupted too."""
    folder = run / "evaluations" / f"{name}-01234567" / "test"
    folder.mkdir(parents=True)
    dense = [figure("accuracy", 0.7), figure("auc", 0.8)]
    sparse = [
        figure("accuracy", 0.6), figure("auc", 0.75) | {"unit": "videos"}, figure("auc", 0.7),
        figure("auc", -0.1, measure="difference", against="dense"),
        figure("auc", None, measure="retention", against="dense"),
        figure("auc", 0.9, by="method", name="Swap", examples=5),
        figure("recall", 0.5, by="method", name="Swap", examples=2),
        figure("auc", 0.65, by="compression", name="c40", examples=3),
    ]  # fmt: skip
    spoilt = [figure("auc", 0.6), figure("auc", 0.5, measure="retention", against="clean")]
    files.write_json(folder / "figures.json", {
        "data_name": name, "data_fingerprint": "0123456789", "split": "test",
        "examples": 6, "groups": 4, "synthetic": True, "compressions": {"c40": 6},
        "levels": [{"level": 0, "sparsity": 0.0}, {"level": 2, "sparsity": 0.75}],
        "cells": [
            {"corruption": "clean", "level": 0, "rows": dense},
            {"corruption": "clean", "level": 2, "rows": sparse},
            {"corruption": "jpeg:3", "level": 2, "rows": spoilt},
        ],
    } | changes)  # fmt: skip
    return folder


def estimate(value, reach=0.1):
    """An estimate as JSON."""
    return {"value": value, "low": value - reach, "high": value + reach, "seeds": 3, "groups": 9}


def finding(source, target, method, kind, sparsity, auc, **more):
    """A finding as JSON."""
    return {
        "model": "meso4", "source": source, "target": target, "method": method, "kind": kind,
        "sparsity": sparsity, "weights_left": [10, 10], "seeds": [0, 1, 2], "dead_layers": 0,
        "metrics": {"accuracy": estimate(auc - 0.1), "auc": estimate(auc)}, "over_dense": {},
        "verdicts": {}, "synthetic": True,
    } | more  # fmt: skip


def verdict(rule, words, holds):
    """A verdict as JSON."""
    return {"rule": rule, "metric": "auc", "holds": holds, "words": words,
            "reason": f"why {rule}", "seeds": 3, "groups": 9}  # fmt: skip


def write_study(path: Path) -> Path:
    """Write a study of two data sets with a control and transfer from one to the other."""
    path.mkdir()
    rules = {"non_inferior": verdict("non_inferior", "not inferior", True),
             "winning": verdict("winning", "winning", True)}  # fmt: skip
    findings = [
        finding("a", "a", "dense", "ticket", 0.0, 0.85),
        finding("a", "a", "global", "ticket", 0.8, 0.8, verdicts={"auc": rules},
                over_dense={"auc": estimate(-0.05)}),
        finding("a", "a", "global", "random_global", 0.8, 0.6),
        finding("b", "b", "dense", "ticket", 0.0, 0.9),
        finding("b", "b", "global", "ticket", 0.8, 0.7),
        finding("a", "b", "global", "ticket", 0.8, 0.65),
    ]  # fmt: skip
    files.write_json(path / "results.json", findings)
    (path / "results.csv").write_text("model\nmeso4\n")
    (path / "robustness.csv").write_text("corruption,auc\njpeg:3,0.75\n<b>x</b>,=1+1\n")
    return path
