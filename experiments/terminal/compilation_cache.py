"""Compiled programs kept between runs, so that a second run need not compile them again.

JAX's persistent compilation cache, in a folder of our own. A program found there is the one that an
earlier run compiled from the same computation, with the same jaxlib, for the same processor: no
result changes. Whatever goes wrong with the folder, programs are compiled as if it were not there.

JAX's own settings come first: with JAX_COMPILATION_CACHE_DIR programs are kept there, under JAX's
settings, and JAX_ENABLE_COMPILATION_CACHE=false turns it all off.
"""

import contextlib
import hashlib
import importlib.util
import os
import platform
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
from jaxlib import version

SIZE_LIMIT = 256 << 20
"""Bytes of programs that are kept at a start. One detector with one set of options takes 1 to 3
MB on the CPU."""

# Older ones print lines about unknown machine features for every program that they load on a CPU
# with AVX-512 (https://github.com/jax-ml/jax/issues/38445).
OLDEST_JAXLIB = (0, 10, 2)

_ENTRIES = "*-cache"  # as JAX names them
_CHECKED = "checked"


def keep_programs() -> Path | None:
    """Have JAX keep compiled programs on disk. Call it before the first computation.

    Returns:
        The folder, or None where JAX's own settings hold or none can be used.
    """
    config: Any = jax.config
    if config.jax_compilation_cache_dir is not None or not config.jax_enable_compilation_cache:
        return None
    if version.__version_info__ < OLDEST_JAXLIB:
        return None
    try:
        root = programs_dir()
        folder = root / machine_name()
        # Programs are run as they lie there: nobody else may put any.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return None
    with contextlib.suppress(OSError):
        drop_oldest(root, SIZE_LIMIT)
        drop_damaged(folder)
    # Kept or not, a program is run; a folder that cannot be read or written is no concern of ours.
    warnings.filterwarnings("ignore", "Error (reading|writing) persistent compilation cache")
    config.update("jax_compilation_cache_dir", str(folder))
    # The many small programs between two steps take as long together as a large one.
    config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    return folder


def programs_dir() -> Path:
    """Return where programs are kept for all machines: a folder in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "jaxticket" / "xla"


def drop_oldest(root: Path, limit: int) -> None:
    """Delete the programs not used for longest, until the rest takes no more than `limit` bytes.

    Args:
        root: programs of several machines, a folder each.
        limit: in bytes.
    """
    entries = [(entry, entry.stat()) for entry in root.glob(f"*/{_ENTRIES}")]
    kept = 0
    # A file system that notes no reading still tells which were written last.
    for entry, stat in sorted(entries, key=lambda pair: -max(pair[1].st_atime, pair[1].st_mtime)):
        kept += stat.st_size
        if kept > limit:
            entry.unlink(missing_ok=True)


def drop_damaged(folder: Path) -> None:
    """Delete programs that a killed process or a full disk left cut short.

    JAX compiles in place of a damaged program but never writes it again. Each is looked at once, at
    the first start after it was written.
    """
    checked = folder / _CHECKED
    since = checked.stat().st_mtime if checked.exists() else 0.0
    for entry in folder.glob(_ENTRIES):
        if entry.stat().st_mtime >= since and not _whole(entry.read_bytes()):
            entry.unlink(missing_ok=True)
    checked.touch()


def _whole(entry: bytes) -> bool:
    """Whether a program is intact, as JAX compresses it: by zstandard where it has it, or zlib."""
    if not entry.startswith(b"\x28\xb5\x2f\xfd"):
        return _decompresses(zlib.decompress, entry, zlib.error)
    if importlib.util.find_spec("zstandard") is None:
        return True  # of another environment, for which it stays
    import zstandard  # pyright: ignore[reportMissingImports]

    decompress = zstandard.ZstdDecompressor().decompress
    return _decompresses(decompress, entry, zstandard.ZstdError)


def _decompresses(
    decompress: Callable[[bytes], bytes], entry: bytes, error: type[Exception]
) -> bool:
    try:
        decompress(entry)
    except error:
        return False
    return True


def machine_name() -> str:
    """Return a name that machines share only if each may run the other's programs as well.

    The number of threads is fixed in a program, and JAX does not tell programs apart by it.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count()
    return f"{cores}-cores-{hashlib.sha256(_processor().encode()).hexdigest()[:8]}"


def _processor() -> str:
    """Return the processor's model and features, as far as the system tells them."""
    facts = [platform.machine(), platform.processor()]
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = ("model name", "flags", "CPU part", "Features")
        facts += sorted({line for line in lines if line.startswith(names)})
    return "\n".join(facts)
