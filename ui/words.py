"""The page's own words, one table a language. What the catalogue and the models say stays as it is."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from convrec.language import capital, plural

HERE = Path(__file__).parent
LANGUAGES = {"en": "English", "zh": "中文"}
FIRST = "en"


class Words:
    """The words of one language for one catalogue.

    Attributes:
        language: Which: `en`, `zh`.
        noun: What one item is called, in that language where its table knows the word.
        nouns: Several of them.
        verb: What people did with it.
    """

    def __init__(self, language: str, noun: str, verb: str) -> None:
        """Look up the catalogue's own nouns; a language that is not offered counts as English."""
        self.language = language if language in LANGUAGES else FIRST
        names = table(self.language).get("name", {})
        self.noun = names.get(noun.lower(), noun)
        self.nouns = self.noun if self.language != FIRST else plural(noun)
        self.verb = names.get(verb.lower(), verb)

    def __call__(self, key: str, **values: object) -> str:
        """The words under `section.name`, with the values put in.

        Raises:
            KeyError: No language has them.
        """
        section, name = key.split(".", 1)
        found = table(self.language).get(section, {}).get(name) or table(FIRST)[section][name]
        own = {"noun": self.noun, "nouns": self.nouns, "verb": self.verb, "Verb": capital(self.verb)}
        return str(found).format(**own, **values)

    def many(self, key: str, count: int, **values: object) -> str:
        """As a call, by a number: under `key_one` where it is 1."""
        return self(f"{key}_one" if count == 1 else key, count=f"{count:,}", **values)

    def stage(self, said: str) -> str:
        """A line of the recommender about its own doings, or a word of a small set, in this language."""
        return str(table(self.language).get("stage", {}).get(said, said))

    def signal(self, name: str) -> str:
        """What a signal of the score is called."""
        known = table(FIRST)["signal"]
        return self(f"signal.{name}") if name in known else name.replace("_", " ")


@cache
def table(language: str) -> dict[str, dict[str, Any]]:
    """The whole table of a language: section, name, words."""
    return tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))


def language_of(accepted: str) -> str:
    """The first offered language of an `Accept-Language` header.

    >>> language_of("zh-CN,zh;q=0.9,en;q=0.8"), language_of("fr,en;q=0.5"), language_of("")
    ('zh', 'en', 'en')
    """
    for entry in accepted.split(","):
        short = entry.split(";")[0].strip().lower()[:2]
        if short in LANGUAGES:
            return short
    return FIRST
