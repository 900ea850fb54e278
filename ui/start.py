"""Who there is to talk as, and what there is to say first: both read from the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convrec.language import capital, facet_phrase, noun_phrase, plural, said

if TYPE_CHECKING:
    from convrec import Recommender

USERS = 12
"""Stored users offered by name; any other can be typed."""
_EXAMPLES = 4


def users(rec: Recommender, first: str | None = None) -> list[str]:
    """A sample of the stored users over the whole log, `first` before all."""
    everybody = rec.store.events.users()
    step = max(1, len(everybody) // USERS)
    sample = everybody[::step][:USERS]
    if first is not None:
        sample = [first, *(user for user in sample if user != first)]
    return sample


def examples(rec: Recommender) -> list[str]:
    """Things to say first, made from the catalogue's own categories and years."""
    noun = rec.settings.noun
    genres = [word for word in rec.catalogue.values("genres") if said(word)]
    decade = _decade([item.year for item in rec.catalogue.items if item.year is not None])
    made = ["Surprise me"]
    if genres:
        first = noun_phrase([("genre", [genres[min(3, len(genres) - 1)]])], noun)
        made.append(capital(f"{first} from the {decade}s" if decade else first))
    if len(genres) > 5:
        wanted, refused = (facet_phrase("genre", [genres[place]], noun) for place in (1, 5))
        made.append(f"{capital(wanted)}, but no {refused}")
    if len(genres) > 2:
        made.append(capital(facet_phrase("genre", [genres[2]], noun) + " few people know"))
    if len(made) < 3 and decade:
        made.append(f"{plural(noun).capitalize()} from the {decade}s")
    return made[:_EXAMPLES]


def _decade(years: Sequence[int]) -> int | None:
    """The decade before the one where half of the years lie: neither empty nor the obvious one."""
    if not years:
        return None
    middle = sorted(years)[len(years) // 2] // 10 * 10
    earlier = [year // 10 * 10 for year in years if year < middle]
    return max(earlier) if earlier else middle
