"""From options to a page, and to what is wrong with them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from experiments.detecting.serving.guard import is_loopback
from experiments.detecting.serving.server import bound
from experiments.detecting.serving.start import serve_page
from experiments.options.detect import Config
from tests.experiments.detecting.serving.served import SPOKEN

TICKET = Path("none.safetensors")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"paths": (Path("a.jpg"),)}, "leave PATH out"),
        ({"boxes": Path("b.json"), "out": Path("c")}, "leave --boxes and --out out"),
        ({"max_seconds": 0.0}, "--max_seconds=0.0: give more than 0"),
        ({"max_uploads": 0}, "--max_uploads=0: give more than 0"),
    ],
)
def test_options_that_cannot_be(options, text):
    config = Config(**{"paths": (), "ticket": TICKET, "serve": True} | options)
    with pytest.raises(ValueError, match=text):
        serve_page(config, lambda line: None)


def test_an_option_of_the_page_without_it():
    with pytest.raises(ValueError, match="--max_seconds belongs to --serve"):
        Config(paths=(), ticket=TICKET, max_seconds=5.0)


def test_a_ticket_that_is_not_there_is_said_before_the_page_is():
    said = []
    config = Config(paths=(), ticket=TICKET, serve=True, port=0, crops=True)
    with pytest.raises(ValueError, match=r"none\.safetensors"):
        serve_page(config, said.append)
    assert said == []


def test_a_port_that_is_taken():
    with bound("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(OSError, match=f"--port={port} .Address already in use.: .*--port=0"):
            bound("127.0.0.1", port)


def test_a_host_that_is_none():
    with pytest.raises(OSError, match=r"--host=no\.such\.host\.invalid"):
        bound("no.such.host.invalid", 0)


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.168.0.7", False), ("127.0.0.1.example", False)],
)  # fmt: skip
def test_what_only_this_machine_reaches(host, own):
    assert is_loopback(host) is own


SERVE = f"""
from experiments.detecting.serving import server
from experiments.detecting.serving.limits import Limits
server.WORKER = {SPOKEN!r}
server.serve(b"begin", "HOST", 0, Limits(), lambda line: print(line, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(number):
    command = [sys.executable, "-c", SERVE.replace("HOST", "127.0.0.1")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"The page is at http://127.0.0.1:")
        os.kill(process.pid, number)
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out, errors) == (0, b"ended\n", b"")


def test_others_can_reach_it_only_with_a_warning():
    command = [sys.executable, "-c", SERVE.replace("HOST", "0.0.0.0")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"WARNING: --host=0.0.0.0 lets other machines" in process.stdout.readline()
        process.terminate()
