"""What is checked of a ticket, and what was found."""

from pathlib import Path

from jaxticket import graph
from jaxticket.calibration import line
from jaxticket.text import count_text
from jaxticket.tickets.container import read_container
from jaxticket.tickets.file import Ticket, load_ticket
from jaxticket.tickets.manifest import Hashes
from jaxticket.tickets.rewind import load_rewind

Check = tuple[str, str]
"""What was checked, and what was found."""


def verify(path: Path, rewind: Path | None = None) -> list[Check]:
    """Check a ticket as `load_ticket` does.

    Args:
        path: the ticket.
        rewind: its rewind point, to be checked too.

    Returns:
        All that was checked, in words.

    Raises:
        FileNotFoundError: there is no such file.
        Refused: something is not as it should be; says what.
    """
    ticket = load_ticket(path)
    arrays, _ = read_container(path)
    said = ticket.manifest
    values = sum(array.size for array in arrays.values() if array.dtype.kind == "f")
    total = sum(form.weights for form in said.prunable.values())
    checks = [
        ("file", f"{path.stat().st_size:,} bytes, {len(arrays)} arrays side by side"),
        ("manifest", f"schema {said.schema}, {said.model}, level {said.level}"),
        ("counts", f"{said.weights_left:,} of {total:,} weights left in {len(said.prunable)} "
         "arrays"),
        ("masks", f"every place once, within its array; {total - said.weights_left:,} zeros"),
        ("values", f"{values:,}, all finite"),
    ]  # fmt: skip
    if rewind is not None:
        point = load_rewind(rewind, ticket)
        state = f" and {len(point.optimizer)} arrays of the optimizer" if point.optimizer else ""
        checks.append(("rewind point", f"of these masks, at step {point.step}{state}"))
    if said.hashes is None:
        return [*checks, ("hashes", f"none: schema {said.schema} has no hashes")]
    for name in Hashes.__struct_fields__:
        checks.append((f"sha256 of {name}", getattr(said.hashes, name)))
    calibrated = "none" if said.calibration is None else line(said.calibration)
    return [*checks, ("graph", _graph(ticket)), ("calibration", calibrated)]


def _graph(ticket: Ticket) -> str:
    written = ticket.manifest.graph
    if written is None:
        return "none: its detector cannot be written down as one"
    count = len(graph.from_json(written).nodes)
    return f"{count} nodes of its arrays, to {count_text(ticket.manifest.logits, 'logit')}"
