"""What a ticket is, in one page of a terminal."""

from rich.console import Console
from rich.table import Table

from experiments.options.ticket import Show
from jaxticket.calibration import line
from jaxticket.text import count_text, interval_text, metric_name, printable
from jaxticket.tickets import Manifest, Ticket, load_ticket
from jaxticket.tickets.manifest import Float16, Split
from jaxticket.tickets.sizes import ZSTD_LEVEL, leaf_sizes, rest_sizes, zstd_of_dense


def main(config: Show, console: Console) -> None:
    """Print what the ticket says of itself, and what its parts take."""
    ticket = load_ticket(config.file)
    for name, text in lines(ticket.manifest):
        console.print(f"{name:13}{printable(text)}")
    console.print()
    _sizes(ticket, config.file.stat().st_size, console)


def lines(said: Manifest) -> list[tuple[str, str]]:
    """Return what a manifest says, in words, by what it is of."""
    total = sum(form.weights for form in said.prunable.values())
    width = "" if said.width in (None, 1.0) else f", {said.width:.3g} times as wide"
    answer = (
        f"{said.classes[1]} against {said.classes[0]}: one logit, above 0 for {said.classes[1]}"
        if said.logits == 1
        else f"which of {', '.join(said.classes)}: a logit each"
    )
    pictures = "synthetic pictures, which stand for no real data set" if said.data.synthetic else ""
    kept = f"{said.weights_left:,} of {total:,} prunable weights left; kept in {said.values}"
    made = [("network", f"{said.model}{width}; {answer}")]
    if (origin := said.origin) is not None:
        made += [
            ("weights", f"of {origin.file}, SHA-256 {origin.sha256[:16]}; what they were trained "
             "on is not known"),
            *(("assumed", note) for note in origin.notes),
        ]  # fmt: skip
    else:
        made += [
            ("ticket", f"level {said.level}, {said.sparsity:.2%} pruned: {kept}"),
            ("found on", f"{said.data.name}, content {said.data.fingerprint[:16]}"
             f"{pictures and ', '}{pictures}"),
            ("training", f"seed {said.seed}, rewind {said.rewind}"),
        ]  # fmt: skip
    made.append(("pictures", _pictures(said)))
    for name in ("validation", "test"):
        made.append((name, _figures(getattr(said.metrics, name)) if said.metrics else "not said"))
    if (effect := said.float16) is not None:
        made.append(("float16", effect_text(effect)))
    packages = said.versions.get("packages")
    versions = ""
    if isinstance(packages, dict):
        versions = ", ".join(f"{name} {version}" for name, version in packages.items())
    graph = "none" if said.graph is None else f"{len(said.graph.get('nodes', []))} nodes"
    return [
        *made,
        ("calibration", calibration_text(said)),
        ("forward pass", graph),
        ("made with", versions or "not said"),
        ("licence", said.licence),
    ]


def calibration_text(said: Manifest) -> str:
    """Return in words what the logits mean, on one line."""
    if said.calibration is None:
        return "none, so there are no thresholds"
    return line(said.calibration)


def effect_text(effect: Float16) -> str:
    """Return in words what float16 did."""
    before, after = (interval_text(value, digits=5) for value in (effect.before, effect.after))
    return (
        f"on {count_text(effect.examples, 'test picture')}: "
        f"{count_text(effect.decisions_changed, 'decision')} changed, "
        f"a logit differs by {effect.largest_difference:.3g} at most, "
        f"{metric_name(effect.metric)} {before} becomes {after}"
    )


def _pictures(said: Manifest) -> str:
    if (by := said.preprocessing) is None:
        return f"{said.image_size} x {said.image_size}"
    mean, std = (", ".join(f"{value:g}" for value in values) for values in (by.mean, by.std))
    return (
        f"{said.image_size} x {said.image_size} {by.colour}, (pixel / {by.divide_by:g} - ({mean})) "
        f"/ ({std})"
    )


def _figures(split: Split) -> str:
    figures = [
        f"{metric_name(name)} {interval_text(figure.value, figure.low, figure.high)}"
        for name, figure in split.figures.items()
        if figure.value is not None
    ]
    return f"{'; '.join(figures)}; {split.examples:,} pictures in {split.groups:,} groups"


def _sizes(ticket: Ticket, file_size: int, console: Console) -> None:
    packed = ticket.manifest.schema > 1
    table = Table("prunable", "weights", "left", "mask", "bytes", "entropy bound", "over")
    leaves = leaf_sizes(ticket)
    for leaf in leaves:
        over = f"{leaf.nbytes / leaf.bound - 1:+.1%}" if leaf.bound else ""
        table.add_row(leaf.path, f"{leaf.weights:,}", f"{leaf.left:,}", leaf.mask,
                      f"{leaf.nbytes:,}", f"{leaf.bound:,.0f}", over)  # fmt: skip
    payload, bound = sum(leaf.nbytes for leaf in leaves), sum(leaf.bound for leaf in leaves)
    table.add_row("all", f"{sum(leaf.weights for leaf in leaves):,}",
                  f"{sum(leaf.left for leaf in leaves):,}", "", f"{payload:,}", f"{bound:,.0f}",
                  f"{payload / bound - 1:+.1%}" if bound else "")  # fmt: skip
    console.print(table)
    rest = rest_sizes(ticket)
    for name, size in rest.items():
        console.print(f"{size:>12,}  {name}")
    if packed:
        console.print(f"{file_size - payload - sum(rest.values()):>12,}  header and manifest")
    console.print(f"{file_size:>12,}  the file{'' if packed else ', dense: schema 1'}")
    compressed = zstd_of_dense(ticket)
    console.print(
        f"{compressed:>12,}  instead: all arrays dense, zstd at level {ZSTD_LEVEL}"
        if compressed is not None
        else 'to set zstd of the dense arrays beside it: pip install "jaxticket[zstd]"'
    )
