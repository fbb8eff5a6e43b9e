"""From the options of detect to a page that is served."""

from collections.abc import Callable

from experiments.detecting.serving.limits import Limits
from experiments.detecting.serving.options import Options
from experiments.options.detect import Config


def serve_page(config: Config, say: Callable[[str], None]) -> None:
    """Serve the page until a signal.

    Args:
        config: the options.
        say: writes a line on the terminal.

    Raises:
        ValueError: an option does not go with the page, or is out of its range; says which.
        ImportError: the extra is not installed.
        OSError: the host or port cannot be had.
    """
    given = {
        "PATH": bool(config.paths),
        "--boxes": config.boxes is not None,
        "--out": config.out != Config.out,
    }
    if any(given.values()):
        what = " and ".join(name for name, is_given in given.items() if is_given)
        raise ValueError(f"--serve answers what is dropped on its page alone: leave {what} out")
    for option in ("max_uploads", "max_megabytes", "max_megapixels", "max_seconds"):
        if not (value := getattr(config, option)) > 0:
            raise ValueError(f"--{option}={value}: give more than 0")
    limits = Limits(
        uploads=config.max_uploads,
        file_bytes=int(config.max_megabytes * 1e6),
        pixels=int(config.max_megapixels * 1e6),
        video_seconds=config.max_seconds,
    )
    try:
        from experiments.detecting.serving.server import serve
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn"):
            raise
        raise ImportError(
            "the page is served by Starlette and uvicorn, which are not installed: install the "
            "extra serve (pip install 'jaxticket[serve]')"
        ) from None
    serve(Options(config, limits).line(), config.host, config.port, limits, say)
