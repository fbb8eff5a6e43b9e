"""What do a ticket's logits mean? A temperature and two thresholds, found on validation.

    python -m experiments.calibrate --run=runs/imp_... --level=5

Above the upper threshold there are "signs of forgery", below the lower "no sign found", between
them the detector "cannot tell". The upper one bounds the false alarms, the lower one the misses, at
5% with 95% confidence over validation groups: exactly, by order statistics (docs/detect.md). Test
is only read. Some seconds; writes level_NN/calibration.json, which `ticket pack` takes along.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("calibrate")  # here, since help needs no more imports

from rich.console import Console

from experiments.calibrating.scores import scores_of
from experiments.calibrating.seen import look_at
from experiments.one_run.data import open_data_of
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.finished_run import SKIP_LIMIT
from experiments.options.calibrate import Config
from jaxticket.calibration import Calibration, by_compression, calibrate
from jaxticket.runs import read_run
from jaxticket.runs.calibrations import predictions_digest, write_calibration


def main(config: Config, console: Console) -> None:
    """Calibrate a level of a run.

    Raises:
        FileNotFoundError: no such run or level.
        ValueError: the level has no predictions, or one class only.
    """
    run = read_run(config.run)
    level = run.levels[-1].level if config.level is None else config.level
    validation, test = (
        scores_of(run.predictions(level, split)) for split in ("validation", "test")
    )
    data = open_data_of(
        run, config.dataset, config.data_dir or default_data_dir(), SKIP_LIMIT, console
    )
    units = calibrate(validation, test, config.rate, config.confidence)
    calibration = Calibration(
        rate=config.rate,
        confidence=config.confidence,
        data_name=run.recipe.data_name,
        data_fingerprint=run.recipe.data_fingerprint,
        synthetic=run.recipe.synthetic,
        predictions=predictions_digest(config.run, level),
        frames=units.frames,
        videos=units.videos,
        compressions=by_compression(validation, test, config.rate, config.confidence),
        seen=look_at(data, run.recipe.image_size),
    )
    console.print(f"{write_calibration(config.run, level, calibration)}")
