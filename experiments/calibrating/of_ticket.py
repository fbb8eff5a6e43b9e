"""A ticket, or weights from elsewhere: its own network predicts what it is calibrated on.

A ticket needs no JAX.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import numpy as np
from rich.console import Console

from experiments.calibrating.fitting import fit
from experiments.calibrating.progress import counting
from experiments.calibrating.said import say
from experiments.calibrating.seen import look_at
from experiments.detecting.network import BATCH, Network, load_network
from experiments.detecting.source import open_source
from experiments.one_run.data import SKIP_LIMIT, Data, open_data, open_data_of
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.own_data import find_sets
from experiments.options.calibrate import Config
from experiments.tickets.network import network_of
from experiments.tickets.output import output_file
from jaxticket.data import open_prepared
from jaxticket.recipe import from_json as recipe_of
from jaxticket.runs import Predictions, RunRecord
from jaxticket.runs.predictions import predictions_text
from jaxticket.tickets import Manifest, save_ticket


def main(config: Config, console: Console) -> None:
    """Write the ticket with its calibration; all else in it stays as it is.

    Raises:
        ValueError: an option is wrong, the file is no ticket or has no graph, or the pictures are
            not found or lack a class.
    """
    source = config.ticket or config.init_from
    assert source is not None
    assert config.out is not None
    out = output_file(config.out, source)
    ticket = open_source(config.ticket, config)
    said = ticket.manifest
    network = load_network(*network_of(source, ticket), config.engine, config.threads)
    data = data_of(config, said, console)
    validation = predict(network, data, "validation", said, console)
    test = predict(network, data, "test", said, console) if data.has("test") else None
    calibration = fit(
        config,
        validation,
        test,
        look_at(data, said.image_size, config.detector, console),
        data_name=data.name,
        data_fingerprint=data.fingerprint,
        synthetic=data.synthetic,
        digest=hashlib.sha256(predictions_text(validation).encode()).hexdigest(),
    )
    said = msgspec.structs.replace(said, calibration=calibration)
    save_ticket(out, replace(ticket, manifest=said))
    say(calibration, console)
    if data.fingerprint != said.data.fingerprint:
        console.print(f"calibrated on {data.name}; the ticket was found on {said.data.name}")
    console.print(f"{out}, {out.stat().st_size:,} bytes, computed by {network.engine}")


def data_of(config: Config, said: Manifest, console: Console) -> Data:
    """Return the pictures that are named, or else the ticket's own, as its run saw them.

    Raises:
        ValueError: they are not found, or have no validation split.
    """
    data_dir = config.data_dir or default_data_dir()
    if config.dataset is not None:
        data = open_data(config.dataset, None, data_dir, SKIP_LIMIT, console, testing=True)
    elif said.recipe is None:
        raise ValueError(f"{config.ticket} does not say its recipe: name pictures with --dataset")
    else:
        assert config.ticket is not None  # weights from elsewhere have no recipe
        recipe = recipe_of(said.recipe)
        sets = find_sets(config.ticket.parent, recipe, data_dir)
        source = RunRecord(config.ticket, recipe, {}, [], {})
        data = (
            Data(tuple(map(open_prepared, sets)))
            if sets
            else open_data_of(source, None, data_dir, SKIP_LIMIT, console, testing=True)
        )
    if not data.has("validation"):
        raise ValueError(
            f"{data.name} has no validation split: put pictures to calibrate on below "
            "validation/real and validation/fake, and those to read it on below test"
        )
    if said.recipe is not None and data.fingerprint == said.data.fingerprint:
        return replace(data, methods=recipe_of(said.recipe).methods)
    return data


def predict(
    network: Network, data: Data, split: str, said: Manifest, console: Console
) -> Predictions:
    """Return what a network answers for the pictures of a split.

    Raises:
        ValueError: a picture cannot be decoded, or a logit is not finite.
    """
    examples = data.load_split(split, said.image_size, one_class=True)
    parts: list[np.ndarray] = []
    with counting(console) as bars:
        task = bars.add_task(f"{split} pictures scored", total=len(examples))
        for chosen in _batches(len(examples)):
            parts.append(network.logits(examples.images(chosen)))
            bars.advance(task, len(chosen))
    logits = np.concatenate(parts)
    if not np.isfinite(logits).all():
        raise ValueError("the ticket gives a logit that is not finite: it cannot be calibrated")
    one = logits.shape[1] == 1
    return Predictions(
        keys=examples.keys,
        groups=examples.groups,
        videos=examples.videos,
        methods=examples.methods,
        labels=examples.labels,
        logits=logits[:, 0] if one else logits,
        compressions=examples.compressions,
        classes=examples.classes if one else tuple(said.classes),
    )


def _batches(count: int) -> Iterator[np.ndarray]:
    for start in range(0, count, BATCH):
        yield np.arange(start, min(start + BATCH, count))
