"""Whether words that spell a title name the item here, or mean what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.dialogue.rules.titles import Mention
from convrec.dialogue.sense.hearing import Hearing
from convrec.dialogue.words.lexicon import Lexicon
from convrec.dialogue.words.words import Word, words

_YEAR_BEFORE = re.compile(r"\b(?:from|in|of|before|after|since|until|around|year)\s+$")
_CALLED = re.compile(
    r"\b(?:tag|tagged|labell?ed|marked|filed|keyword|theme|genre|set|settings?|taking place|takes place|filmed|shot)s?"
    r"(?:\s(?:as|with|under|by|in|is|of|a|an|the))*[\s:]*$"
)
"""What stands before a word of the catalogue, in quotation marks or not, and never before a title."""
_ABOUT = re.compile(r"\b(?:(?:some|any|no)thing|not|stor(?:y|ies)|ones?|and|or|\w+s) about(?: (?:a|an|the))? $")
"""What tells of the subject; `tell me about` does not."""
_VERDICT = re.compile(r"^\s*(?:yes|no|nope|yeah|meh|so[- ]so)\b\s*(?:$|[,.;!]|and\b|but\b)")
_ITEM_BEFORE = re.compile(r"(?:^|[,.;:!]|\band|\bbut)\s*$")
"""What stands around titles of one word: `Heat yes, Speed no`."""
_ARTICLES = frozenset(("a", "an", "the"))


def is_title(mention: Mention, text: str, plain: str, lexicon: Lexicon, hearing: Hearing) -> bool:
    """Whether a mention is not rather a word of the catalogue (`musical`, `a comedy`) or a year (`from 2012`).

    Args:
        mention: A title that the words spell.
        text: The message.
        plain: The same, folded.
        lexicon: The catalogue's words.
        hearing: What the LLM heard.
    """
    said = text[mention.start : mention.end]
    if said.isdecimal() and _YEAR_BEFORE.search(plain[: mention.start]):
        return False
    spoken = words(said)
    bare = spoken[1:] if len(spoken) > 1 and spoken[0].text in _ARTICLES else spoken
    hits = lexicon.find(said, bare)
    covers = len(hits) == 1 and (hits[0].first, hits[0].last) == (0, len(bare) - 1)
    before = plain[: mention.start]
    if _CALLED.search(before) and _covered(f"tagged {said}", len(spoken) - len(bare) + 1, lexicon):
        return False
    if covers and said == said.lower() and _ABOUT.search(before):
        return False
    judged = _VERDICT.match(plain[mention.end :]) is not None and _ITEM_BEFORE.search(before) is not None
    free = not covers or lexicon.fields[hits[0].terms[0].field].nature == "theme"
    if judged and free and mention.score == 1.0 and said != said.upper() and _capitals(said, spoken):
        return True
    heard = hearing.is_title(mention.start, mention.end, whole=mention.score == 1.0)
    if heard is not None:
        return heard
    if '"' in said or "(" in said:
        return True
    if not covers or (len(bare) < len(spoken) and _capitals(said, spoken)):
        return True
    nature = lexicon.fields[hits[0].terms[0].field].nature
    whole = mention.score == 1.0 and len(bare) > 1
    return nature == "theme" and (said[bare[0].start : bare[0].end][:1].isupper() or whole)


def _covered(text: str, first: int, lexicon: Lexicon) -> bool:
    """Whether all words of a text from one on are one entry of the catalogue, as a label (`tagged game`)."""
    spoken = words(text)
    hits = lexicon.find(text, spoken)
    return len(hits) == 1 and (hits[0].first, hits[0].last) == (first, len(spoken) - 1)


def _capitals(said: str, spoken: Sequence[Word]) -> bool:
    """Whether every word is written large, as in `The Family`."""
    return all(said[word.start : word.end][:1].isupper() for word in spoken)
