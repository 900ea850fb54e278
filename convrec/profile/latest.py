"""What a person took to last, as one statement: the newest titles say of the next one what no genre does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convrec.language import listing, short_title, tidy
from convrec.profile.opinions import Opinion
from convrec.types import Evidence, Statement

if TYPE_CHECKING:
    from convrec.protocols import Catalogue

FACET = "latest"
STATEMENT_ID = "latest:liked"
"""Always the same, so that who removed it is not shown the next three."""
SAID = 3
"""Titles in the sentence."""
_LEAST = 6
"""Liked items from which on the newest are some of them, and not all."""
_STRENGTH = 0.6


def latest(found: Sequence[Opinion], catalogue: Catalogue) -> list[Statement]:
    """The newest liked items as a statement with themselves as evidence; none where few are known.

    Named are only items about which the same kind of thing is known, an opinion or that they were used: what was
    only used is not said to be liked.

    Args:
        found: The person's opinions.
        catalogue: For titles.
    """
    liked = sorted((opinion for opinion in found if opinion.liked), key=lambda opinion: -opinion.place)
    if len(liked) < _LEAST:
        return []
    alike = [opinion for opinion in liked if opinion.judged == liked[0].judged]
    chosen = {short_title(catalogue[opinion.item_id].label): opinion for opinion in reversed(alike[:SAID])}
    kept = sorted(chosen.values(), key=lambda opinion: -opinion.place)
    evidence = tuple(opinion.evidence(catalogue[opinion.item_id].label) for opinion in kept)
    times = [opinion.timestamp for opinion in kept if opinion.timestamp is not None]
    return [
        Statement(
            id=STATEMENT_ID,
            facet=FACET,
            value=listing([short_title(one.title) for one in evidence]),
            polarity="like",
            strength=_STRENGTH,
            confidence=1.0,
            text=sentence(evidence),
            evidence=evidence,
            count=len(evidence),
            since=min(times, default=None),
            attitude="liked" if kept[0].judged else "consumed",
        )
    ]


def sentence(evidence: Sequence[Evidence], frame: str = "Most recently you {did} {titles}") -> str:
    """The titles in a sentence, with what was done with all of them."""
    titles = listing([short_title(one.title) for one in evidence])
    return tidy(frame.format(did=done(evidence), titles=titles) + ".")


def done(evidence: Sequence[Evidence]) -> str:
    """The one verb of all of them; of what was loved and what was liked, that it was liked."""
    verbs = {one.verb for one in evidence}
    return verbs.pop() if len(verbs) == 1 else "liked" if verbs <= {"loved", "liked"} else sorted(verbs)[-1]
