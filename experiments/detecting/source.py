"""What a command answers with: a ticket file, or weights from elsewhere as one."""

from pathlib import Path

from experiments.options.weights import Elsewhere
from jaxticket.tickets import Ticket, load_ticket


def open_source(file: Path | None, config: Elsewhere) -> Ticket:
    """Return the ticket in the file that is named.

    Args:
        file: a ticket; None where `config` names weights from elsewhere.
        config: checked.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no ticket, or no weights of the detector; says why.
        ImportError: weights from elsewhere, and JAX is not installed.
    """
    if file is not None:
        return load_ticket(file)
    assert config.init_from is not None
    try:
        from experiments.detecting.weights import ticket_of_weights
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("jax", "jaxlib", "flax"):
            raise
        raise ImportError(
            f"--init_from={config.init_from}: weights from elsewhere are read with JAX, which is "
            "not installed here (a ticket file needs none): write them as one where it is, python "
            "-m experiments.calibrate --init_from"
        ) from None
    return ticket_of_weights(config)
