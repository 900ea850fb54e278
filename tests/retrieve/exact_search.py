"""An index without an index: every item is compared."""

from __future__ import annotations

from convrec.index.document import document
from convrec.index.exact import contents_of, nearest


class ExactIndex:
    """Exact search over a catalogue; counts the searches."""

    def __init__(self, catalogue, encoder):
        self.vectors = encoder.encode([document(item) for item in catalogue.items], role="document")
        self.contents = contents_of(catalogue, encoder, self.vectors)
        self._ids = [item.id for item in catalogue.items]

    def search(self, vectors, k, *, rows=None):
        return [[(self._ids[row], cosine) for row, cosine in hits] for hits in nearest(self.vectors, vectors, k, rows)]
