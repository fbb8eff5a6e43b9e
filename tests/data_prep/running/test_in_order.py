import errno
import os
import threading
import time

import pytest

from data_prep.running.in_order import in_order


def test_results_in_the_order_of_the_items():
    assert list(in_order(lambda n: n * n, range(300))) == [(n, n * n) for n in range(300)]


def test_no_items():
    assert list(in_order(lambda n: n, [])) == []


def test_reads_no_further_than_64_ahead():
    asked = []

    def items():
        for n in range(1000):
            asked.append(n)
            yield n

    results = in_order(lambda n: n, items())
    next(results)
    assert len(asked) == 64
    next(results)
    assert len(asked) == 65
    results.close()


def test_an_error_comes_out_where_its_item_is():
    def work(n):
        if n == 3:
            raise ValueError("three")
        return n

    results = in_order(work, range(10))
    assert [next(results)[1] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)


def test_leaving_early_ends_the_threads():
    before = threading.active_count()
    results = in_order(lambda n: n, range(1000))
    next(results)
    results.close()
    assert threading.active_count() == before


def test_in_processes_too():
    environment = dict(os.environ)
    results = in_order(lambda n: (n, os.getpid()), range(100), processes=True)
    done = [result for _, result in results]
    assert os.environ == environment
    assert [n for n, _ in done] == list(range(100))
    assert os.getpid() not in {process for _, process in done}


def test_an_error_in_a_process_comes_out_as_it_is():
    def work(n):
        raise OSError(errno.ENOSPC, "disk full")

    with pytest.raises(OSError, match="disk full") as error:
        next(in_order(work, [1], processes=True))
    assert error.value.errno == errno.ENOSPC


def test_leaving_early_ends_the_processes_in_the_middle_of_their_work(tmp_path):
    def work(n):
        if n:
            (tmp_path / str(os.getpid())).touch()
            time.sleep(300)
        return n

    results = in_order(work, range(9), processes=True)
    next(results)
    while not (working := [int(path.name) for path in tmp_path.iterdir()]):
        time.sleep(0.01)
    results.close()
    for process in working:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
