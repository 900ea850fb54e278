"""What every item index keeps to. Inherit the class in a test and give it an index:

class TestMyIndex(ItemIndexContract):
    @pytest.fixture
    def index(self, contract_catalogue, contract_vectors): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.errors import ConvrecError
from convrec.index.document import document
from convrec.index.exact import nearest
from convrec.testing.hashing import HashingEncoder
from convrec.types import Item

if TYPE_CHECKING:
    from convrec.protocols import ItemIndex, Vectors


class ItemIndexContract:
    """Answers of an index, beside exact search over the same vectors."""

    @pytest.fixture
    def contract_catalogue(self) -> ItemTable:
        """Three hundred items with texts that differ; ids that are not their rows."""
        rng = np.random.default_rng(5)
        words = [f"word{n}" for n in range(90)]
        return ItemTable([Item(f"id-{900 - n}", f"Item {n}", text=" ".join(rng.choice(words, 12))) for n in range(300)])

    @pytest.fixture
    def contract_encoder(self) -> HashingEncoder:
        """Makes the vectors and the queries."""
        return HashingEncoder(64)

    @pytest.fixture
    def contract_vectors(self, contract_catalogue: ItemTable, contract_encoder: HashingEncoder) -> Vectors:
        """Of all items, in catalogue order."""
        return contract_encoder.encode([document(item) for item in contract_catalogue.items], role="document")

    @pytest.fixture
    def queries(self, contract_encoder: HashingEncoder) -> Vectors:
        """Thirty wishes."""
        return contract_encoder.encode([f"word{n} word{n + 7} word{2 * n}" for n in range(30)], role="query")

    def test_it_finds_what_exact_search_finds(
        self, index: ItemIndex, contract_catalogue: ItemTable, contract_vectors: Vectors, queries: Vectors
    ) -> None:
        """At least 99 % of the 20 nearest, with the same cosines, best first."""
        right = 0
        expected = nearest(contract_vectors, queries, 20)
        for hits, exact in zip(index.search(queries, 20), expected, strict=True):
            cosines = [cosine for _, cosine in hits]
            assert len(hits) == 20
            assert len({item_id for item_id, _ in hits}) == 20
            assert cosines == sorted(cosines, reverse=True)
            assert all(-1 <= cosine <= 1 for cosine in cosines)
            right += sum(cosine >= exact[-1][1] - 1e-4 for cosine in cosines)
        assert right >= 0.99 * 20 * len(queries)

    def test_every_item_finds_itself(
        self, index: ItemIndex, contract_catalogue: ItemTable, contract_vectors: Vectors
    ) -> None:
        """And the cosine with itself is 1."""
        for item, hits in zip(contract_catalogue.items, index.search(contract_vectors, 1), strict=True):
            assert hits[0][1] == pytest.approx(1, abs=1e-4)
            assert hits[0][0] == item.id

    def test_rows_are_a_strict_restriction(
        self, index: ItemIndex, contract_catalogue: ItemTable, contract_vectors: Vectors, queries: Vectors
    ) -> None:
        """Only those rows, all of them where k allows, the best of them first."""
        rows = np.asarray([7, 250, 3, 41, 199])
        allowed = {contract_catalogue.items[row].id for row in rows}
        for hits in index.search(queries, 20, rows=rows):
            assert {item_id for item_id, _ in hits} == allowed
        exact = nearest(contract_vectors, queries, 2, rows)
        for hits, best in zip(index.search(queries, 2, rows=rows), exact, strict=True):
            assert [cosine for _, cosine in hits] == pytest.approx([cosine for _, cosine in best], abs=1e-4)

    def test_more_than_there_are(self, index: ItemIndex, contract_catalogue: ItemTable, queries: Vectors) -> None:
        """Gives all."""
        assert all(len(hits) == len(contract_catalogue) for hits in index.search(queries[:2], 10_000))

    def test_a_query_that_is_no_number_is_refused(self, index: ItemIndex, queries: Vectors) -> None:
        """Rather than answered with anything."""
        wrong = queries[:1].copy()
        wrong[0, 0] = np.nan
        with pytest.raises(ConvrecError):
            index.search(wrong, 5)
