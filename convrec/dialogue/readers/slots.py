"""What a message says, word by word: spans with a part to play, and what the message does as a whole.

How messages are taken apart by hand, in `adapters/*/examples.jsonl` and wherever readings are judged:

*Spans* hold the words that carry the meaning (`[horror] films`, `not too [scary]`), with the words that bind it only
where it would be lost without them (`[not longer than two hours]`, `[from the eighties]`). A list is as many spans as
it has members; a nation and a kind are two (`[british] [horror]`), the name of a kind is one (`[romantic comedy]`).

* `want` or `mood`: `want` is what an item *is, has or is about*, so that one can say yes or no to it: kind, nation,
  language, person, maker, platform, ingredient, mechanic, topic (`about [chess]`), place (`set in [Rome]`). `mood` is
  how it *feels* or how much of something there is: tone, pace, difficulty, quality, effect (`[slow]`, `[easy to
  follow]`, `make me [laugh]`, `more [action]`, `[lots of cinnamon]`, `[twist ending]`).
* `not` or `unmood`: the same line. `no [zombies]`, `without [nuts]`, `anything but [horror]` are `not`; `not too
  [gory]`, `less [talking]`, `nothing [heavy]` are `unmood`. Of titles `unlike` (`but not [Twilight]`), unless the title
  is judged (`hated`) or stands among the cards (`refuse`).
* `amount`: numbers with a unit and their words (`[cheap]`, `[shorter]`, `[for 4 players]`), ages as well (`[for a 7
  year old]`). Who it is for or what for is `occasion` (`[for my nephews]`, `[date night]`).
* `loved`: more than praise (a favourite, a masterpiece, amazing, five stars, again and again). `liked`: good, enjoyed,
  fun, a bare yes. `ok`: so so, `meh`, `not bad, but`. `disliked`: a fault is named, given up, not for me, a bare no.
  `hated`: strong words (awful, the worst), never again, one or two points of ten. `seen`: known and not judged; what
  one owns counts as seen, but a machine or service at home that limits the wish is `want`.
* `like`: more of that kind is wanted; `about`: a question is asked about it; `take`: chosen, to watch or buy. Words
  that point at an item are spans like its title (`loved [that], more like [it]`); `something else` points at nothing.
* `field`: the words that say which fact, as far as they are asked (`[how long]`, `[when]`, `who [made]`, `is it [on
  xbox]`). Whether something is any good has no field and is `about`, and so is its plot.
* Articles, `too`, `very` and `a bit` stay outside; the `for` or `with` of an occasion inside.

*Acts.* Asking for items is `recommend`, in whatever words: a question, several conditions in one phrase, a comparison
(`funnier`, `less gloomy`). A single kind, a bare condition or aversion, a preference (`rather X than Y`) and a taste
are `inform`. An item that is judged or known is `feedback`; cards turned down are `reject`, others of the same kind
`more`, and putting right what was understood is `correct` before all else. Whether a kind is there is asked by
`recommend`, whether a title is by `have`.

Two readings of 440 messages by this guide, made apart from each other, agree in .97 to .99 of their spans (F1).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convrec.errors import UsageError

SLOTS = (
    "want", "not", "when", "notwhen", "amount", "mood", "unmood", "occasion", "like", "unlike", "loved", "liked", "ok",
    "disliked", "hated", "seen", "take", "refuse", "about", "count", "known", "obscure", "varied", "lift", "field",
)  # fmt: skip
"""`want` and `not`: hard conditions in words and their opposite. `when`, `notwhen`: times. `amount`: other quantities.
`mood`, `unmood`: soft wishes and aversions. `occasion`: company and occasion. `like`, `unlike`: titles or references it
shall be like. `loved` to `hated`, `seen`: titles or references that are judged or known. `take`, `refuse`, `about`:
those accepted, turned down, asked about. `count`: how many. `known`, `obscure`, `varied`: how famous, how mixed.
`lift`: a condition taken back. `field`: the fact that is asked for."""

ACTS = (
    "greet", "thank", "bye", "smalltalk", "yes", "no", "recommend", "inform", "feedback", "accept", "reject", "more",
    "again", "surprise", "undo", "reset", "correct", "why", "about", "fact", "profile", "wish", "help", "have", "other",
)  # fmt: skip
"""What a message does; several at once may be done, the most telling first."""

_TELLING = (
    "undo", "reset", "correct", "accept", "recommend", "reject", "again", "more", "surprise", "why", "fact", "about",
    "have", "profile", "wish", "help", "feedback", "inform", "yes", "no", "smalltalk", "bye", "thank", "greet", "other",
)  # fmt: skip
"""Acts by how much hangs on them: what asks for items before what judges some, and both before courtesies."""


def by_weight(acts: Iterable[str]) -> tuple[str, ...]:
    """Acts of one message, the most telling first."""
    return tuple(sorted(acts, key=_TELLING.index))


@dataclass(frozen=True, slots=True)
class Span:
    """Words with a part to play.

    Attributes:
        start: First character.
        end: After the last one.
        slot: One of `SLOTS`.
    """

    start: int
    end: int
    slot: str


@dataclass(frozen=True, slots=True)
class Parse:
    """A message taken apart.

    Attributes:
        text: As written.
        spans: In order, none overlapping another.
        acts: Of `ACTS`, the most telling first.
    """

    text: str
    spans: tuple[Span, ...]
    acts: tuple[str, ...]


def read(file: Path) -> list[tuple[Parse, dict[str, Any]]]:
    """Parses from JSON lines: `{"text", "spans": [[start, end, slot], ...], "acts": [...]}`, and what else a line has.

    Raises:
        UsageError: The file is missing, or a line is malformed; names it.
    """
    if not file.is_file():
        raise UsageError(f"no file of utterances at {str(file)!r}")
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                found.append(_parsed(json.loads(line)))
            except (KeyError, TypeError, ValueError) as error:
                raise UsageError(f"{file}, line {number}: {error}") from error
    return found


def _parsed(data: dict[str, Any]) -> tuple[Parse, dict[str, Any]]:
    text = data.pop("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("'text' must be a text that is not empty")
    spans = tuple(sorted((Span(*entry) for entry in data.pop("spans")), key=lambda span: span.start))
    acts = tuple(data.pop("acts"))
    before = 0
    for span in spans:
        if span.slot not in SLOTS:
            raise ValueError(f"slot {span.slot!r}; there are: {', '.join(SLOTS)}")
        if not before <= span.start < span.end <= len(text):
            raise ValueError(f"span {span.start} to {span.end} lies outside the text or in another span")
        before = span.end
    if unknown := [act for act in acts if act not in ACTS]:
        raise ValueError(f"act {unknown[0]!r}; there are: {', '.join(ACTS)}")
    return Parse(text, spans, acts), data
