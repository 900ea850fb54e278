"""Claims of explanations against catalogue, log and profile, looked up again by another way than they were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.evaluate.recount import has
from convrec.language import spoken, value_phrase
from convrec.types import Claim, History, Item, ItemId, Profile, Statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.data.log import Log
    from convrec.protocols import Catalogue
    from convrec.signal import Scale

_CLOSEST = 50
_HALF_LIFE = 5.0


@dataclass(frozen=True)
class Witness:
    """What one explanation is checked against.

    Attributes:
        item: That is explained.
        history: Of the person.
        profile: That was known of them.
        wish: In their words; empty where there was none.
        catalogue: The items.
    """

    item: Item
    history: History
    profile: Profile
    wish: str
    catalogue: Catalogue

    def refutes(self, claim: Claim, crowd: Crowd | None) -> str:
        """Why the claim is wrong; empty: it is right."""
        if claim.kind == "fact":
            return self._fact(claim)
        if claim.kind == "history":
            return "" if claim.subject in (*self.history.item_ids, self.item.id) else f"{claim.subject} is not theirs"
        if claim.kind == "statement":
            return self._statement(claim)
        if claim.kind == "wish":
            return self._wish(claim)
        if crowd is None:
            return "there are no other people"
        part, whole = crowd.likes(self.history, claim.subject)
        return "" if claim.text == f"{part} of {whole}" else f"it is {part} of {whole}, not {claim.text}"

    def _fact(self, claim: Claim) -> str:
        facet, _, value = claim.subject.partition("=")
        if claim.subject == "popularity":
            return ""
        if facet == "year":
            return "" if str(self.item.year) == value else f"it is of {self.item.year}"
        if facet == "text":
            return "" if value in self.item.text else f"its text does not say {value!r}"
        about = Statement("", facet, value, "like", 0.0, 0.0, "")
        return "" if has(self.item, about) else f"{self.item.title} has no {facet} {value}"

    def _statement(self, claim: Claim) -> str:
        found = next((one for one in self.profile.statements if one.id == claim.subject), None)
        if found is None:
            return f"the profile has no {claim.subject}"
        return "" if found.facet == "likeness" or has(self.item, found) else f"the item has no {claim.subject}"

    def _wish(self, claim: Claim) -> str:
        if not self.wish:
            return "nothing was wished for"
        if claim.subject in self.catalogue:
            title = self.catalogue[claim.subject].title
            return "" if title.lower() in self.wish.lower() else f"{title} was not named"
        words = (claim.subject, spoken(claim.subject), claim.subject.replace("-", " "))
        wish = self.wish.lower()
        if any(word.lower() in wish or word.lower().removesuffix("s") in wish for word in words):
            return ""
        facets = [name for name in ("genre", "period") if value_phrase(name, claim.subject).lower() in wish]
        return "" if facets else f"{claim.subject!r} was not wished for"


class Crowd:
    """Who is closest to whom, from the dense table of a log."""

    def __init__(self, log: Log, catalogue: Catalogue, scale: Scale) -> None:
        """Fill the tables: `(n_people, n_items)` each, so for catalogues that can be laid out whole."""
        rows, self._row = log.rows(catalogue), {item.id: row for row, item in enumerate(catalogue.items)}
        kept = rows >= 0
        shape = (len(log.users), len(catalogue))
        touched = np.zeros(shape, dtype=np.float32)
        touched[log.user_codes[kept], rows[kept]] = 1.0
        self._liked = np.zeros(shape, dtype=bool)
        fond = kept & log.likes(scale)
        self._liked[log.user_codes[fond], rows[fond]] = True
        self._rarity: NDArray[np.float32] = np.log(1 + (touched.sum(1) > 0).sum() / (touched.sum(0) + 1))
        table = touched * self._rarity
        self._people = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
        self._code = {user: code for code, user in enumerate(log.users)}

    def likes(self, history: History, item_id: ItemId) -> tuple[int, int]:
        """Of the closest people, how many like the item, and how many they are."""
        newest = list(dict.fromkeys(one for one in reversed(history.item_ids) if one in self._row))
        query = np.zeros(self._people.shape[1], dtype=np.float32)
        for age, one in enumerate(newest):
            query[self._row[one]] = 0.5 ** (age / _HALF_LIFE) * self._rarity[self._row[one]]
        cosines = self._people @ (query / max(float(np.linalg.norm(query)), 1e-9))
        if history.user_id in self._code:
            cosines[self._code[history.user_id]] = 0.0
        near = [code for code in np.argsort(-cosines, kind="stable")[:_CLOSEST] if cosines[code] > 0]
        return int(self._liked[near, self._row[item_id]].sum()), len(near)
