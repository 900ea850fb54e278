"""Corrections of the profile in a message: `forget that I watched cartoons, that was my nephew`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.dialogue.rules.titles import Mention
from convrec.dialogue.understanding import EditAction, ProfileEdit
from convrec.dialogue.words.lexicon import Found
from convrec.types import Polarity

_DID = (
    r"(?:watch(?:ed)?|saw|seen|play(?:ed)?|read|heard|listened to|rated?|bought|ordered|cooked|made|drank|tried"
    r"|streamed|clicked(?: on)?|visited|liked|loved|enjoyed)"
)
_OTHERS = (
    r"(?:nephews?|nieces?|sons?|daughters?|kids?|children|boys?|girls?|wife|husband|partner|girlfriend|boyfriend"
    r"|brothers?|sisters?|siblings?|mum|mom|mother|dad|father|parents?|grand\w+|room ?mates?|flat ?mates?|cousins?"
    r"|friends?|aunt|uncle|ex|guests?|little ones?|toddler|teenagers?|babysitter|colleagues?)"
)
_MINE = r"(?:my|the) (?:own )?(?:profile|history|tastes?|preferences?|account|record|list)"
_SHOWN = r"(?:it|this|that|them|these|those|§|the \w+(?: one)?)"
_WAYS: tuple[tuple[EditAction, str], ...] = (
    ("heed", rf"\b(?:count|consider|use|include|trust|heed) .{{1,60}}? again\b(?=.*\b(?:{_MINE}|too|counts?)\b|\W*$)"
     rf"|\b(?:start counting|you can count|do count)\b|\bcounts? again\b"),
    ("add", rf"\b(?:remember|note|keep in mind|don't forget|never forget|put (?:it )?down|write down)(?: that)? "
     r"(?:i|we)(?:'m| am|'ve)?(?: \w+){0,2}"
     r" (?:love|like|enjoy|prefer|hate|dislike|can't stand|avoid|into|a fan|allergic)"
     rf"|\badd (?!{_SHOWN} (?:to|on) (?:my|the) list).{{1,60}}? to {_MINE}"),
    ("ignore", rf"\b(?:forget|ignore|disregard|discount)(?: about)?(?: the fact)?(?: that)? (?:i|we)(?:'ve| have)?"
     rf"(?: \w+)? {_DID}\b(?! you)"
     rf"|\b(?:do(?:n't| not)|stop|never|no longer|quit)"
     rf" (?:us(?:e|ing)|consider(?:ing)?|tak(?:e|ing)|factor|learn(?:ing)?)\b"
     rf".{{1,60}}?\b(?:{_MINE}|against|as mine|into account|from me)\b"
     rf"|\b(?:do(?:n't| not) count|stop counting) (?!me out)\w"
     rf"|\b(?:ignore|disregard|discount|leave out|exclude) .{{1,60}}? (?:in|from|of|for) {_MINE}"
     rf"|\b(?:that|it|this|those|these|they)(?:'s| was|'s all| were| are| is)"
     rf"(?: all| just| only| really| for)* my {_OTHERS}\b(?!'s)"
     rf"|\bmy {_OTHERS}(?:'s)?(?: \w+)? (?:used|uses|borrowed|was on|were on|is on) my (?:account|profile|login)\b"
     rf"|\b(?:was|were)(?:n't| not) (?:me|mine)\b"),
    ("remove", rf"\b(?:delete|remove|erase|drop|clear|take|scratch|strike)(?: \w+)? .{{0,60}}?"
     rf"(?:from|off|out of|in) {_MINE}"
     r"|\byou(?:'re| are| were|'ve got it| have it| got (?:it|me))(?: all| totally)? wrong (?:about|on|with)\b"
     r"|\b(?:delete|remove|erase|drop|forget) my (?:preference|taste|love|liking|interest|dislike|hate|aversion)s?"
     r" (?:for|of|in)"
     r"|\b(?:delete|remove|erase|drop|forget)(?: that)? \W?you (?:don't |do not |dis|never )?"
     r"(?:liked?|loved?|hated?|enjoy(?:ed)?|prefer(?:red)?)\b"
     r"|\b(?:delete|remove|erase|drop|forget|change|edit) (?:(?:one|some|two|a few|any) (?:of )?my"
     r" (?:old |saved |stored )?(?:preference|taste|interest|like|dislike)s?|(?:a|my) preference)\W*$"
     r"|\b(?:forget|ignore|disregard)(?: that)? i (?:\w+ )?(?:like|love|enjoy|prefer|hate|dislike|am into)\b"),
)  # fmt: skip
_NAMED = re.compile(
    r"(?:\bmy (?:preference|taste|love|liking|interest|dislike|hate|aversion)s? (?:for|of|in)"
    r"|\byou (?:\w+ )?(?:dis)?(?:liked?|loved?|hated?|enjoy(?:ed)?|prefer(?:red)?)) (?:the )?"
    r"(.{2,40}?)(?: as (?:an? |the )?\w+)?\W*$"
)
"""What a correction is about, in words that may not be the catalogue's."""
_PATTERNS = tuple((action, re.compile(pattern)) for action, pattern in _WAYS)
_DISLIKES = re.compile(r"\b(?:hate|dislike|can't stand|avoid|allergic|aversion)\b")


def edits_in(
    plain: str, found: Sequence[Found], mentions: Sequence[Mention], in_view: Sequence[str]
) -> tuple[ProfileEdit, ...]:
    """What a folded text changes in the profile.

    Args:
        plain: Folded text.
        found: Catalogue words in it.
        mentions: Titles in it.
        in_view: Items it points at.
    """
    for action, pattern in _PATTERNS:
        match = pattern.search(plain)
        if match is None:
            continue
        noted: Polarity = "dislike" if _DISLIKES.search(plain) else "like"
        polarity = noted if action == "add" else None
        words = [one for one in found if not any(one.start < name.end and one.end > name.start for name in mentions)]
        # "I watched musicals, that was my niece": where something is named, `that` is the watching and no item in view
        items = tuple(dict.fromkeys([one.item_id for one in mentions] or (() if words else in_view)))
        made = [ProfileEdit(action, one.terms[0].field, one.terms[0].value, (), polarity, one.said) for one in words]
        if items:
            made.append(ProfileEdit(action, "", "", items, polarity, match.group()))
        named = _NAMED.search(plain) if action == "remove" else None
        return tuple(made) or (ProfileEdit(action, "", named[1] if named else "", (), polarity, plain.strip()),)
    return ()
