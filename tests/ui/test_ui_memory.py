"""Memory given back by a server."""

from __future__ import annotations

import platform
import threading

import gradio as gr
import psutil
import pytest
from gradio.state_holder import SessionState
from serving import awaited

from convrec.ui import memory
from convrec.ui.blocks import PageBlocks

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")


@glibc
def test_what_was_freed_goes_back_to_the_system() -> None:
    process = psutil.Process()
    kept = [bytes([n % 251]) * 50_000 for n in range(2000)]
    keep_the_end = bytes(50_000)
    full = process.memory_info().rss
    del kept
    memory.give_back()
    assert process.memory_info().rss < full - 60_000_000
    assert keep_the_end


@glibc
def test_the_watch_ends_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    came = threading.Event()
    monkeypatch.setattr(memory, "give_back", came.set)
    with memory.kept_small(every=0.01):
        assert came.wait(10)
    assert "convrec-memory" not in {thread.name for thread in threading.enumerate()}


def test_nothing_is_done_with_another_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert not memory.frugal()
    assert not memory.give_back()
    with memory.kept_small(every=0.01):
        assert "convrec-memory" not in {thread.name for thread in threading.enumerate()}


def test_a_session_keeps_no_copies_of_what_was_shown() -> None:
    with PageBlocks() as blocks:
        text = gr.HTML()
        gr.Button().click(lambda: None, None, text)
    (function,) = blocks.fns.values()
    state = SessionState(blocks)

    async def updates() -> None:
        for n in range(4):
            await blocks.postprocess_data(function, gr.skip(), state)
            assert await blocks.postprocess_data(function, f"shown {n}", state) == [f"shown {n}"]

    awaited(updates())
    assert len(state.blocks_config.blocks) == len(blocks.blocks)
    assert state.config_values[text._id]["props"] is not None
