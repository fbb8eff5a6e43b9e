"""What the suite shares: compiled programs, and a small set of pictures."""

import importlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

# Compiling is most of the time. A program compiled once serves every test, the other workers of
# pytest-xdist, and the commands that tests start. JAX reads these names when it is imported.
if "PYTEST_XDIST_WORKER" not in os.environ:
    _PROGRAMS = tempfile.TemporaryDirectory(prefix="jaxticket-programs-")
    os.environ["JAX_COMPILATION_CACHE_DIR"] = _PROGRAMS.name
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"
# Half of the time to compile. `XLA_FLAGS= python -m pytest` tests the programs that users get.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

# Pictures are decoded in a moment here; the tests of keeping them name a folder.
os.environ["JAXTICKET_KEEP_PICTURES"] = "false"

# A slow machine is no failure.
settings.register_profile("jaxticket", deadline=None)
settings.load_profile("jaxticket")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PICTURES = {"train": 24, "validation": 12, "test": 12}
SIDE = 40


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder {train,validation,test}/{real,fake}/*.png of noise; fakes are darker on one side."""
    return draw_pictures(tmp_path_factory.mktemp("sources") / "noise")


def draw_pictures(root: Path) -> Path:
    """Draw the pictures of `pictures` into a folder that is made."""
    draw = np.random.default_rng(7)
    for split, count in PICTURES.items():
        for label in ("real", "fake"):
            folder = root / split / label
            folder.mkdir(parents=True)
            for number in range(count):
                image = draw.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
                if label == "fake":
                    image[:, : SIDE // 2] //= 2
                Image.fromarray(image).save(folder / f"{number:03d}.png")
    return root


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the suite's prepared sets lie."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def prepared(pictures: Path, data_dir: Path) -> Path:
    """The pictures as a prepared set."""
    from data_prep.folder import prepare_folder

    return prepare_folder(pictures, data_dir)


# 48 training pictures are 4 batches an epoch, 8 steps a level.
OPTIONS = (
    "--model=meso4", "--image_size=32", "--rounds=2", "--epochs=2", "--batch_size=12",
    "--checkpoint_every=3",
)  # fmt: skip


@pytest.fixture(scope="session")
def options(prepared: Path, data_dir: Path) -> tuple[str, ...]:
    """Options of `experiments.imp` for three levels of a Meso4 on the pictures."""
    return (*OPTIONS, f"--dataset={prepared}", f"--data_dir={data_dir}")


@pytest.fixture(scope="session")
def finished_run(options: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole run of `experiments.imp` with `options`, never interrupted."""
    from experiments import imp
    from experiments.options.imp import PRESETS, Config
    from experiments.terminal.options import parse
    from experiments.terminal.plain_console import make_console

    path = tmp_path_factory.mktemp("runs") / "finished"
    argv = [*options, f"--run_dir={path}"]
    return imp.main(parse(Config, PRESETS, argv), make_console())


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium, or a skip."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser is installed: one of {', '.join(BROWSERS)}")
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def torch():
    """PyTorch, or a skip; on one thread, as its threads wait for each other on a busy machine."""
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield torch
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def torchvision_models(torch):
    """torchvision's models, also where its compiled operators do not load.

    They do not load beside a CPU-only torch. The models call none of them, but importing them needs
    the schemas of two.
    """
    if importlib.util.find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed")
    library = None
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    yield importlib.import_module("torchvision.models")
    del library  # the schemas last as long as it does
