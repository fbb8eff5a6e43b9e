"""What do a ticket's logits mean? A temperature and two thresholds, found on validation.

    python -m experiments.calibrate --run=runs/imp_... --level=5
    python -m experiments.calibrate --ticket=ticket.safetensors --out=calibrated.safetensors
    python -m experiments.calibrate --ticket=ticket.safetensors --out=mine.safetensors \
        --dataset=PICTURES
    python -m experiments.calibrate --init_from=Meso4_DF.h5 --model=meso4 --image_size=256 \
        --dataset=PICTURES --out=meso4.safetensors

Above the upper threshold there are "signs of forgery", below the lower "no sign found", between
them the detector "cannot tell". The upper one bounds the false alarms, the lower one the misses, at
5% with 95% confidence over validation groups: exactly, by order statistics (docs/detect.md). Test
is only read. Some seconds. Of a run it writes level_NN/calibration.json, which `ticket pack` takes
along, and the page; of a ticket the same ticket with its calibration; of weights from elsewhere a
dense ticket.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("calibrate")  # here, since help needs no more imports

from importlib import import_module

from rich.console import Console

from experiments.options.calibrate import Config


def main(config: Config, console: Console) -> None:
    """Calibrate a level of a run, a ticket, or weights from elsewhere.

    Raises:
        FileNotFoundError: no such run, level or ticket.
        ValueError: there are no predictions or pictures to calibrate on, or one class only.
    """
    # Here, since a run's page needs JAX and a ticket does not.
    road = "of_run" if config.run is not None else "of_ticket"
    import_module(f"experiments.calibrating.{road}").main(config, console)
