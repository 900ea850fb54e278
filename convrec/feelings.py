"""Words that ask for the same feeling: whoever wants to laugh wants what the catalogue calls `funny`.

An encoder lays `stupid` nearest to `clever` and `light` to `dark`, because they stand in the same places; so what is
alike is written down. These are words of English, not of any catalogue: which of them a catalogue uses is its own.
"""

from __future__ import annotations

from functools import cache

GROUPS = (
    "funny humorous hilarious comic comical comedic comedy humour humor laugh laughs laughing laughter giggle",
    "silly goofy daft stupid dumb idiotic moronic zany slapstick",
    "sad heartbreaking heart-breaking tearjerker tear-jerker weepie weepy cry crying sorrowful tragic",
    "melancholy melancholic wistful bittersweet",
    "depressing bleak gloomy grim despairing downbeat",
    "heavy heavy-going harrowing bleak tragic disturbing depressing gloomy grim intense heartbreaking",
    "scary frightening terrifying creepy spooky scare scares scared chilling horror eerie",
    "exciting thrilling gripping adrenaline nail-biting edge-of-your-seat",
    "tense suspenseful suspense tension nerve-racking nerve-wracking",
    "clever smart intelligent brainy cerebral",
    "thoughtful thought-provoking think thinking philosophical",
    "uplifting feel-good feelgood cheer cheerful cheering upbeat joyful inspiring inspirational hopeful heartwarming",
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
"""A line each."""


@cache
def kin(word: str) -> frozenset[str]:
    """The words that ask for the same as a word, without itself; empty where none is written down."""
    own = word.lower().strip()
    return frozenset(one for line in GROUPS if own in line.split() for one in line.split()) - {own}
