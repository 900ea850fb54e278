"""English words that the understanding needs and no catalogue has: numbers, praise, function words."""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "dozen": 12, "couple": 2,
}  # fmt: skip

ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9, "tenth": 10,
    "10th": 10, "last": -1,
}  # fmt: skip

DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80,
    "nineties": 90,
}  # fmt: skip

PAIRS = frozenset(
    (
        "black and white", "cat and mouse", "sword and sorcery", "rock and roll", "hide and seek", "sweet and sour",
        "salt and vinegar", "salt and pepper", "bed and breakfast", "drum and bass", "hack and slash", "mac and cheese",
        "point and click", "rhythm and blues", "country and western", "cops and robbers", "good and evil",
        "life and death", "fish and chips", "gin and tonic", "arts and crafts", "science and nature",
    )
)  # fmt: skip
"""Words joined by `and` that name one thing."""

FUNCTION = _set(
    """a about above across actually after again against ago all almost along already also although always am an and
    another any anybody anyone anything anyway are aren't around as ask at away back be because been before being
    below between both but by came can can't cannot come could couldn't did didn't do does doesn't doing don't done
    down during each either else enough especially even ever every everybody everyone everything except few for from
    further get gets getting give gives go goes going gone got had hadn't has hasn't have haven't having he her here
    hers him his how however i i'd i'll i'm i've if in instead into is isn't it it'd it'll it's its itself just keep
    kind kinda know last let let's lot lots make makes many may maybe me might mine more most much must my myself
    never new next no nobody none nope nor not nothing now of off oh ok okay on once one ones only or other others
    our ours out over own per perhaps please pretty probably quite rather really said same say see seem seems seen
    she should shouldn't show since so some somebody someone something sometimes somewhere soon sort sorta still
    stuff such sure take tell than that that'd that's the their theirs them then there there's these they they're
    thing things think this those though through thus till to today together tonight too toward try two type under
    until up upon us use very via want wanted wants was wasn't we we'd we're we've well went were weren't what
    what's whatever when where whether which while who who's whole whom whose why will with within without won't
    would wouldn't yeah yep yes yet you you'd you'll you're you've your yours able bit little long old thanks thank
    hi hello hey less fewer least extremely slightly totally absolutely completely overly super somewhat rather
    fairly bunch couple im ive id dont didnt dunno gonna wanna lol haha u ur"""
)
"""Words that carry no wish by themselves."""

PRAISE = _set(
    """good great nice excellent amazing awesome wonderful brilliant fantastic perfect superb best better fun enjoyable
    lovely cool decent solid interesting favorite favourite favorites favourites classic masterpiece terrific
    fabulous incredible outstanding beautiful hilarious gripping"""
)
VIVID = _set("fun enjoyable interesting classic beautiful hilarious gripping masterpiece lovely cool")
"""Praise that also describes: a wish for a fun evening is a wish."""
PANS = _set(
    """bad terrible awful boring horrible worst stupid dumb lame rubbish garbage crap dull overrated disappointing weak
    poor trash worse mediocre pointless unwatchable tedious annoying silly overhyped"""
)
SO_SO = _set("ok okay alright fine meh average so-so decent passable")

TALK = _set(
    """set profile preferences preference info information details recommand reccomend reccommend recomend
    raccomandation
    recommend recommended recommendation recommendations suggest suggested suggestion suggestions advise idea ideas
    option options pick picks choice choices list find found search searching look looking looks like liked likes
    love loved loves loving enjoy enjoyed enjoys prefer preferred adore adored hate hated hates dislike disliked
    watch watched watching watches play played playing read reading listen listened listening heard hear buy bought
    buying try tried trying drink seen saw need needs needed help mood feel feeling feels fan fans favourite
    favorite interested interest into big huge movie movies film films title titles genre genres kind kinds type
    types sort sorts day night evening weekend time times moment week people person man guy lately recently right
    left end start started stop trailer trailers story plot scene ending soundtrack acting show shows series sequel
    preview character book books game games song songs album music old older oldest newer newest new recent long
    short way year years decade decades hour hours minute minutes actor actors actress director directed starring
    stars star hope similar else different anything tonight wife husband friend friends girlfriend boyfriend mom dad
    son daughter question questions answer accept skip delete remove drop forget yes no thanks thank please sorry
    wow oh ah hmm um bored boredom decide choose care wondering wonder thinking hoping craving fancy surprise pls plz
    watchlist wishlist bookmark queue mean means meant
    tomorrow morning afternoon advice tip tips guess random whatever matter matters vein lines
    stand mind"""
)
"""Words of the talk about recommending: they ask for or speak of items without describing them."""


THOUSANDS = r"(?:k\b|\s?grand\b|\s?thousand\b)"
"""What multiplies a number by a thousand: `5k`, `5 grand`."""
FIGURES = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?![.,]?\d)|[1-9]\d{{0,2}}(?:\.\d{{3}})+(?![.,]?\d)|\d+(?:[.,]\d+)?){THOUSANDS}?"
"""A number in figures, with or without commas or points between thousands."""


def figure(said: str) -> float:
    """A number as people write it.

    >>> figure("50,000"), figure("15.000"), figure("2,5"), figure("5k"), figure("three grand"), figure("twenty")
    (50000.0, 15000.0, 2.5, 5000.0, 3000.0, 20.0)
    """
    bare = re.sub(rf"{THOUSANDS}$", "", said)
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3})+", bare) is not None
    value = float(NUMBERS.get(bare, 0) or (re.sub("[.,]", "", bare) if grouped else bare.replace(",", ".")))
    return value * 1000 if bare != said else value


def number(word: str) -> int | None:
    """`three` or `3` as a number; None for any other word."""
    return int(word) if word.isdecimal() and len(word) < 7 else NUMBERS.get(word)


INSIDE: dict[str, str] = {
    "nut": "almond cashew hazelnut walnut pecan pistachio macadamia peanut brazil pine chestnut marzipan praline",
    "dairy": "milk butter cream cheese yoghurt yogurt lactose whey casein",
    "lactose": "milk cream whey dairy",
    "gluten": "wheat rye barley spelt semolina couscous bulgur",
    "coeliac": "gluten wheat rye barley spelt", "celiac": "gluten wheat rye barley spelt",
    "shellfish": "seafood crustacean shrimp prawn crab lobster mussel oyster clam mollusc scampi",
    "seafood": "fish crustacean shrimp prawn crab lobster mussel oyster clam mollusc squid salmon tuna cod anchovy",
    "prawn": "crustacean", "shrimp": "crustacean", "crab": "crustacean", "lobster": "crustacean",
    "meat": "beef pork lamb chicken turkey ham bacon veal duck venison sausage mutton",
    "alcohol": "wine beer rum brandy vodka whisky whiskey liqueur gin",
    "soy": "soya tofu edamame miso", "soya": "soy tofu edamame miso",
    "egg": "mayonnaise meringue", "sesame": "tahini halva", "fish": "salmon tuna cod anchovy herring trout mackerel",
}  # fmt: skip
"""What is inside of things, by the everyday word for it, and what counts as that: who may eat no nuts may eat no
almonds. Words in the singular."""
SUFFERERS = frozenset({"coeliac", "celiac", "coeliacs", "celiacs"})
"""Words for those who may not eat something, which stand for it."""

ALSO_CALLED: dict[str, tuple[str, ...]] = {
    "animation": ("cartoon", "animated"),
    "animated": ("cartoon", "animation"),
    "romance": ("love story", "romcom", "rom com"),
    "mystery": ("whodunit", "whodunnit"),
    "thriller": ("suspense",),
    "science fiction": ("scifi", "sci fi"),
    "sci fi": ("science fiction", "scifi"),
    "children's": ("kids", "kid's", "for kids", "for children"),
    "children": ("kids", "kid's"),
    "documentary": ("docu", "nonfiction"),
    "horror": ("scary movie", "scary film", "slasher"),
    "role playing": ("rpg",),
    "sparkling": ("bubbly", "fizz"),
    "united states": ("usa", "the us", "the states"),
    **{
        short: (word,)
        for word, short in zip(("first", "second", "third", "fourth"), ("1st", "2nd", "3rd", "4th"), strict=True)
    },
    "vegetarian": ("veggie",),
    "united kingdom": ("uk", "britain", "great britain"),
    **{
        day[:letters]: (day,)
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        for letters in (2, 3, 4)
    },
}
"""Other everyday words for kinds that catalogues have, by the catalogue's word."""
ALSO_NAMED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("step free", "barrier free", "accessible", "wheelchair accessible", "wheelchair access", "accessibility"),
        ("wheelchair", "wheelchair access", "wheelchair accessible", "wheelchair friendly", "step free", "accessible"),
    ),
    **dict.fromkeys(
        ("pets", "pets allowed", "pets welcome", "pets ok"),
        ("pet friendly", "dog friendly", "dog", "cat", "puppy", "kitten"),
    ),
    "dogs": ("dog friendly",), "dogs allowed": ("dog friendly",),
}  # fmt: skip
"""Other everyday words for what facts are called that hold or do not, by the name of the fact."""

PARTICLES = frozenset(("de", "di", "da", "del", "della", "van", "von", "der", "la", "le", "du", "dos", "bin", "al"))
"""Go on a name: `Christian De Sica`."""


def may_stand_alone(word: str) -> bool:
    """Whether a word can name something by itself."""
    return word not in FUNCTION and word not in TALK and word not in PRAISE and len(word) > 1
