"""Where decoded pictures are kept between runs, and which sets were checked."""

import os
from pathlib import Path

VARIABLE = "JAXTICKET_KEEP_PICTURES"
"""Set to false, pictures are decoded by every process, and none are kept."""


def pictures_dir() -> Path | None:
    """Return a folder in the user's cache; None where none are to be kept, or there is no home."""
    cache = _cache()
    return None if cache is None else cache / "pictures"


def checked_dir() -> Path | None:
    """Return where the prepared sets that were checked are noted; None as for `pictures_dir`."""
    cache = _cache()
    return None if cache is None else cache / "checked_sets"


def _cache() -> Path | None:
    if os.environ.get(VARIABLE, "").lower() in ("0", "false", "no", "off"):
        return None
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    return cache / "jaxticket"
