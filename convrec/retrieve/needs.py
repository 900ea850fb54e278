"""What retrieval needs of the parts it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from convrec.protocols import ItemIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convrec.protocols import Vectors
    from convrec.types import History


class NextItem(Protocol):
    """Says of every item how likely it is the next one."""

    def scores(self, history: History) -> NDArray[np.float32]:
        """Higher is better, shape `(n_items,)`."""
        ...


class HistorySpace(Protocol):
    """Items and histories as unit vectors whose cosines order the items as `NextItem` does."""

    index: ItemIndex
    vectors: Vectors
    centre: NDArray[np.float32]

    def query(self, history: History) -> Vectors:
        """One unit vector, shape `(1, dim)`."""
        ...


class VectorIndex(ItemIndex, Protocol):
    """An index that also gives the vectors, in catalogue order."""

    @property
    def vectors(self) -> Vectors:
        """Unit vectors, shape `(n_items, dim)`."""
        ...

    @property
    def contents(self) -> Vectors:
        """The same of what items are about, without their names."""
        ...
