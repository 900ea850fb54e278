"""Text as the understanding reads it: folded letter by letter, cut into words that know where they stood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_MOJIBAKE = {"â€™": "'", "â€˜": "'", "â€œ": '"', "â€\x9d": '"', "â€“": "-", "Ã©": "é", "Ã¨": "è"}
_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-"})
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_LOST_APOSTROPHE = re.compile(
    r"\b(do|does|did|is|was|are|were|has|have|had|wo|ca|could|would|should)(?:n t|nt|n' t)\b(?!')", re.IGNORECASE
)

_LOST_IS = re.compile(r"\b(what|who|how|where|that|there)(s)\b", re.IGNORECASE)
_MORE_NEW = re.compile(
    r"\bmore (?P<word>new|old|short|long|cheap|dark|light|quick|slow|calm|loud)"
    r"(?=\s*(?:$|[.,!?;]|(?:if|please|than|but|and|or|then)\b))",
    re.IGNORECASE,
)
"""How people say `newer` whose language has no such ending."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        text: Folded: lower case, without accents, without a possessive 's.
        start: Where it begins in the text.
        end: Where it ends.
        capital: Whether it was written with a capital first letter.
    """

    text: str
    start: int
    end: int
    capital: bool


def mended(text: str) -> str:
    """The text with wrongly decoded quotes, typographic punctuation and lost apostrophes repaired."""
    for wrong, right in _MOJIBAKE.items():
        text = text.replace(wrong, right)
    text = "".join(ch if ch.isprintable() else " " for ch in text.translate(_PUNCTUATION))
    text = _MORE_NEW.sub(r"\g<word>er", text)
    return _LOST_IS.sub(r"\1'\2", _LOST_APOSTROPHE.sub(_apostrophe, text))


def _apostrophe(match: re.Match[str]) -> str:
    # "wont" and "cant" become "won't" and "can't"; "dont", "don t" and "don' t" become "don't"
    return f"{match.group(1)}n't"


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[0].lower()
    return base[0] if base else char


def folded(text: str) -> str:
    """Lower case without accents, exactly as long as the text, so that places in one are places in the other."""
    return text.lower() if text.isascii() else "".join(_fold_char(char) for char in text)


def words(text: str) -> list[Word]:
    """The words of a text in order; hyphens part words, apostrophes do not."""
    plain = folded(text)
    return [
        Word(_bare(match.group()), match.start(), match.end(), text[match.start()].isupper())
        for match in _WORD.finditer(plain)
    ]


def _bare(word: str) -> str:
    return word[:-2] if word.endswith("'s") and len(word) > 2 else word


def keys(text: str) -> tuple[str, ...]:
    """The folded words of a title or a catalogue word, `&` read as `and`."""
    return tuple(word.text.replace("'", "") for word in words(text.replace("&", " and ")))


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """An English plural in the singular: `comedies` to `comedy`, `films` to `film`, `boxes` to `box`."""
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and word not in {"movies", "series", "zombies", "indies", "cookies", "selfies"}:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


_ROOT = 5
"""Letters that words of one family begin with."""


def akin(one: str, other: str) -> bool:
    """Whether two words are of one family: `access` and `accessible`, `closes` and `close`, `host` and `hosts`."""
    return singular(one) == singular(other) or (min(len(one), len(other)) >= _ROOT and one[:_ROOT] == other[:_ROOT])


_ENDINGS = ("ical", "tic", "ions", "ion", "ous", "ed", "ic", "al", "ce", "y", "e")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """What words of one family share: `romance` and `romantic`, `animated` and `animation`, `comedy` and `comedic`.

    Short words keep their form; at least four letters stay.
    """
    word = singular(word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
