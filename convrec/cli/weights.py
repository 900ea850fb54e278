"""Chosen weights, as the commands of `convrec tune` print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convrec.tune.fusion import Choice


def weights_rows(choice: Choice) -> list[list[str]]:
    """The weights of the tuned LLM that were tried, with NDCG@10 for everybody and for those who liked the item."""
    return [[f"{weight:g}", f"{both[0]:.4f}", f"{both[1]:.4f}"] for weight, both in choice.sequence_tried.items()]


def weights_line(choice: Choice) -> str:
    """The weights chosen, and what the tuned LLM brings on validation."""
    text = f"liking_weight = {choice.liking_weight:g}, sequence_weight = {choice.sequence_weight:g}"
    if (gain := choice.sequence_gain) is not None:
        text += f" (NDCG@10 {gain.mean:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}] over none)"
    return f"{text}, on {choice.users} people"
