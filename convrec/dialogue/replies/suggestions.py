"""Quick replies: messages that make sense next, worded so that the understanding reads them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from convrec.dialogue.keeping import Correction
from convrec.dialogue.state import State
from convrec.dialogue.words.fields import Field
from convrec.language import facet_phrase, plural
from convrec.protocols import Catalogue
from convrec.types import Recommendation

MOST = 4
_POINTER = re.compile(r"\b(?:the other (?:one|two)|it|that one|this one|this|that)\b", re.IGNORECASE)


class Suggestions:
    """Makes quick replies for one catalogue."""

    def __init__(self, catalogue: Catalogue, fields: Mapping[str, Field], noun: str) -> None:
        self._catalogue = catalogue
        self._fields = fields
        self._noun = noun.lower()

    def after(self, state: State, cards: Sequence[Recommendation]) -> tuple[str, ...]:
        """After cards: a narrower wish, a less obvious one, others."""
        replies = [_upper(state.later)] if state.later else []
        replies += [f"Only {genre}" for genre in self._genres(state, cards)[:2]]
        if state.request.novelty <= 0:
            replies.append("Something less obvious")
        if any(card.item.year for card in cards) and not any(one.field == "year" for one in state.request.filters):
            replies.append("Something newer")
        replies.append(f"Other {plural(self._noun)}")
        return tuple(replies[:MOST] if len(replies) <= MOST else (*replies[: MOST - 1], replies[-1]))

    def next(self) -> tuple[str, ...]:
        """After a courtesy."""
        return (f"Other {plural(self._noun)}", "Start over")

    def about(self, state: State) -> tuple[str, ...]:
        """After an answer to a question."""
        if not state.last_shown:
            return ("Surprise me",)
        return ("What is the first one about?", f"Other {plural(self._noun)}")

    def corrected(self, corrections: Sequence[Correction]) -> tuple[str, ...]:
        """After a correction of the profile."""
        again = (f"Recommend {plural(self._noun)}", "What do you know about me?")
        if corrections and corrections[0].visitor:
            refused = [one.edit for one in corrections if one.edit.polarity != "like" and one.edit.facet]
            return (*(f"No {facet_phrase(one.facet, [one.value], self._noun)}" for one in refused), again[0])
        if all(one.back for one in corrections):
            return again
        return ("Undo", *again) if any(one.made for one in corrections) else again

    def which(self, state: State, text: str) -> tuple[str, ...]:
        """The message again, with each item in view in place of the pointing word."""
        titles = [self._catalogue[one].title for one in state.last_shown]
        if not _POINTER.search(text):
            return tuple(f'{text.rstrip(" .!?")} "{title}"' for title in titles)
        return tuple(_POINTER.sub(lambda _, title=title: f'"{title}"', text, count=1) for title in titles)  # type: ignore[misc]

    def _genres(self, state: State, cards: Sequence[Recommendation]) -> list[str]:
        """Genres that some but not all cards have."""
        if any(one.field == "genres" for one in state.request.filters) or "genres" not in self._fields:
            return []
        counts = Counter(
            genre for card in cards for genre in card.item.genres if genre in self._fields["genres"].values
        )
        return [genre for genre, count in counts.most_common() if 1 < count < len(cards)]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
