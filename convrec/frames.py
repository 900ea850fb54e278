"""How the values of a fact are joined to its noun, by the usual names of facts: `by` an author, `made from` a grape."""

from __future__ import annotations

from collections.abc import Sequence

FRAMES: dict[str, str] = {
    **dict.fromkeys(("genre", "mood", "tone", "title"), "{values} {nouns}"),
    **dict.fromkeys(("period", "year"), "{nouns} from {values}"),
    "director": "{nouns} directed by {values}",
    "writer": "{nouns} written by {values}",
    **dict.fromkeys(
        ("author", "artist", "creator", "developer", "designer", "composer", "cook", "chef"), "{nouns} by {values}"
    ),
    **dict.fromkeys(("publisher", "studio", "brand", "label", "maker"), "{nouns} from {values}"),
    "country": "{nouns} from {values}",
    **dict.fromkeys(("cast", "actor", "star"), "{nouns} with {values}"),
    **dict.fromkeys(("theme", "topic", "subject"), "{nouns} about {values}"),
    "language": "{nouns} in {values}",
    **dict.fromkeys(("place", "location", "time", "era"), "{nouns} set in {values}"),
    "platform": "{nouns} for {values}",
    **dict.fromkeys(("keyword", "tag"), "{nouns} tagged {values}"),
}
"""Whose prepositions say what part a value plays, so that no other may stand there."""

PROPERTIES = ("trait", "attribute", "property", "characteristic", "highlight")
"""Facts whose values are whatever somebody found worth noting: adjectives, nouns or half sentences."""
COUNTED = {
    **dict.fromkeys(("player", "guest", "serving", "user"), "for"),
    **dict.fromkeys(("seat", "cup", "star", "page", "room", "bedroom", "door", "episode", "piece", "bed"), "with"),
}
"""Facts that are numbers of something, and the word before them: `for 2-4 players`."""

MORE_FRAMES: dict[str, str] = {
    **dict.fromkeys(("producer", "manufacturer", "region", "origin", "appellation"), "{nouns} from {values}"),
    **dict.fromkeys(
        ("city", "town", "village", "venue", "neighbourhood", "neighborhood", "area", "district", "quarter"),
        "{nouns} in {values}",
    ),
    **dict.fromkeys(
        (
            *("mechanic", "ingredient", "feature", "amenity", "facility", "extra", "equipment", "accessory"),
            *("instrument", "contain"),
        ),
        "{nouns} with {values}",
    ),
    **dict.fromkeys(("flavour", "flavor", "aroma", "note"), "{nouns} with notes of {values}"),
    **dict.fromkeys(("grape", "variety", "varietal"), "{nouns} made from {values}"),
    **dict.fromkeys(("food", "pairing"), "{nouns} to go with {values}"),
    "setting": "{nouns} set in {values}",
    "material": "{nouns} made of {values}",
    "audience": "{nouns} for {values}",
    **dict.fromkeys(PROPERTIES, "{nouns} described as {values}"),
}
"""Those that are said in other ways as well."""

QUALITIES = frozenset(
    {"sweetness", "colour", "color", "size", "difficulty", "pace", "texture", "roast", "strength", "condition", "level"}
)
"""Facts whose values are adjectives whatever the catalogue: `sweet`, `large`, `slow`."""
UNCOUNTED = frozenset(("dubbing", "audio"))
BESIDE = UNCOUNTED | {"subtitle", "caption"}
"""What an item has in some languages beside its own: `with German subtitles`."""
USES = frozenset({"meal", "course", "occasion", "season", "purpose", "activity"})
KINDS = USES | {
    *("cuisine", "category", "type", "sort", "kind", "style", "format", "field", "discipline", "department", "class")
}
"""Facts whose values are kinds of item whatever the catalogue: `a breakfast recipe`, `a camping tent`."""
DEGREES = frozenset({"low", "medium", "high", "average", "moderate", "middle", "light", "strong", "little"})
"""Qualities that do not say of what: `a medium-difficulty recipe`."""


def follows(name: str, before: Sequence[str]) -> bool:
    """Whether some words end with what ties the values of a fact, where two words or more do: `to go with`.

    Args:
        name: Of the fact, in the singular.
        before: Words in small letters.
    """
    tie = MORE_FRAMES.get(name, "").removeprefix("{nouns} ").removesuffix("{values}").split()
    return len(tie) > 1 and list(before[-2:]) == tie[-2:]
