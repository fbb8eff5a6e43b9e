"""Completion of commands, options and values in bash and zsh: prints the script that does it.

    mkdir -p ~/.local/share/bash-completion/completions
    jaxticket completion --shell=bash > ~/.local/share/bash-completion/completions/jaxticket

or, without the package bash-completion and in zsh, a line in ~/.bashrc or ~/.zshrc:

    source <(jaxticket completion --shell=bash)
    source <(jaxticket completion --shell=zsh)
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

import data_prep
from data_prep.terminal.commands import commands
from experiments.terminal.completion import script
from experiments.terminal.start import start


@dataclass(frozen=True)
class Config:
    """Print the script by which a shell completes `jaxticket`."""

    shell: Literal["bash", "zsh"] = "bash"
    """The shell that reads it."""


def main(config: Config) -> None:
    """Print the script."""
    known = [
        {command.name: import_module(command.module).Config for command in commands(folder)}
        for folder in (Path(__file__).parent, Path(data_prep.__file__).parent)
    ]
    print(script(*known, config.shell), end="")


if __name__ == "__main__":
    start("completion")
