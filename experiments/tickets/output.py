"""Where a command writes a file."""

from pathlib import Path


def output_file(out: Path, *read: Path, suffix: str = ".safetensors") -> Path:
    """Return where `--out` leads.

    Args:
        out: the option.
        read: the files that are read, which are not written over.
        suffix: how its name ends.

    Raises:
        ValueError: it has another ending, is one of the files that are read, or lies in no folder.
    """
    if out.suffix != suffix or out.is_dir():
        raise ValueError(f"--out={out}: name a file that ends with {suffix}")
    if out.resolve() in [path.resolve() for path in read]:
        raise ValueError(f"--out={out} is the file that is read: name another")
    if not out.parent.is_dir():
        raise ValueError(f"--out={out}: there is no folder {out.parent}")
    return out
