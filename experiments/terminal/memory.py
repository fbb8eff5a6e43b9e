"""Memory that XLA's CPU backend frees: kept from step to step, given back where much was freed."""

import ctypes
import gc
from contextlib import suppress

# Names of glibc's <malloc.h>, with their numbers there.
M_TRIM_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX = -1, -4, -8


def keep_freed_memory() -> bool:
    """Let glibc keep what is freed, instead of giving it back and faulting it in again.

    XLA frees its temporary buffers after every step; by default glibc returns such large pieces to
    the system, and tens of thousands of page faults a step follow. Call it before the first
    computation. It changes no result.

    Returns:
        Whether it took effect: false where the C library is not glibc.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    settings = ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, 2**31 - 1), (M_ARENA_MAX, 1))
    return sum(mallopt(option, value) for option, value in settings) == len(settings)


def give_back_freed_memory(*, cycles: bool = False) -> None:
    """Give what is freed back to the system, after much was used that is not needed again.

    A compilation, or the pruning and rewinding before a level, frees several times what a step
    takes, in pieces between which a step's temporary buffers do not fit; what Orbax has read or
    written hangs in cycles. The next step faults in what it needs.

    Args:
        cycles: whether to look for cycles first, which takes a tenth of a second.
    """
    if cycles:
        gc.collect()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
