"""A process that speaks as the worker does, and does what the file's first word says."""

import sys
import time
from pathlib import Path

import msgspec

from experiments.detecting.findings import Face, Finding, Look
from experiments.detecting.serving.messages import About, Found, Job, Marks, Progress, Refused

ABOUT = About(
    facts=[("ticket", "small.safetensors"), ("trained on", "<b>noise</b>")],
    notices=["No answer here is a proof."],
    maps=True,
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def finding() -> Finding:
    """Two faces in a picture."""
    looks = [Look(frame=0, seconds=0.0, box=(1.0, 2.0, 30.0, 40.0), square=(0, 0, 50), score=2.0)]
    forged = Face(number=1, looks=looks, score=2.0, answer="signs of forgery", probability=0.9,
                  probability_low=0.85, probability_high=0.95, remarks=["small <i>face</i>"],
                  picture="faces.png")  # fmt: skip
    other = Face(number=2, looks=looks, score=0.0, answer="cannot tell", probability=0.5)
    return Finding(path="upload", kind="picture", width=100, height=80, faces=[forged, other],
                   answer="signs of forgery", remarks=["two faces"],
                   pictures=["faces.png"])  # fmt: skip


def tell(message: object) -> None:
    """Say it on a line."""
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


def speak() -> None:
    """Answer jobs."""
    if sys.stdin.readline().strip() == "break":
        return
    tell(ABOUT)
    for line in sys.stdin:
        job = msgspec.json.decode(line, type=Job)
        word = Path(job.path).read_bytes().split()[0]
        if word == b"fall":
            return
        if word == b"refuse":
            tell(Refused(422, "too long: plays for more than 5 seconds"))
            continue
        tell(Progress(0.5))
        if word == b"hang":
            time.sleep(600)
        if word == b"late":
            tell(Refused(422, "damaged at frame 7"))
            continue
        pictures = {"faces.png": PIXEL}
        tell(Found(finding(), [Marks(0.2, 0.8), Marks(None, 0.8)], pictures))


if __name__ == "__main__":
    speak()
