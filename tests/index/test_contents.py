"""What is near by what it is about."""

from __future__ import annotations

import numpy as np

from convrec.index import contents
from convrec.index.contents import ContentIndex
from convrec.index.exact import nearest

IDS = [f"id-{n}" for n in range(30)]


class Whole:
    """Counts its searches and finds the first items."""

    def __init__(self):
        self.searches = 0

    def search(self, vectors, k, *, rows=None):
        self.searches += 1
        return [[(one, 0.5) for one in IDS[:k]] for _ in vectors]


def unit(count, dim, seed):
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_items_are_found_by_their_contents_alone(monkeypatch):
    vectors, queries, whole = unit(30, 8, 0), unit(3, 8, 1), Whole()
    index = ContentIndex(IDS, vectors, whole)
    exact = [[IDS[row] for row, _ in hits] for hits in nearest(vectors, queries, 5)]
    assert [[one for one, _ in hits] for hits in index.search(queries, 5)] == exact
    assert len(index.search(queries, 99)[0]) == 30
    rows = np.array([3, 4, 8])
    assert {one for one, _ in index.search(queries, 3, rows=rows)[0]} == {"id-3", "id-4", "id-8"}
    assert whole.searches == 0
    monkeypatch.setattr(contents, "LARGE", 30)
    assert [one for one, _ in index.search(queries, 2)[0]] == IDS[:2]
    assert {one for one, _ in index.search(queries, 3, rows=rows)[0]} == {"id-3", "id-4", "id-8"}
    assert whole.searches == 1
