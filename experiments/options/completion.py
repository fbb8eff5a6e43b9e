"""The options of experiments.completion."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Config:
    """Print the script by which a shell completes `jaxticket`."""

    shell: Literal["bash", "zsh"] = "bash"
    """The shell that reads it."""
