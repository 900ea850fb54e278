"""500 hostile texts in every place that takes one: no element, no handler, no address comes of them."""

from __future__ import annotations

import pytest
from hostile import FOREIGN, hostile
from test_ui_markup import TAGS, everything, read

TEXTS = hostile()


@pytest.mark.parametrize("batch", range(10))
def test_no_hostile_text_makes_elements(batch: int) -> None:
    for text in TEXTS[batch * 50 : batch * 50 + 50]:
        found = read(everything(text))
        assert found.tags <= TAGS, text
        handlers = {name for name in found.attributes if name.startswith("on") or name in ("href", "action", "srcdoc")}
        assert not handlers, text


def test_the_texts_are_many_and_different() -> None:
    assert len(set(TEXTS)) == 500
    assert hostile() == TEXTS
    for kind in ("<script", "onerror", "<form", "javascript:", "<svg", "<meta", "<style", "\u202e", "${", "!["):
        assert any(kind in text.lower() for text in TEXTS), kind
    assert sum(FOREIGN in text.lower() for text in TEXTS) > 100
