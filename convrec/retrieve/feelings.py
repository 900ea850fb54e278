"""Words that ask for the same feeling: whoever wants to laugh wants what the catalogue calls `funny`.

An encoder lays `stupid` nearest to `clever` and `light` to `dark`, because they stand in the same places; so what is
alike is written down. These are words of English, not of any catalogue: which of them a catalogue uses is its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from convrec.retrieve.lexical import tokens

Known = Mapping[tuple[str, ...], NDArray[np.int64]]

_ALIKE = (
    "funny humorous hilarious comic comical comedic comedy humour humor laugh laughs laughing laughter giggle",
    "silly goofy daft stupid dumb idiotic moronic zany slapstick",
    "sad heartbreaking heart-breaking tearjerker tear-jerker weepie weepy cry crying sorrowful tragic",
    "melancholy melancholic wistful bittersweet",
    "depressing bleak gloomy grim despairing downbeat",
    "scary frightening terrifying creepy spooky scare scares scared chilling horror eerie",
    "exciting thrilling gripping adrenaline nail-biting edge-of-your-seat",
    "tense suspenseful suspense tension nerve-racking nerve-wracking",
    "clever smart intelligent brainy cerebral",
    "thoughtful thought-provoking think thinking philosophical",
    "uplifting feel-good feelgood cheerful cheering upbeat joyful inspiring inspirational hopeful heartwarming",
    "heartwarming heart-warming touching moving poignant emotional",
    "relaxing calm calming soothing peaceful gentle cosy cozy comforting unwind",
    "light-hearted lighthearted playful breezy easygoing easy-going",
    "violent brutal bloody gory violence gore bloodshed",
    "weird strange bizarre odd quirky offbeat eccentric",
    "surreal dreamlike trippy mind-bending",
    "twisty twist twists",
    "slow-burn slow-paced contemplative meditative unhurried",
    "fast-paced action-packed frantic breakneck",
    "romantic romance love-story",
    "sexy erotic steamy sensual raunchy",
    "nostalgic nostalgia",
    "epic sweeping",
    "atmospheric moody atmosphere",
    "disturbing unsettling upsetting",
    "charming adorable delightful",
    "gritty unflinching",
    "satirical satire",
    "spicy fiery piquant",
    "fruity jammy",
    "filling hearty",
    "refreshing crisp",
    "luxurious fancy posh upmarket",
)  # fmt: skip


def alike(known: Known, said: Iterable[str] = _ALIKE) -> dict[tuple[str, ...], NDArray[np.int64]]:
    """What words mean in a catalogue that uses others of the same feeling.

    Args:
        known: Rows of items by label, a label as its words.
        said: Words alike, a line each.

    Returns:
        Rows by word, for words that are no label themselves.
    """
    found: dict[tuple[str, ...], NDArray[np.int64]] = {}
    for line in said:
        group = [tuple(tokens(word)) for word in line.split()]
        own = [known[word] for word in group if word in known]
        if own:
            rows = np.unique(np.concatenate(own))
            found |= {word: rows for word in group if word not in known and word not in found}
    return found
