"""What the process that looks at files is begun with, as a line of JSON."""

from dataclasses import dataclass
from typing import Any

import msgspec

from experiments.detecting.serving.limits import Limits
from experiments.options.detect import Config


@dataclass(frozen=True)
class Options:
    """The options of detect, and the limits of uploads."""

    config: Config
    limits: Limits

    def line(self) -> bytes:
        """Return them as a line, without its end."""
        return msgspec.json.encode(self, enc_hook=str)

    @staticmethod
    def of_line(line: bytes) -> "Options":
        """Return what a line says."""
        return msgspec.json.decode(line, type=Options, dec_hook=_made)


def _made(kind: type, value: Any) -> Any:
    """Return a path of its text: JSON has none."""
    return kind(value)
