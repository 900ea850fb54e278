"""Gradio's blocks, less what it keeps of every update for as long as a session lives."""

from __future__ import annotations

from typing import Any

import gradio as gr


class PageBlocks(gr.Blocks):  # type: ignore[misc]  # Gradio has no types
    """Blocks whose sessions hold each element once.

    When an element is skipped in one update and set in the next, Gradio (6.31) makes a copy of it under a new number
    and keeps the copy, with all that it showed, until the session is forgotten, an hour after it was closed. A talk
    that shows itself anew with every word would keep about a megabyte of each message that way.
    """

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        """As Gradio's, then drop the copies from the session."""
        found: list[Any] = await super().postprocess_data(block_fn, predictions, state)
        if state is not None:
            for kept in (state.blocks_config.blocks, state.config_values):
                for number in [number for number in kept if number not in self.blocks]:
                    del kept[number]
        return found
