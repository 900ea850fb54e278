"""How simulated people word what they say: five ways to type, each with its own templates."""

from __future__ import annotations

from dataclasses import dataclass

ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class Style:
    """Templates of one way to type.

    Attributes:
        name: For reports.
        bare: Whether wishes are bare words (`comedy, 80s`).
        greets: Whether the first message says nothing yet.
        greeting: That message.
        wish: With `{wish}`: `a comedy film from the 1980s`.
        like: With `{title}` of something liked before.
        no: With `{kind}`, which it shall not be.
        rather: With `{kinds}` or `{word}`, which it shall be.
        more: With `{word}`, a mood.
        newer: What is shown is too old.
        older: What is shown is too new.
        shorter: What is shown is too long.
        longer: What is shown is too short.
        close: With `{place}` of the card that comes closest.
        but: With `{place}` and `{change}`, in what it differs.
        seen: With `{place}` of a card that is known and liked.
        others: Nothing of it, without a reason.
    """

    name: str
    wish: tuple[str, ...]
    like: tuple[str, ...]
    no: tuple[str, ...]
    rather: tuple[str, ...]
    more: tuple[str, ...]
    newer: tuple[str, ...]
    older: tuple[str, ...]
    shorter: tuple[str, ...]
    longer: tuple[str, ...]
    close: tuple[str, ...]
    but: tuple[str, ...]
    seen: tuple[str, ...]
    others: tuple[str, ...]
    bare: bool = False
    greets: bool = False
    greeting: tuple[str, ...] = ("Hello", "hi there")


PLAIN = Style(
    "plain",
    wish=("I'd like {wish}", "{wish}, please", "Show me {wish}."),
    like=("Something like {title}", "I'd like something like {title}."),
    no=("No {kind}, please.", "Not {kind}.", "I don't want {kind}."),
    rather=("I'd rather see {kinds}.", "Rather {kinds}.", "Show me {kinds}."),
    more=("More {word}, please.", "It should be {word}.", "Something {word}."),
    newer=("Something newer.", "Newer ones, please."),
    older=("Something older.", "Older ones, please."),
    shorter=("Something shorter.", "These are too long."),
    longer=("Something longer.",),
    close=("More like the {place} one.",),
    but=("Like the {place} one, but {change}.", "The {place} one, but more {change}."),
    seen=("I have seen the {place} one and liked it.", "I liked the {place} one."),
    others=("Show me others.", "Anything else?"),
)
POLITE = Style(
    "polite",
    wish=("Hello, could you recommend {wish}?", "I am looking for {wish}.", "Would you have {wish} for me?"),
    like=("Could you recommend something similar to {title}?", "I loved {title}. Do you have anything like it?"),
    no=("I would prefer to avoid {kind}, thank you.", "Thanks, but no {kind} please."),
    rather=("Thank you. Do you have any {kinds}?", "I was hoping for {kinds}."),
    more=("Could it be more {word}?", "I was hoping for something {word}."),
    newer=("Do you have anything newer?", "Could you suggest something more recent?"),
    older=("Do you have anything older?", "Could you suggest something older?"),
    shorter=("Do you have anything shorter?", "I would prefer something not too long."),
    longer=("Do you have anything longer?",),
    close=("The {place} one comes close. Do you have more like it?",),
    but=("Something like the {place} one, but {change}, please.",),
    seen=("I have already seen the {place} one, I liked it.",),
    others=("Could you suggest something else?", "Do you have other suggestions?"),
)
TERSE = Style(
    "terse",
    wish=("{wish}",),
    like=("like {title}",),
    no=("no {kind}", "not {kind}"),
    rather=("{word}", "{word} instead"),
    more=("more {word}", "{word}"),
    newer=("newer",),
    older=("older",),
    shorter=("shorter", "too long"),
    longer=("longer",),
    close=("more like the {place}",),
    but=("the {place} one but {change}",),
    seen=("seen the {place} one, liked it",),
    others=("more", "others"),
    bare=True,
)
CHATTY = Style(
    "chatty",
    wish=(
        "I had a long day and feel like {wish}, any ideas?",
        "we can't decide tonight... maybe {wish}?",
        "so my sister is visiting and I want {wish}",
    ),
    like=(
        "last week I rewatched {title} and loved it, I want something like that",
        "I really love {title}, more like it?",
    ),
    no=("hmm I'm not really in the mood for {kind}", "oh no, no {kind} for me"),
    rather=("hmm, maybe {kinds} would be nicer", "I think I want {kinds} actually"),
    more=("could be a bit more {word} I think", "hmm I want something {word}"),
    newer=("these feel a bit old, something newer maybe?", "anything more recent?"),
    older=("I'd rather have something older actually", "maybe an older one?"),
    shorter=("it's late, something shorter?", "that's too long for tonight"),
    longer=("I have all evening, something longer?",),
    close=("oh the {place} one looks close, more like that",),
    but=("the {place} one looks good but I want it more {change}",),
    seen=("oh I've seen the {place} one, I liked that",),
    others=("hmm no, what else?", "something else maybe?"),
)
SHY = Style(
    "shy",
    wish=("{wish}", "maybe {wish}"),
    like=("something like {title} maybe",),
    no=("no {kind}", "please no {kind}"),
    rather=("maybe {kinds}", "{kinds}"),
    more=("something {word}", "more {word}"),
    newer=("something newer",),
    older=("something older",),
    shorter=("something shorter",),
    longer=("something longer",),
    close=("something like the {place} one",),
    but=("like the {place} one but {change}",),
    seen=("I know the {place} one, it was good",),
    others=("other ones",),
    greets=True,
    greeting=("hi", "hello", "hey, can you help me?", "I don't know what I want"),
)
STYLES = (PLAIN, POLITE, TERSE, CHATTY, SHY)
