"""The language-model head, computed only where something is to be predicted."""

from __future__ import annotations

from typing import Any

_BENDS = ("final_logit_softcapping", "logits_scaling", "logit_scale")
"""Entries of configurations (Gemma, Granite, Cohere) by which a model changes what its head gives."""


def logits_at(model: Any, ids: Any, mask: Any, rows: Any, positions: Any) -> Any:
    """Logits of the next token at chosen places of a padded batch.

    Half of the work of a 135M model is its head over 49,152 words, and in tuning most places predict nothing: the
    hidden states are computed for all, the head for the chosen ones.

    Args:
        model: The PEFT-wrapped causal model.
        ids: Tokens, shape `(batch, length)`, padded on the right.
        mask: 1 for tokens and 0 for padding, same shape.
        rows: Row of each place, shape `(n,)`.
        positions: Position of each place in its row, shape `(n,)`.

    Returns:
        float32, shape `(n, vocabulary)`.
    """
    base = model.get_base_model()
    if any(getattr(base.config, name, None) not in (None, 1, 1.0) for name in _BENDS):
        needed, place = positions.unique(return_inverse=True)
        out = base(input_ids=ids, attention_mask=mask, logits_to_keep=needed, use_cache=False)
        return out.logits[rows, place].float()
    hidden = base.get_decoder()(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
    return base.get_output_embeddings()(hidden[rows, positions]).float()
