"""Messages that no recommender should answer with items: troubles of health, and languages that it does not read."""

from __future__ import annotations

import re
from typing import Literal

from convrec.dialogue.words.english import FUNCTION
from convrec.dialogue.words.words import singular, words

Outside = Literal["", "health", "crisis", "goods", "es", "fr", "de", "it", "pt", "nl", "zh"]

_CRISIS = re.compile(
    r"\b(?:kill(?:ing)? myself|suicidal|end my life|want to die|(?:hurt|harm|cut)(?:ting|ing)? myself"
    r"|don't want to live)\b"
)
_COMPLAINT = re.compile(
    r"\b(?:my|i have|i've got|i got|i feel|i am|i'm|he has|she has|my \w+ has)\b[^.!?]{0,30}?"
    r"\b(?:hurts?|hurting|aches?|aching|pains?|in pain|fever|headaches?|dizzy|bleeding|rash|nausea|vomiting|faint"
    r"|chest|symptoms?|infection|swollen|can't breathe)\b"
)
_CURE = re.compile(
    r"\b(?:medicines?|medications?|pills?|drugs?|dose|dosage|doctor|ibuprofen|aspirin|paracetamol|antibiotics?|treat"
    r"|cure|diagnos\w+|emergency|should (?:i|we|he|she) (?:take|do))\b"
)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDS: dict[Outside, frozenset[str]] = {
    "es": _set(
        """busco quiero una pelicula peliculas que para por favor hola gusta algo como los las el con sin muy
        recomienda quisiera juego libro vino pero gracias"""
    ),
    "fr": _set(
        """je cherche un une avec pour les des que quelque chose comme pas bonjour vous voudrais aime est jeu livre vin
        mais merci veux sans drole"""
    ),
    "de": _set(
        """ich suche einen eine ein mit und fur nicht bitte etwas wie der die das mochte gerne hallo kein keine spiel
        buch wein aber danke will lustigen oder"""
    ),
    "it": _set(
        """cerco voglio un una con per che come vorrei ciao qualcosa non piace gioco libro vino ma grazie senza
        bello"""
    ),
    "pt": _set(
        """quero um uma filme filmes com para que por favor gosto ola algo como jogo livro vinho mas obrigado sem
        procuro"""
    ),
    "nl": _set(
        """ik zoek een met en voor niet graag iets als wil hallo het spel boek wijn maar bedankt geen grappige"""
    ),
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

ONLY_ENGLISH: dict[str, str] = {
    "es": "Lo siento, solo entiendo inglés.",
    "fr": "Désolé, je ne comprends que l'anglais.",
    "de": "Entschuldigung, ich verstehe nur Englisch.",
    "it": "Mi dispiace, capisco solo l'inglese.",
    "pt": "Desculpe, só entendo inglês.",
    "nl": "Sorry, ik begrijp alleen Engels.",
    "zh": "抱歉，我目前只能读懂英文。",
}


_GOODS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok|okay|please|no|and|can you|could you|would you|i want(?: you)? to|i'd like(?: you)? to"
    r"|i would like(?: you)? to|i wanna|help me)\W+)*"
    r"(?:(?:suggest|recommend|read|listen(?: to)?|play|find|give|show|tell|want|need)(?: (?:me|us))?"
    r" (?:(?:an?|some|any|good|the|nice|great|best)\s+)*|(?:what|which|any) (?:good )?)"
    r"(?P<goods>books?|novels?|songs?|music|albums?|bands?|games?|restaurants?|hotels?|podcasts?|recipes?|wines?|movies?"
    r"|films?)"
    r"(?: (?:can you|could you|would you|do you|should i) (?:suggest|recommend|read|play|hear)(?: me| us)?)?"
    r"(?: (?:to (?:read|listen to|play|watch|eat|drink|hear)|please|today|tonight|now|for me))*\W*$"
)


def other_goods(plain: str, noun: str) -> bool:
    """Whether a folded text asks, as a whole, for things of another kind: books of a shop of wines.

    Args:
        plain: Folded text.
        noun: What items are called.
    """
    match = _GOODS.match(plain)
    if match is None or noun in _ANYTHING:
        return False
    asked = singular(match["goods"])
    return not (_FILMS if asked in _FILMS else {asked}) & set(noun.split())


_ANYTHING = ("item", "product", "thing", "article", "title")
_FILMS = {"film", "movie"}


def outside_in(plain: str, *, named: bool, about_items: bool) -> Outside:
    """What a folded text is about that is none of a recommender's business; empty: nothing of the kind.

    Args:
        plain: Folded text, titles masked.
        named: Whether it names a title.
        about_items: Whether it speaks of items by what they are called (`a film about a doctor`).
    """
    if not about_items and not named:
        if _CRISIS.search(plain):
            return "crisis"
        if _COMPLAINT.search(plain) and _CURE.search(plain):
            return "health"
    return "" if named else _language(plain)


def _language(plain: str) -> Outside:
    """The language other than English that most of its words are of, told by common words."""
    if len(_CHINESE.findall(plain)) >= 2:
        return "zh"
    spoken = [word.text for word in words(plain)]
    english = sum(word in FUNCTION for word in spoken)
    found: dict[Outside, int] = {name: sum(word in own for word in spoken) for name, own in _WORDS.items()}
    best = max(found, key=lambda name: found[name])
    enough = found[best] >= 2 and found[best] > english and 5 * found[best] >= 2 * len(spoken)
    return best if enough else ""


def answer_to(outside: Outside, nouns: str) -> str:
    """What is said to it.

    Args:
        outside: As found; not empty.
        nouns: What items are called.
    """
    if outside == "crisis":
        return (
            f"I am a program that only knows {nouns}, and this matters more. Please talk to somebody now: a person you "
            "trust, a doctor, or a crisis line where you live; in danger, call the emergency number."
        )
    if outside == "health":
        return (
            f"I only know {nouns} and cannot help with that. Please ask a doctor or a pharmacist; if it is severe or "
            "sudden, call the emergency number."
        )
    if outside == "goods":
        return f"I only know {nouns} here and cannot help with that. Say what kind of {nouns} you like, and I look."
    return f"{ONLY_ENGLISH[outside]} (I only read English so far.)"
