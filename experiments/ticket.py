"""A ticket as one file: pack, verify, show, unpack, replay, compact, export.

    python -m experiments.ticket pack --run=RUN --level=5 --out=ticket.safetensors
    python -m experiments.ticket verify ticket.safetensors
    python -m experiments.ticket show ticket.safetensors
    python -m experiments.ticket unpack ticket.safetensors --out=dense.safetensors
    python -m experiments.ticket replay ticket.safetensors
    python -m experiments.ticket compact ticket.safetensors --out=small.safetensors
    python -m experiments.ticket export ticket.safetensors --to=onnx --out=ticket.onnx

The file holds the surviving weights alone and where they stand, with a manifest of what the network
is, what it was trained on and how well it does (docs/ticket_file.md). To verify, show and unpack
needs no JAX.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("ticket")  # here, since help needs no more imports

from importlib import import_module

from rich.console import Console

from experiments.options.ticket import Config


def main(config: Config, console: Console) -> None:
    """Run a subcommand: the module of `experiments.tickets` that has its name.

    Raises:
        ValueError: an option or a file is wrong; says what.
        OSError: a file is not there, or cannot be written.
    """
    # Here, since some need JAX and most do not.
    name = type(config).__name__.lower()
    import_module(f"experiments.tickets.{name}").main(config, console)
