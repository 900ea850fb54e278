"""What a message does besides what it wants: greet, thank, accept, refuse, ask for others, take back."""

from __future__ import annotations

import re

from convrec.dialogue.understanding import Act

_NO_QUALITY = "".join(rf"(?<!\b{word} )" for word in ["nothing", "not", "no", "too", "less", "anything", "something"])
"""Before a word that is no insult but a quality: `nothing stupid`."""
_ACTS: tuple[tuple[Act, str], ...] = (
    ("undo", r"^\W*(?:/?undo|take (?:that|it) back|go back(?: one)?|scratch that|never ?mind(?: that)?|revert"
     r"|back)\W*$"),
    ("reset", r"^\W*/?(?:start (?:over|again|afresh)|restart|reset|new search|clear (?:all|everything|(?:my|the"
     r"|all) filters?)"
     r"|(?:drop|remove|forget) (?:all|everything|(?:all|the|my)(?: \w+)? (?:filters|wishes|preferences)).*"
     r"|(?:(?:ok|okay|now|then|and now|let's try)\W+)?something (?:completely|totally|entirely) different"
     r"|let's start over)\W*$"),
    ("again", r"(?:show|list|see|repeat|give)(?: me)? (?:(?:it|them|those|these|that"
     r"|the \w+(?: \w+)?) )(?:once )?again|(?:go )?back to (?:the )?(?:first|previous|last|earlier)"
     r"|(?:previous|earlier) (?:ones|list|cards|suggestions)|show (?:me )?the (?:previous|earlier)"),
    ("greet", r"^\W*(?:hi+|hello+|hey+|hiya|howdy|yo|greetings|good (?:morning|evening|afternoon|day)|hola)\b"),
    ("bye", r"\b(?:bye|goodbye|good ?night|see (?:you|ya)|farewell|cheers|have a (?:good|great|nice|lovely"
     r"|wonderful) (?:day|one|night|evening|weekend|time)"
     r"|take care|that's all|that is all|i'm done|we're done|talk (?:to you )?later)\b|^\W*/?(?:stop|quit|exit"
     r"|end)\W*$"),
    ("thank", r"\b(?:thank(?:s| you|ful)?|thx|ty|appreciate (?:it|that|your|the)|cheers)\b"),
    ("smalltalk", r"how (?:are|r) (?:you|u)|how's it going|how is it going|how (?:do )?you do|what's up"
     r"|are you (?:a |an )?(?:bot|robot|human|real|machine|ai|person)"
     r"|your name|who (?:are|made|created) you|where (?:are you|do you) (?:from|live)|\bi love you\b|(?:you"
     r"|u) (?:are|r|'re) (?:so |very |a )?(?:\w+)\W*$"
     r"|happy (?:new year|holidays|birthday)|merry christmas|nice (?:to meet|talking|chatting)|\b(?:lol|haha+"
     r"|hehe)\W*$"
     r"|" + _NO_QUALITY + r"(?:you )?(?:stupid|dumb|useless|shut up|fuck(?:ing)?|idiot(?:ic)?|crappy)\b"
     r"(?: (?:bot|machine|program|app|robot|ai|computer)\b)?|what (?:do|did) you (?:like|watch|love|see"
     r"|recommend yourself)|have you (?:seen|watched)|your (?:favou?rite)"),
    ("surprise", r"surprise me|you (?:choose|pick|decide)|^\W*(?:anything|whatever|any(?:thing)? is (?:fine|ok"
     r"|good)|i don't (?:know|care|mind)|no (?:idea|preference)s?"
     r"|not sure|dunno|idk|skip|doesn't matter|any)(?: (?:goes|really|will do|works))?\W*$"
     r"|no (?:particular )?preferences?|up to you|doesn't matter"),
    ("more", r"^\W*(?:(?:show|give|find|get)(?: me)? )?(?:(?:some|any|a few|\w+) )?(?:more|others?|next"
     r"|another(?: one)?|else)(?: (?:please|one|ones|of (?:those|these|them)|like (?:those|these|them|that|this)"
     r"|\w+s?))?\W*$"
     r"|\b(?:something|anything|anyone|what) else\b|any others?|show me more|more (?:suggestions|recommendations"
     r"|options|ideas)|another (?:one|suggestion|recommendation|idea)"
     r"|different (?:ones?|suggestions?|recommendations?)|other (?:suggestions|recommendations|options|ideas|ones"
     r"|films|movies)|^\W*(?:skip|next|pass)\b(?! to)|keep going"),
    ("accept", r"sounds? (?:good|great|perfect|interesting|fun|awesome|amazing|cool|like (?:a )?(?:fun|good"
     r"|great))|that's (?:perfect|the one|a good one|great|it)|^\W*(?:perfect|deal|sold|great|awesome|excellent"
     r"|nice|cool)\W*$"
     r"|i(?:'ll| will) (?:watch|take|try|go (?:with|for)|check|see|play|read|buy|definitely|look into|give)"
     r"|i accept|good (?:choice|suggestion|pick|idea|recommendation)s?|i'm (?:going to|gonna) (?:watch|try|play"
     r"|see)|adding (?:it|that)"),
    ("reject", r"you(?:'ve| have)? (?:already|just) (?:show(?:ed|n)|gave|given|suggested|recommended)(?: me| us)?"
     r" (?:that|this|it|those|these|them)|(?:none|nothing) of (?:these|them|those)"
     r"|not (?:that|this|these|those|any of|interested|for me)\b"
     r"|no,? thanks?|(?:do|did)(?:n't| not)(?: \w+)? like (?:it|this|that|these|those|them|any|your|the)"
     r"|not what i|(?:that|this|these|those|they|it) (?:won't|(?:do|does|may|might|will|would)(?: not|n't)) work\b"
     r"|^\W*(?:i )?dislike(?: (?:it|this|that).*)?\W*$"
     r"|(?:hate|dislike) (?:it|this|that|these|those|them)\b|don't like\W*$|bad (?:suggestion|choice|idea"
     r"|recommendation)s?"),
    ("yes", r"^\W*(?:yes|yeah|yep|yup|sure|ok|okay|of course|please do|why not|definitely|absolutely|agree|right"
     r"|correct|go ahead|do it|yes please|fine|alright|y)\b|^\W*(?:drop|remove|lose) (?:it|them|both|that)\W*$"),
    ("no", r"^\W*(?:no|nope|nah|not really|never|n)\b(?=\s*(?:$|[,.!?]|i\b|it\b|that\b|this\b|but\b|thanks?\b"
     r"|sorry\b|please\b))"),
    ("recommend", r"\b(?:re[ck]+om+[ae]n\w*|suggest|suggestions?|advise|looking for"
     r"|look for|want to (?:watch|see|play|read|hear|listen|buy|drink|try)|what (?:\w+ ){0,2}(?:should|can|could"
     r"|shall) i|what (?:\w+ )?i (?:can|should|could)"
     r"|find me|show me|give me|i need|i want|i'd like|would like|mood for|feel like|any (?:good|other|more"
     r"|ideas)|do you (?:have|know)(?: of)? any|how about|what about|something|got any|help me (?:find|choose"
     r"|pick)|let's see|can you (?:find|show|give))\b"),
)  # fmt: skip
_PATTERNS = tuple((act, re.compile(pattern)) for act, pattern in _ACTS)


def acts_in(plain: str) -> list[Act]:
    """The acts a folded text performs by its wording alone, most telling first."""
    return [act for act, pattern in _PATTERNS if pattern.search(plain)]


_KEEPS = re.compile(
    r"\b(?:add|put|save|keep|bookmark) (?:it|this|that|them|these|those|§|the \w+(?: one)?)"
    r"(?: (?:to|on|in|onto) (?:my|the)(?: \w+)? ?(?:\w*list|queue|favou?rites)\b| for (?:later|tomorrow|tonight)\b)"
    r"|^\W*(?:please |ok |okay )*(?:save|bookmark) (?:it|this|that|this one|that one)\W*$"
)


def keeps(plain: str) -> bool:
    """Whether a folded text puts something by: `save it for later`, `add the second one to my list`."""
    return _KEEPS.search(plain) is not None


_SAID = frozenset(
    ("undo", "reset", "again", "greet", "bye", "thank", "smalltalk", "surprise", "accept", "reject", "yes", "no")
)


def spoken_for(plain: str) -> list[tuple[int, int]]:
    """Places whose words do something and describe nothing: greetings, thanks, `surprise me`, `less obvious`."""
    patterns = [pattern for act, pattern in _PATTERNS if act in _SAID] + [_KEEPS, _NOVEL, _KNOWN, _MIXED, _CORRECTS]
    return [match.span() for pattern in patterns for match in pattern.finditer(plain)]


_NOVEL = re.compile(
    r"less (?:obvious|known|popular|mainstream|famous|common|predictable)|lesser[- ]known|little[- ]known"
    r"|not (?:so |too |as |very )?(?:obvious|well[- ]known|popular|mainstream|famous)"
    r"|obscure|off the beaten|hidden gems?|under(?:rated|seen|appreciated)|unknown|unusual|surprising"
    r"|never heard of(?! (?:it|that|this|them|those|these|any)\b)"
    r"|deep cuts?|niche|unexpected|more adventurous|out of (?:my|the) comfort"
)
_KNOWN = re.compile(
    r"(?:more |very |really |most )?(?:popular|mainstream|well[- ]known|famous|blockbusters?|best[- ]?sellers?)\b"
    r"|everybody (?:knows|has seen)|big hits?|not (?:so |too )?obscure|crowd[- ]?pleas\w+"
)
_MIXED = re.compile(
    r"(?:a |more |some |bit of )(?:mix|variety|range)\b|more (?:varied|diverse|diversity|different)|diverse"
    r"|varied|different from each other|all (?:over|the same)|too similar|mix it up|various|all sorts"
)


_CORRECTS = re.compile(
    r"\b(?:(?:no|wait|sorry|oops|not that)\b[\s,.!]*)*\b(?:i|we) (?:really |actually |just )?(?:meant|mean)\b"
    r"(?: to say)?"
    r"|\b(?:i|we) (?:already |just )?(?:said|asked for)\b(?=[^?]*$)"
    r"|\b(?:that's|that is|it's|this is)? ?not what (?:i|we) (?:meant|said|asked)(?: for)?\b|\bi mistyped\b|\btypo\b"
)


def corrects_in(plain: str) -> bool:
    """Whether a text puts right what was understood before: `no, I meant Heat`."""
    return _CORRECTS.search(plain) is not None


def novelty_in(plain: str) -> float | None:
    """How far from the well-known a text wants to go, -1 to 1; None where it does not say."""
    if _NOVEL.search(plain):
        return 0.6
    return -0.6 if _KNOWN.search(plain) else None


def diversity_in(plain: str) -> float | None:
    """How different from each other a text wants the items, 0 to 1; None where it does not say."""
    return 0.6 if _MIXED.search(plain) else None


def fame_in(plain: str) -> list[tuple[tuple[int, int], str]]:
    """Places that say how well-known the items shall be, each with `obscure` or `known`."""
    novel = [(match.span(), "obscure") for match in _NOVEL.finditer(plain)]
    return novel + [(match.span(), "known") for match in _KNOWN.finditer(plain)]


def mixture_in(plain: str) -> list[tuple[tuple[int, int], str]]:
    """Places that ask for items different from each other, each with `varied`."""
    return [(match.span(), "varied") for match in _MIXED.finditer(plain)]


_OPENS = re.compile(r"^\W*(?:ok(?:ay)?|k|alright|all right|right|fine|well|good|sure)\b(?!\W+(?:yes|yeah|do|please)\b)")


def opens_with_ok(plain: str) -> bool:
    """Whether a folded text begins with a word that agrees only where nothing follows it: `ok, and shorter`."""
    return _OPENS.match(plain) is not None


_FRESH = re.compile(
    r"^\W*(?:(?:ok|okay|now|then|and now|actually|instead|alright)\W+)*(?:(?:show|give|find|recommend|suggest"
    r"|get)(?: me)? "
    r"|i(?:'d like| want| need| would like) |what about |how about |let's (?:try|watch|see|have) )?(?:an?"
    r"|some)\b(?! (?:bit|little|few))"
)


def fresh_in(plain: str) -> bool:
    """Whether a text is worded as a wish of its own (`now a western`) and not as a change to one."""
    return _FRESH.match(plain) is not None


def joins_in(plain: str) -> bool:
    """Whether a text adds to what stands and does not replace it."""
    return (
        re.search(r"^\W*(?:and|or|also|plus)\b|\b(?:also|as well|too|in addition|besides)\W*$|\balso\b", plain)
        is not None
    )


def praises_us(plain: str, masked: str, start: int, end: int) -> bool:
    """Whether `that` is what we did: `thanks, that's great` judges no item.

    Args:
        plain: Folded text.
        masked: The same with `§` in place of each title.
        start: Where the word begins that points at something.
        end: Where it ends.
    """
    if re.match(r" (?:are|were|look|sound|seem)\b.*\b(?:suggestion|recommendation|idea|pick|choice)s\b", plain[end:]):
        return True  # "these are good suggestions"
    return plain[start:end] in ("that", "this") and "thank" in acts_in(masked)
