"""What the cells of an item table mean: years, lists of words, numbers, flags."""

from __future__ import annotations

import ast
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from unicodedata import combining, normalize

from convrec.data.measures import NOTHING, measure_of
from convrec.data.months import months_of
from convrec.facts import unit_of
from convrec.language import singular
from convrec.types import FactValue

_WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"[+-]?(?:0|[1-9]\d{0,14})?\.\d+(?:[eE][+-]?\d+)?")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_YES = ("true", "yes", "y", "ja", "oui", "sí", "si", "sim")
_NO = ("false", "no", "n", "nein", "non", "não", "nao")
_MARKS = frozenset({"x", "✓", "✔", "●", "•"})
"""Ticks of lists; what has none is not so."""
_FLAGS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
_SAID = _FLAGS | dict.fromkeys(_MARKS, True)
"""Ticks beside words: `x` among `yes` and `no`."""
_YEAR = re.compile(r"(?P<alone>-?\d{1,4})(?:\.0*)?|(?P<first>\d{4})[-/.].*|.*[-/. ](?P<last>\d{4})")
_PIECE, _PIECE_WORDS = 40, 4
"""Letters and words of a piece of a list without bars, at most."""
_FEW = 4
"""Pieces of words with a slash from which on it says something that they come back."""
_COUNTED = re.compile(
    r"^(?:n|nr|no|num|number|count|total)[_ ]|[_ ](?:count|number|level|grade|rank|score)$|^(?:id|rank)$"
)
"""Names of numbers that count or grade."""
_WORD = 60
"""Letters of a list's typical entry at most; longer pieces between bars are prose."""


def year_of(cell: Any) -> int | None:
    """The year of a number, a date, or words such as `1995`, `1995-07-14` or `14-Jul-1995`; else None."""
    if isinstance(cell, date):
        return cell.year
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    found = _YEAR.fullmatch(str(cell).strip())
    year = int(next(part for part in found.groups() if part is not None)) if found else 0
    return year if 1 <= year <= 2200 else None


def word_list(cell: Any, separator: str = "|") -> tuple[str, ...]:
    """The words of a list, of its JSON or Python spelling, or of words separated by any of some marks; each once."""
    if isinstance(cell, str):
        cell = _spelled_list(cell) or re.split(f"[{re.escape(separator)}]", cell)
    words = (" ".join(_word(entry).split()) for entry in cell)
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.casefold(), word)
    return tuple(word for word in first.values() if word)


def separator_of(cells: Iterable[Any]) -> str:
    """What separates the words of a column of categories: a bar; a comma where there is no bar but many commas."""
    words = [cell for cell in cells if isinstance(cell, str) and cell.strip() and _spelled_list(cell) is None]
    if any("|" in word for word in words):
        return "|"
    return "," if 4 * sum("," in word for word in words) > len(words) else "|"


def fact_values(cells: Sequence[Any], name: str = "") -> list[FactValue | None]:
    """A whole column as facts of one kind, so that filters mean the same for every item; None: says nothing.

    Args:
        cells: A cell an item.
        name: Of the column; it tells zeros and ones that answer a question (`waterproof`) from counts (`wins`).
    """
    present = [cell for cell in cells if not _absent(cell)]
    if _answers(present, name):
        return [None if _absent(cell) else str(cell).strip() == "1" for cell in cells]
    if ticked := _ticked(cells, present):
        return ticked
    if present and all(isinstance(cell, str) for cell in present):
        return _from_words(cells, [cell.strip() for cell in present])
    if all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in present):
        whole = all(float(cell).is_integer() for cell in present)
        return [None if _absent(cell) else int(cell) if whole else float(cell) for cell in cells]
    return [None if _absent(cell) else _fact(cell) for cell in cells]


def _ticked(cells: Sequence[Any], present: Sequence[Any]) -> list[FactValue | None]:
    """Flags of a column of ticks: what has none is not so; empty: it is no such column."""
    said = {cell.strip().lower() if isinstance(cell, str) else "" for cell in present}
    if len(said) != 1 or not said <= _MARKS or len(present) in (0, len(cells)):
        return []
    return [not _absent(cell) for cell in cells]


def _answers(present: Sequence[Any], name: str) -> bool:
    """Whether zeros and ones say no and yes: both occur, and the name counts nothing."""
    said = {str(cell).strip() for cell in present if not isinstance(cell, bool | float)}
    if said != {"0", "1"} or any(isinstance(cell, bool | float) for cell in present):
        return False
    about, unit = unit_of(name)
    return bool(about) and not unit and not _COUNTED.search(name)


def _from_words(cells: Sequence[Any], words: list[str]) -> list[FactValue | None]:
    """Words that are numbers, flags or lists throughout become that."""
    measure = measure_of(words)
    if measure is not None and not all(_WHOLE.fullmatch(word) or _DECIMAL.fullmatch(word) for word in words):
        found = iter(measure.values)
        return fact_values([None if _absent(cell) else next(found) for cell in cells])
    if (months := months_of(words)) is not None:
        spans = iter(months)
        return [None if _absent(cell) else _kept(next(spans)) for cell in cells]
    if mark := _parts(words):
        return [None if _absent(cell) or _says_nothing(cell) else _kept(word_list(cell, mark)) for cell in cells]
    convert: Any = _one_spelling(words)
    known = [word for word in words if not _unknown(word)]
    if len(words) > _FEW and 0 < len(known) < len(words):
        return _from_words([None if isinstance(cell, str) and _unknown(cell) else cell for cell in cells], known)
    pieces = [piece for word in words for piece in word.split("|")]
    if all(_WHOLE.fullmatch(word) for word in words):
        convert = int
    elif all(_WHOLE.fullmatch(word) or _DECIMAL.fullmatch(word) for word in words):
        convert = float
    elif any(word.lower() in _FLAGS for word in words) and all(word.lower() in _SAID for word in words):
        convert = _flag
    elif any(_spelled_list(word) is not None for word in words) or (
        len(pieces) > len(words) and sorted(map(len, pieces))[len(pieces) // 2] <= _WORD
    ):
        convert = word_list
    return [None if _absent(cell) else _kept(convert(cell.strip())) for cell in cells]


def _one_spelling(words: Sequence[str]) -> Callable[[str], str]:
    """How each word of a column is told: as most cells write it, whatever their case; `y` as yes beside `semi`."""
    spelt: dict[str, Counter[str]] = {}
    for word in words:
        spelt.setdefault(_key(word), Counter())[word] += 1
    if len(spelt) > len(words) / 2:
        return str
    answers = sum(word.lower() in _FLAGS for word in words) >= len(words) / 2

    def told(word: str) -> str:
        flag = _FLAGS.get(word.lower()) if answers else None
        return spelt[_key(word)].most_common(1)[0][0] if flag is None else ("yes" if flag else "no")

    return told


def _key(word: str) -> str:
    """What spellings of one word have in common: its case, marks over letters, hyphens and a plural aside."""
    plain = word.casefold().translate(_UMLAUTS)
    plain = "".join(char for char in normalize("NFD", plain) if not combining(char))
    return singular(" ".join(re.split(r"[\s_-]+", plain)))


def _parts(words: Sequence[str]) -> str:
    """What separates the words of a column of lists that has no bars: `;`, a comma or a slash; empty: none does.

    Pieces must be short, most of them must come back in other cells, and some at another place: `Paris, France` and
    `Tolkien, J. R. R.` are one name each. A slash may stand beside another mark, a comma in its place.
    """
    if any("|" in word or _spelled_list(word) is not None for word in words):
        return ""
    words = [word for word in words if not _says_nothing(word)]
    mark = next((mark for mark in (";", ",", "/") if _are_lists(words, mark)), "")
    pieces = [piece.strip() for word in words for piece in word.split(mark)] if mark and mark != "/" else []
    if mark == ";" and _in_place_of(words, mark, ","):
        mark, pieces = f"{mark},", [piece.strip() for word in words for piece in re.split("[;,]", word)]
    return f"{mark}/" if len(pieces) > len(words) and _come_back(pieces, "/") else mark


def _in_place_of(words: Sequence[str], mark: str, other: str) -> bool:
    """Whether some cells part by another mark what stands by itself in cells with the first one, and none has both."""
    if any(mark in word and other in word for word in words):
        return False
    known = {piece.strip().casefold() for word in words if other not in word for piece in word.split(mark)}
    parted = [piece.strip().casefold() for word in words if other in word for piece in word.split(other)]
    return len(parted) >= _FEW and 2 * sum(piece in known for piece in parted) >= len(parted)


def _come_back(words: Sequence[str], mark: str) -> bool:
    """Whether a mark parts several words, and most of what it parts stands in other words, too."""
    parted = [[piece.strip().casefold() for piece in word.split(mark)] for word in words]
    counts = Counter(piece for pieces in parted for piece in pieces)
    inside = [piece for pieces in parted if len(pieces) > 1 for piece in pieces]
    if len(inside) < _FEW or any(not piece or any(map(str.isdigit, piece)) for piece in inside):
        return False
    return 2 * sum(counts[piece] > 1 for piece in inside) >= len(inside)


def _are_lists(words: Sequence[str], mark: str) -> bool:
    cells = [[piece.strip() for piece in word.split(mark)] for word in words]
    several = [cell for cell in cells if len(cell) > 1]
    if 10 * len(several) < len(cells) or not several or any(not piece for cell in several for piece in cell):
        return False
    if mark == "/" and any(piece.replace(".", "").isdecimal() for cell in several for piece in cell):
        return False  # "24/7"
    if any(len(piece) > _PIECE or len(piece.split()) > _PIECE_WORDS for cell in several for piece in cell):
        return False
    places: dict[str, set[int]] = {}
    counts: Counter[str] = Counter()
    for cell in cells:
        for place, piece in enumerate(cell):
            places.setdefault(piece.casefold(), set()).add(place)
            counts[piece.casefold()] += 1
    pieces = [piece.casefold() for cell in several for piece in cell]
    again = sum(counts[piece] > 1 for piece in pieces)
    whole = {cell[0].casefold() for cell in cells if len(cell) == 1}
    apart = any(len(places[piece]) > 1 for piece in pieces) or any(
        all(piece.casefold() in whole or counts[piece.casefold()] > 1 for piece in cell)
        and any(piece.casefold() in whole for piece in cell)
        for cell in several
    )
    return 2 * again >= len(pieces) and (apart or mark == ";")


def _kept(value: FactValue) -> FactValue | None:
    return None if value == () else value


def _unknown(word: str) -> bool:
    return word.strip().lower() in ("n/a", "n.a.", "?", "-", "--", "–", "—", "k.a.", "tba", "tbd", "unknown")


def _says_nothing(cell: Any) -> bool:
    return isinstance(cell, str) and cell.strip().lower() in NOTHING - {"none", "sold out"}


def _flag(word: str) -> bool:
    return _SAID[word.lower()]


def _absent(cell: Any) -> bool:
    if cell is None:
        return True
    if isinstance(cell, str):
        return not cell.strip()
    if isinstance(cell, float):
        return not math.isfinite(cell)
    return isinstance(cell, list | tuple | dict) and not cell


def _fact(cell: Any) -> FactValue | None:
    if isinstance(cell, bool | int | float):
        return cell
    if isinstance(cell, list | tuple):
        return word_list(cell) or None
    return _word(cell)


def _word(entry: Any) -> str:
    """One entry as words: a date in ISO, an object by its name."""
    if entry is None:
        return ""
    if isinstance(entry, datetime):
        return (entry.date() if entry.time() == time() else entry).isoformat()
    if isinstance(entry, date):
        return entry.isoformat()
    if isinstance(entry, dict):
        return str(entry["name"]) if "name" in entry else json.dumps(entry, ensure_ascii=False, default=str)
    return str(entry)


def _spelled_list(word: str) -> list[Any] | None:
    """The list that `["a", "b"]` or `['a', 'b']` spells out; None for anything else."""
    word = word.strip()
    if not (word.startswith("[") and word.endswith("]")):
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(word)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list):
            return value
    return None
