"""A ticket as dense safetensors."""

from rich.console import Console

from experiments.options.ticket import Unpack
from experiments.tickets.output import output_file
from jaxticket.tickets import load_ticket, save_dense


def main(config: Unpack, console: Console) -> None:
    """Write the dense file."""
    out = output_file(config.out, config.file)
    save_dense(out, load_ticket(config.file))
    console.print(f"{out}, {out.stat().st_size:,} bytes, dense")
