"""The thread that computes, and the lengths it computes with."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from convrec.compute import STEP, alone, rounded


def test_all_work_is_done_on_one_thread_in_turn():
    busy = threading.Lock()

    def work(number):
        assert busy.acquire(blocking=False), "two at once"
        busy.release()
        return number, threading.get_ident()

    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda number: alone(lambda: work(number)), range(200)))
    assert [number for number, _ in found] == list(range(200))
    assert len({thread for _, thread in found}) == 1
    assert found[0][1] != threading.get_ident()


def test_work_inside_work_is_done_at_once_and_errors_come_back():
    assert alone(lambda: alone(lambda: "done")) == "done"
    with pytest.raises(ZeroDivisionError):
        alone(lambda: 1 / 0)
    assert alone(lambda: "still there") == "still there"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_forked_child_has_a_thread_of_its_own():
    alone(lambda: None)
    forked = multiprocessing.get_context("fork")
    ours, theirs = forked.Pipe()
    child = forked.Process(target=lambda: theirs.send(alone(lambda: "computed")))
    child.start()
    assert ours.poll(30), "the child waits for a thread that it does not have"
    assert ours.recv() == "computed"
    child.join()


def test_lengths_are_filled_up_to_a_few():
    assert [rounded(length) for length in (1, 16, 17, 64, 65, 129, 160, 161, 300)] == [
        16,
        16,
        32,
        64,
        80,
        160,
        160,
        192,
        320,
    ]
    found = {rounded(length) for length in range(1, 2049)}
    assert len(found) == 24
    assert all(one % STEP == 0 for one in found)
    assert all(length <= rounded(length) <= length + max(STEP - 1, length / 4) for length in range(1, 2049))
