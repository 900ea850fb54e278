"""The readers of messages beside each other: rules, the tuned models, both; links of misspelt titles; time a turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.readers.slots import Parse
from convrec.dialogue.state import State, start
from convrec.dialogue.words.words import keys
from convrec.errors import UsageError
from convrec.evaluate.consequence import as_written, by_hand, compare
from convrec.evaluate.interval import bootstrap
from convrec.evaluate.understanding import judge

if TYPE_CHECKING:
    from convrec.dialogue.readers.tagger import Tagger
    from convrec.dialogue.sense.understand import Understander
    from convrec.dialogue.understanding import Understanding
    from convrec.evaluate.consequence import Consequences

Progress = Callable[[str], None]
Uttered = Sequence[tuple[Parse, Mapping[str, Any]]]

IN_VIEW = 5
LEAST_LETTERS = 5
"""Shorter titles are no titles any more with a letter wrong (`Up`, `Heat`)."""
_SAID = (
    "something like {}",
    "i loved {}",
    "have you got {}?",
    "{} was boring",
    "i watched {} last night",
    "more like {} please",
)


@dataclass(frozen=True)
class Shelf:
    """One kind of catalogue with the two ways of reading messages against it.

    Attributes:
        rules: Reads without the LLM.
        both: Reads with it; None: it is not there.
    """

    rules: Understander
    both: Understander | None = None


def evaluate(
    uttered: Uttered,
    shelves: Mapping[str, Shelf],
    tagger: Tagger | None,
    *,
    part: str = "",
    titles: int = 300,
    seed: int = 0,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Figures of rules, models and both, of every kind of catalogue together and one by one.

    Args:
        uttered: Of `dialogue.slots.read`; `part` and `catalogue` of each are looked at.
        shelves: By kind of catalogue; one named `` serves the kinds that have none.
        tagger: The LLM with its adapter, and the encoder where it can read messages; None: not there.
        part: Only messages of this part; empty: all.
        titles: Linked with a typo from each catalogue, at most; 0: none.
        seed: Of typos and bootstrap.
        progress: Told each step.

    Raises:
        UsageError: No message is of this part.
    """
    chosen = [
        (parse, str(more.get("catalogue", ""))) for parse, more in uttered if more.get("part", "") == part or not part
    ]
    if not chosen:
        known = ", ".join(sorted({str(more.get("part", "")) for _, more in uttered}))
        raise UsageError(f"no message of part {part!r}; there are: {known}")
    parses, kinds = [parse for parse, _ in chosen], [kind for _, kind in chosen]
    found: dict[str, list[Parse]] = {}
    seconds: dict[str, list[float]] = {}
    done: dict[str, Consequences] = {}
    progress(f"reading {len(parses)} messages: by hand")
    wanted = [_meant(by_hand(_shelf(shelves, kind).rules, parse), parse) for parse, kind in chosen]
    for name in ("rules", "both"):
        if name == "both" and tagger is None:
            continue
        progress(f"reading {len(parses)} messages: {name}")
        meanings, seconds[name] = _read(chosen, shelves, name)
        found[name] = [
            as_written(meaning.parse or Parse(parse.text, (), ("other",)), parse.text)
            for meaning, parse in zip(meanings, parses, strict=True)
        ]
        done[name] = compare(wanted, meanings, seed=seed)
    if tagger is not None:
        texts = [parse.text for parse in parses]
        if tagger.has_ear:
            found["LLM with the encoder"] = [one.parse for one in tagger.read_all(texts)]
        found["LLM"] = [one.parse for one in tagger.alone().read_all(texts)]
    table: dict[str, Any] = {}
    for name, readings in found.items():
        table[name] = {"all": judge(parses, readings, seed=seed)}
        for kind in dict.fromkeys(kinds):
            own = [place for place, other in enumerate(kinds) if other == kind]
            table[name][kind] = judge([parses[at] for at in own], [readings[at] for at in own], seed=seed)
    links = {
        name: linked(shelf.rules, count=titles, seed=seed)
        for name, shelf in shelves.items()
        if titles and len(shelf.rules.catalogue) > IN_VIEW
    }
    return {
        "part": part or "all",
        "messages": len(parses),
        "seed": seed,
        "readers": table,
        "consequences": done,
        "milliseconds": {name: _quantiles(times) for name, times in seconds.items()},
        "titles": links,
    }


def in_view(reader: Understander) -> State:
    """A conversation in which five items have just been shown."""
    items = tuple(item.id for item in reader.catalogue.items[:IN_VIEW])
    return replace(start(IN_VIEW), shown=items, last_shown=items)


def misspelt(title: str, draw: np.random.Generator) -> str:
    """A title with one letter dropped, doubled, swapped with its neighbour or replaced; never the first one."""
    letters = [place for place, letter in enumerate(title) if letter.isalpha() and place]
    place = letters[int(draw.integers(len(letters)))]
    way = int(draw.integers(4))
    if way == 0:
        return title[:place] + title[place + 1 :]
    if way == 1:
        return title[:place] + title[place] + title[place:]
    if way == 2 and place + 1 < len(title) and title[place + 1].isalpha() and title[place + 1] != title[place]:
        return title[:place] + title[place + 1] + title[place] + title[place + 2 :]
    return title[:place] + chr(ord("a") + int(draw.integers(26))) + title[place + 1 :]


def linked(reader: Understander, *, count: int, seed: int = 0) -> dict[str, Any]:
    """Share of titles that are linked to their item, as they are and with one typo, in sentences people write.

    Args:
        reader: With its catalogue.
        count: Titles drawn, at most, from those of at least five letters.
        seed: Of titles, typos and sentences.
    """
    draw = np.random.default_rng(seed)
    items = [item for item in reader.catalogue.items if sum(letter.isalpha() for letter in item.title) >= LEAST_LETTERS]
    chosen = [items[place] for place in draw.permutation(len(items))[:count].tolist()]
    right: dict[str, list[float]] = {"as written": [], "one typo": []}
    missed = []
    for item in chosen:
        frame = _SAID[int(draw.integers(len(_SAID)))]
        for name, title in (("as written", item.title), ("one typo", misspelt(item.title, draw))):
            mentions = reader.mentions(frame.format(title))
            names = {
                keys(reader.catalogue[one].title) for mention in mentions for one in (mention.item_id, *mention.others)
            }
            right[name].append(float(keys(item.title) in names))
            if name == "one typo" and not right[name][-1]:
                missed.append(frame.format(title))
    return {
        "titles": len(chosen), **{name: bootstrap(np.array(marks), seed=seed) for name, marks in right.items()},
        "missed": missed[:20],
    }  # fmt: skip


def _read(
    chosen: Sequence[tuple[Parse, str]], shelves: Mapping[str, Shelf], name: str
) -> tuple[list[Understanding], list[float]]:
    found, seconds = [], []
    for parse, kind in chosen:
        shelf = _shelf(shelves, kind)
        reader = shelf.rules if name == "rules" or shelf.both is None else shelf.both
        began = time.perf_counter()
        found.append(_meant(reader, parse))
        seconds.append(time.perf_counter() - began)
    return found, seconds


def _shelf(shelves: Mapping[str, Shelf], kind: str) -> Shelf:
    return shelves.get(kind) or shelves[""]


def _meant(reader: Understander, parse: Parse) -> Understanding:
    return reader.understand(parse.text, in_view(reader))


def _quantiles(seconds: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.quantile(seconds, [0.5, 0.95])
    return {"p50": float(p50) * 1000, "p95": float(p95) * 1000}
