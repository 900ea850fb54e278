"""Items that are told by what happens in them: `that film where a guy relives the same day`."""

from __future__ import annotations

import re
from dataclasses import replace

from convrec.dialogue.readers.slots import Parse, Span
from convrec.dialogue.understanding import Understanding
from convrec.dialogue.words.words import folded

_THINGS = r"movies?|films?|flicks?|shows?|series|books?|novels?|stor(?:y|ies)|games?|songs?|albums?|episodes?|podcasts?"
_SOUGHT = (
    r"(?:can|could|would) (?:you|u) (?:please )?(?:find|remember|recall|tell me|name)(?: me)?|find(?: me)?"
    r"|what(?:'?s| is| was)|(?:do|did) (?:you|u) (?:know|remember|have|recall)"
    r"|(?:i'm|im|i am|been)? ?(?:looking|searching) for"
    r"|i (?:can't|cant|cannot) remember|(?:trying|want|wanted) to (?:find|remember|recall)|which (?:is|was)|remember"
)


def told_by_plot(text: str, noun: str, *, in_view: bool) -> Understanding | None:
    """What a message means that seeks an item by its plot: the plot is the wish, whatever words are in it; else None.

    >>> told_by_plot("can u find that movie where a guy relives the same day", "film", in_view=False).wishes
    ('a guy relives the same day',)
    >>> told_by_plot("why that movie where he dies", "film", in_view=True)

    Args:
        text: The message.
        noun: What one item is called.
        in_view: Whether there are cards, one of which it may mean.
    """
    things = rf"(?:{re.escape(noun)}|{_THINGS}|one|thing)"
    led = rf"(?:(?:{_SOUGHT})\s+)" + ("" if in_view else "?")
    begun = rf"^\W*(?:(?:hey|hi|hello|ok|so|um+|hm+)\W+)*{led}(?:that|the|this) (?:(?:old|one) )?"
    match = re.match(rf"{begun}(?P<thing>{things}) (?P<how>where|in which)\b", folded(text))
    if match is None or not (plot := text[match.end("how") :].strip(" ?!.")):
        return None
    place = text.index(plot, match.end("how"))
    parse = Parse(text, (Span(place, place + len(plot), "want"),), ("recommend",))
    return Understanding(
        ("inform", "recommend"),
        fresh=True,
        wishes=(plot,),
        text=plot,
        parse=parse,
        trace=(f"{plot!r}: what happens in it",),
    )


_TAIL = re.compile(r",\s*(?:but\s+|and\s+)?(?=(?:not|no|nothing|without|except)\b)[^,]*$", re.IGNORECASE)


def refusing_tail(text: str) -> str:
    """What may be refused at the end of a message, beside the plot; empty where nothing is.

    >>> refusing_tail("that film where a dog comes home, nothing by Jon Vale")
    ', nothing by Jon Vale'
    """
    match = _TAIL.search(text)
    return match.group() if match else ""


def with_refused(plot: Understanding, tail: Understanding, text: str) -> Understanding:
    """What a message means that seeks a plot and refuses something.

    Args:
        plot: What it means without the refusal.
        tail: What its end means by itself.
        text: The message.
    """
    refused = tuple(one for one in tail.filters if one.op == "none_of")
    parse = plot.parse and replace(plot.parse, text=text)
    return replace(plot, filters=refused, parse=parse, trace=(*plot.trace, *tail.trace))
