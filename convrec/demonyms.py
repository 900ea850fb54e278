"""What people and things of a country are called: `French`, `Thai`."""

from __future__ import annotations

import re

DEMONYMS = {
    "american": ("united states", "united states of america", "usa", "us"), "argentinian": ("argentina",),
    "australian": ("australia",), "austrian": ("austria",), "belgian": ("belgium",), "brazilian": ("brazil",),
    "british": ("united kingdom", "uk", "great britain", "england"), "canadian": ("canada",), "chilean": ("chile",),
    "chinese": ("china",), "cuban": ("cuba",), "czech": ("czech republic", "czechoslovakia", "czechia"),
    "danish": ("denmark",), "dutch": ("netherlands",), "english": ("england", "united kingdom", "uk"),
    "finnish": ("finland",), "french": ("france",), "german": ("germany", "west germany"), "greek": ("greece",),
    "hungarian": ("hungary",), "indian": ("india",), "iranian": ("iran",), "irish": ("ireland",),
    "israeli": ("israel",), "italian": ("italy",), "japanese": ("japan",), "korean": ("south korea", "korea"),
    "mexican": ("mexico",), "norwegian": ("norway",), "polish": ("poland",), "portuguese": ("portugal",),
    "russian": ("russia", "soviet union", "ussr"), "scottish": ("scotland",), "south african": ("south africa",),
    "spanish": ("spain",), "swedish": ("sweden",), "swiss": ("switzerland",), "taiwanese": ("taiwan",),
    "thai": ("thailand",), "turkish": ("turkey",), "vietnamese": ("vietnam",), "welsh": ("wales",),
}  # fmt: skip
"""What comes from a country is called by another word than the country; matters where the catalogue has countries."""
_ENDING = re.compile(r"[A-Z][a-z]+(?:ian|ean|can|ban|yan|ese|ish|ic)")


def is_demonym(word: str) -> bool:
    """Whether a word says where something is from, by a list and by how such words end.

    >>> is_demonym("Thai"), is_demonym("Lebanese"), is_demonym("Bosch"), is_demonym("lemonish")
    (True, True, False, False)
    """
    return word[:1].isupper() and (word.casefold() in DEMONYMS or _ENDING.fullmatch(word) is not None)
