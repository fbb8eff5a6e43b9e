"""A ticket written for other runtimes, and run there."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console

from experiments.options.ticket import Export
from experiments.tickets.network import answers, network_of
from experiments.tickets.output import output_file
from jaxticket.export import about, save_onnx
from jaxticket.graph import Graph, execute, normalise
from jaxticket.graph.shapes import Arrays
from jaxticket.tickets import Ticket, load_ticket

Network = Callable[[np.ndarray], np.ndarray]
"""uint8 [N, S, S, 3] -> logits, float32 [N, C]."""

BATCH = 32
NOISE = 64
"""Pictures of it, where those of the test split are not found."""


def main(config: Export, console: Console) -> None:
    """Write the file and check it.

    Raises:
        ValueError: `--out` is wrong, or the ticket has no graph or one that cannot be exported.
        ImportError: a package lacks; says what to install.
    """
    out = output_file(config.out, config.file, suffix=f".{config.to}")
    ticket = load_ticket(config.file)
    graph, arrays = network_of(config.file, ticket)
    if config.to == "onnx":
        save_onnx(out, graph, arrays, about(ticket.manifest))
    else:
        from jaxticket.export.stablehlo import save_stablehlo

        save_stablehlo(out, graph, arrays, about(ticket.manifest))
    console.print(f"{out}, {out.stat().st_size:,} bytes")
    if not config.check:
        return
    if (network := _run(config, out)) is None:
        console.print('not checked: to run it, pip install "jaxticket[export]"')
        return
    images, called = _pictures(config, ticket, console)
    console.print(f"{_agreement(graph, arrays, network, images)}, on {len(images):,} {called}")


def _run(config: Export, out: Path) -> Network | None:
    """Return the network in the file that was written; None where nothing runs it here."""
    if config.to == "stablehlo":
        from jaxticket.export.stablehlo import load_stablehlo

        network = load_stablehlo(out)
        return lambda images: np.asarray(network(images))
    try:
        import onnxruntime
    except ImportError:
        return None
    session = onnxruntime.InferenceSession(out)
    return lambda images: np.asarray(session.run(None, {"images": images})[0])


def _pictures(config: Export, ticket: Ticket, console: Console) -> tuple[np.ndarray, str]:
    """Return pictures for the check, and what they are called."""
    from experiments.one_run.data import Data, open_data
    from experiments.one_run.dataset_option import default_data_dir
    from experiments.one_run.finished_run import SKIP_LIMIT
    from experiments.one_run.own_data import find_sets
    from jaxticket.data import open_prepared
    from jaxticket.recipe import from_json as recipe_of

    said, data_dir = ticket.manifest, config.data_dir or default_data_dir()
    data = None
    if config.dataset is not None:
        data = open_data(config.dataset, None, data_dir, SKIP_LIMIT, console, testing=True)
    elif said.recipe is not None:
        sets = find_sets(config.file.parent, recipe_of(said.recipe), data_dir)
        data = Data(tuple(map(open_prepared, sets))) if sets else None
    if data is None:
        draw = np.random.default_rng(0)
        size = (NOISE, said.image_size, said.image_size, 3)
        return draw.integers(0, 256, size, np.uint8), "pictures of noise (name some: --dataset)"
    examples = data.load_split("test", said.image_size, one_class=True)
    return examples.images(np.arange(len(examples))), f"test pictures of {data.name}"


def _agreement(graph: Graph, arrays: Arrays, network: Network, images: np.ndarray) -> str:
    """Return how far a network's answers are from those of the graph, in words."""
    parts = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
    have = np.concatenate([network(part) for part in parts])
    want = np.concatenate([execute(graph, arrays, normalise(graph, part)) for part in parts])
    changed = np.count_nonzero(answers(have) != answers(want))
    return (
        f"largest difference of a logit {np.abs(have - want).max():.2g} "
        f"(logits up to {np.abs(want).max():.3g}), {changed} decisions changed"
    )
