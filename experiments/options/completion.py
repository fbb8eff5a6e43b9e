"""The options of experiments.completion."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Config:
    """Print the script by which a shell completes `jaxticket`.

    In bash, once: jaxticket completion > ~/.local/share/bash-completion/completions/jaxticket

    or in ~/.bashrc: source <(jaxticket completion)

    In zsh, in ~/.zshrc: source <(jaxticket completion --shell=zsh)
    """

    shell: Literal["bash", "zsh"] = "bash"
    """The shell that reads it."""
