"""What to say of a file or folder of a run that cannot be read back."""

from pathlib import Path

LONGEST_REASON = 200
CHANGED = "it was changed: its SHA-256 is another than when it was written"


class Damaged(ValueError):
    """Something kept in a run folder cannot be read back; says which, why and what to do.

    Attributes:
        path: what is damaged.
        what: the same with why, in words.
    """

    def __init__(self, path: Path, reason: object, remedy: str):
        """Name the path, the reason (its first line, for some libraries' are long) and a remedy."""
        self.path = path
        self.what = f"{path} is damaged ({_short(reason)})"
        super().__init__(f"{self.what}: {remedy}")


def _short(reason: object) -> str:
    lines = str(reason).split(" [tensorstore_spec")[0].strip().splitlines()
    return (lines[0] if lines else type(reason).__name__)[:LONGEST_REASON]
