"""A ticket without the channels that cannot matter."""

from dataclasses import replace

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from experiments.options.ticket import Compact
from experiments.tickets.network import answers, network_of
from experiments.tickets.output import output_file
from jaxticket import graph
from jaxticket.graph import Compacted, Graph
from jaxticket.graph.shapes import Arrays
from jaxticket.text import count_text
from jaxticket.tickets import Ticket, load_ticket, save_ticket
from jaxticket.tickets.manifest import Compaction

EXACT, ROUNDED = 1e-10, 1e-4
"""How far logits may lie apart, relative to the largest: computed in float64, in float32."""
NOISE, BATCH = 64, 32
"""Pictures."""


def main(config: Compact, console: Console) -> None:
    """Write the smaller ticket, if its logits are those of the larger one.

    Raises:
        ValueError: an option is wrong, the file is no ticket, or it has no graph.
        RuntimeError: the logits differ, which is a fault of the program; nothing is written.
    """
    out = output_file(config.out, config.file)
    ticket = load_ticket(config.file)
    larger, arrays = network_of(config.file, ticket)
    found = graph.compact(larger, arrays)
    said, pictures = _pictures(config, larger, console)
    _costs(config, larger, arrays, found, console)
    _compare(larger, arrays, found, pictures, said, console)
    smaller = compacted(ticket, found)
    save_ticket(out, smaller)
    if smaller.manifest.calibration is not None:
        console.print("its calibration stays: the logits are the same")
    console.print(f"{out}, {out.stat().st_size:,} bytes after {config.file.stat().st_size:,}")


def compacted(ticket: Ticket, found: Compacted) -> Ticket:
    """Return a ticket's smaller network as a ticket that says what it was made from."""
    said = ticket.manifest
    channels = [found.kept[name.removesuffix("/kernel")] for name in found.before.effective]
    left = sum(int(np.count_nonzero(mask)) for mask in ticket.masks.values())
    total = sum(mask.size for mask in ticket.masks.values())
    assert said.hashes is not None  # a ticket with a graph is of schema 2, and checked
    masks = {path: found.arrays[path] != 0 for path in ticket.masks}
    survivors = [found.arrays[path][mask] for path, mask in masks.items()]
    halves = all(np.array_equal(each.astype(np.float16), each) for each in survivors)
    new = msgspec.structs.replace(
        said,
        graph=graph.to_json(found.graph),
        values=said.values if halves else "float32",
        compacted=Compaction(
            weights=said.hashes.weights,
            channels=sum(len(kept) for kept in channels),
            channels_left=sum(int(kept.sum()) for kept in channels),
            weights_left=left,
            effective_weights=_effective(ticket, found),
            sparsity=(total - left) / total if total else 0.0,
        ),
    )
    stats = {path: array for path, array in found.arrays.items() if path in ticket.batch_stats}
    params = {path: array for path, array in found.arrays.items() if path not in stats}
    return replace(ticket, params=params, batch_stats=stats, masks=masks, manifest=new)


def _effective(ticket: Ticket, found: Compacted) -> int:
    return sum(int(found.before.effective[path].sum()) for path in ticket.masks)


def _pictures(config: Compact, larger: Graph, console: Console) -> tuple[str, np.ndarray]:
    """Return what logits are compared on: in words, and uint8 [N, S, S, 3]."""
    side = larger.image_size
    if config.dataset is None:
        noise = np.random.default_rng(0).integers(0, 256, (NOISE, side, side, 3), np.uint8)
        noise[0], noise[1] = 0, 255
        return f"{NOISE} pictures of noise, black and white", noise
    # Here, since it needs JAX, and nothing else does.
    from experiments.one_run.data import open_data
    from experiments.one_run.dataset_option import default_data_dir
    from experiments.one_run.finished_run import SKIP_LIMIT

    data_dir = config.data_dir or default_data_dir()
    data = open_data(config.dataset, None, data_dir, SKIP_LIMIT, console, testing=True)
    examples = data.load_split("test", side, one_class=True)
    return f"the {len(examples):,} test pictures of {data.name}", examples.images(
        np.arange(len(examples))
    )


def _compare(
    larger: Graph,
    arrays: Arrays,
    found: Compacted,
    pictures: np.ndarray,
    said: str,
    console: Console,
) -> None:
    """Say how far the logits of both networks lie apart, and how many decisions change."""
    exact = {name: array.astype(np.float64) for name, array in arrays.items()}
    best = graph.compact(larger, exact)
    want = _logits(larger, exact, pictures, np.float64)
    size = np.abs(want).max()
    double = np.abs(_logits(best.graph, best.arrays, pictures, np.float64) - want).max() / size
    have = _logits(found.graph, found.arrays, pictures, np.float32)
    single = np.abs(have - want).max() / size
    changed = np.count_nonzero(
        answers(have) != answers(_logits(larger, arrays, pictures, np.float32))
    )
    text = (
        f"on {said} the logits differ by {double:.1g} of the largest in float64, by {single:.1g} "
        f"in float32; {count_text(int(changed), 'decision')} changed"
    )
    if not (double <= EXACT and single <= ROUNDED):
        raise RuntimeError(f"{text}: more than rounding, nothing is written")
    console.print(text)
    if found.constant_logits:
        console.print("all pictures get the same logits: nothing of them reaches the end")


def _logits(network: Graph, arrays: Arrays, pictures: np.ndarray, dtype: type) -> np.ndarray:
    return np.concatenate(
        [
            graph.execute(network, arrays, graph.normalise(network, pictures[i : i + BATCH], dtype))
            for i in range(0, len(pictures), BATCH)
        ]
    )


def _costs(
    config: Compact, larger: Graph, arrays: Arrays, found: Compacted, console: Console
) -> None:
    """Print what both networks cost, batch normalisation folded, by layer."""
    before, after = (
        graph.cost(*graph.fold(network, own), config.image_size)
        for network, own in ((larger, arrays), (found.graph, found.arrays))
    )
    table = Table("layer", "channels", "constant", "unread", "weights left", "of influence",
                  "parameters", "multiply-adds", "output, KiB")  # fmt: skip
    totals = np.zeros(5, int)
    for name, effective in reversed(found.before.effective.items()):
        layer = name.removesuffix("/kernel")
        kept, same = found.kept[layer], found.before.ranges[layer].constant
        counts = [int(same.sum()), int((~same & ~found.before.needed[layer]).sum()),
                  int(np.count_nonzero(arrays[name])), int(effective.sum())]  # fmt: skip
        totals += [*counts, len(kept) - int(kept.sum())]
        old, new = before.nodes[layer], after.nodes[layer]
        table.add_row(layer, _change(len(kept), int(kept.sum())), *map(_number, counts),
                      _change(old.parameters, new.parameters),
                      _change(old.alive_macs, new.alive_macs),
                      _change(old.bytes / 1024, new.bytes / 1024))  # fmt: skip
    old, new = before.total, after.total
    table.add_row("all", f"-{totals[4]:,}", *map(_number, totals[:4]),
                  _change(old.parameters, new.parameters),
                  _change(old.alive_macs, new.alive_macs),
                  _change(old.bytes / 1024, new.bytes / 1024))  # fmt: skip
    console.print(table)
    console.print(
        f"multiply-adds by surviving weights at {config.image_size or larger.image_size} pixels; "
        f"by all weights {_change(old.macs, new.macs)}; memory of maps at once, KiB: "
        f"{_change(before.peak_bytes / 1024, after.peak_bytes / 1024)}"
    )


def _change(before: float, after: float) -> str:
    return _number(before) if before == after else f"{_number(before)} -> {_number(after)}"


def _number(value: float) -> str:
    return f"{value:,.0f}"
