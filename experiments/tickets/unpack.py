"""A ticket as dense safetensors."""

from rich.console import Console

from experiments.options.ticket import Unpack
from experiments.tickets.output import output_file
from jaxticket.tickets import load_ticket, save_dense


def main(config: Unpack, console: Console) -> None:
    """Write the dense file."""
    out = output_file(config.out, config.file)
    ticket = load_ticket(config.file)
    save_dense(out, ticket)
    without = ", without the calibration" if ticket.manifest.calibration is not None else ""
    console.print(f"{out}, {out.stat().st_size:,} bytes, dense{without}")
