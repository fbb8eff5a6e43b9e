"""Where decoded pictures are kept between runs, and for runs side by side."""

import os
from pathlib import Path

VARIABLE = "JAXTICKET_KEEP_PICTURES"
"""Set to false, pictures are decoded by every process, and none are kept."""


def pictures_dir() -> Path | None:
    """Return a folder in the user's cache; None where none are to be kept, or there is no home."""
    if os.environ.get(VARIABLE, "").lower() in ("0", "false", "no", "off"):
        return None
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    return cache / "jaxticket" / "pictures"
