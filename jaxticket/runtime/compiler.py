"""Machine code of kernels for this processor (LLVM, by llvmlite)."""

import ctypes
import hashlib
import threading
from functools import cache
from pathlib import Path

import llvmlite
from llvmlite import binding

from jaxticket.runtime.cache import keep, read
from jaxticket.runtime.runner import runner

_SIGNATURE = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4, *[ctypes.c_int64] * 2)


@cache
def machine() -> binding.TargetMachine:
    """Return LLVM's description of this processor."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_default_triple()
    return target.create_target_machine(
        cpu=binding.get_host_cpu_name(), features=_features(), opt=3, jit=True
    )


def _features() -> str:
    # Vectors of 512 bits are asked for where they are used; LLVM would avoid them on some.
    return binding.get_host_cpu_features().flatten() + ",-prefer-256-bit"


@cache
def vector_lanes() -> int:
    """Return the float32 values of this processor's widest vectors."""
    features = binding.get_host_cpu_features()
    return 16 if features.get("avx512f") else 8 if features.get("avx") else 4


@cache
def vector_registers() -> int:
    """Return the number of this processor's vector registers."""
    features = binding.get_host_cpu_features()
    return 32 if features.get("avx512f") or features.get("neon") else 16


@cache
def _engine() -> binding.ExecutionEngine:
    return binding.create_mcjit_compiler(binding.parse_assembly(""), machine())


@cache
def processor() -> str:
    """Return what machine code and timings depend on."""
    return f"{binding.get_host_cpu_name()} {hashlib.sha256(_features().encode()).hexdigest()[:8]}"


@cache
def version() -> str:
    """Return a digest of what writes the machine code and of the processor it is for."""
    digest = hashlib.sha256(f"{processor()} {llvmlite.__version__}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def name_of(kernel: object) -> str:
    """Return a function's name for a kernel: equal kernels have equal ones."""
    return "k" + hashlib.sha256(f"{version()} {kernel!r}".encode()).hexdigest()[:24]


_addresses: dict[str, int] = {}
_lock = threading.Lock()
_DIGEST = hashlib.sha256().digest_size


def address(kernel, folder: Path | None = None) -> int:
    """Return the address of a kernel's machine code, compiled on first use.

    Args:
        kernel: has `emit`.
        folder: where machine code is kept for the next process, if anywhere.
    """
    name = name_of(kernel)
    with _lock:
        if name not in _addresses:
            _addresses[name] = _added(machine_code(kernel, folder), name)
    return _addresses[name]


@cache
def run():
    """Return the function that goes through a list of kernel calls; see `runner`."""
    kind = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p, ctypes.c_int64] * 2, ctypes.c_int64)
    with _lock:
        return kind(_added(_compile(runner()), "run"))


def _added(code: bytes, name: str) -> int:
    """Return the address of a function of machine code that is added to the process."""
    engine = _engine()
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine.get_function_address(name)


def machine_code(kernel, folder: Path | None) -> bytes:
    """Return a kernel's machine code, from the folder where it is there and whole.

    A file begins with the digest of the rest: LLVM does not survive a damaged one.
    """
    file = f"{name_of(kernel)}.o"
    kept = read(folder, file) or b""
    if kept[:_DIGEST] == hashlib.sha256(kept[_DIGEST:]).digest():
        return kept[_DIGEST:]
    code = _compile(kernel.emit(name_of(kernel)))
    keep(folder, file, hashlib.sha256(code).digest() + code)
    return code


def _compile(text: str) -> bytes:
    return machine().emit_object(binding.parse_assembly(text))


def callable_of(kernel, folder: Path | None = None):
    """Return a kernel as a function of addresses, for tests and measurements."""
    return _SIGNATURE(address(kernel, folder))
