"""What to say of a file or folder of a run that cannot be read back."""

from pathlib import Path

LONGEST_REASON = 200


class Damaged(ValueError):
    """Something kept in a run folder cannot be read back; says which, why and what to do."""

    def __init__(self, path: Path, reason: object, remedy: str):
        """Name the path, the reason (its first line, for some libraries' are long) and a remedy."""
        super().__init__(f"{path} is damaged ({_short(reason)}): {remedy}")


def _short(reason: object) -> str:
    lines = str(reason).split(" [tensorstore_spec")[0].strip().splitlines()
    return (lines[0] if lines else type(reason).__name__)[:LONGEST_REASON]
