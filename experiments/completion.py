"""Completion of commands, options and values in bash and zsh: prints the script that does it.

    mkdir -p ~/.local/share/bash-completion/completions
    jaxticket completion --shell=bash > ~/.local/share/bash-completion/completions/jaxticket

or, without the package bash-completion and in zsh, a line in ~/.bashrc or ~/.zshrc:

    source <(jaxticket completion --shell=bash)
    source <(jaxticket completion --shell=zsh)
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("completion")  # here, since help needs no more imports

from importlib import import_module
from pathlib import Path

import data_prep
from data_prep.terminal.commands import commands
from experiments.options.completion import Config
from experiments.terminal.completion import script


def main(config: Config) -> None:
    """Print the script."""
    experiments = {
        command.name: import_module(f"experiments.options.{command.name}").Config
        for command in commands(Path(__file__).parent)
    }
    preparations = {
        command.name: import_module(command.module).Config
        for command in commands(Path(data_prep.__file__).parent)
    }
    print(script(experiments, preparations, config.shell), end="")
