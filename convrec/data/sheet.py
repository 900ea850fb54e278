"""A person's own list, as other services export it: titles or ids, ratings and dates in columns of any name."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from convrec.data.cells import year_of
from convrec.data.events import parse_time
from convrec.data.titles import normalise_title, parse_title
from convrec.errors import UsageError
from convrec.protocols import Catalogue
from convrec.signal import Scale
from convrec.types import Interaction, ItemId

MOST_ROWS = 20_000
_LONGEST_CELL = 4000

_HEADS: Mapping[str, tuple[str, ...]] = {
    "item_id": ("itemid", "item", "asin", "parentasin", "movieid", "id"),
    "title": ("title", "name", "film", "movie", "book", "game", "song", "track", "album", "artist", "product", "item"),
    "year": ("year", "releaseyear", "yearpublished", "originalpublicationyear"),
    "rating": ("rating", "myrating", "yourrating", "userrating", "stars", "score", "rate"),
    "timestamp": (
        "timestamp", "watcheddate", "dateread", "daterated", "datewatched", "date", "dateadded", "time", "created",
    ),
    "kind": ("kind", "action", "event", "verdict"),
    "review": ("review", "myreview", "yourreview", "notes", "comment"),
}  # fmt: skip
"""Column names of well-known exports, without spaces and case; those named first win."""

_STARS = re.compile(r"^(?P<full>[★*]{1,10})(?P<half>½)?$")
_DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})$")
_FORMS = ("%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%Y")
_TOPS = (1.0, 5.0, 10.0, 100.0)
_TELLING = 5
"""Ratings from which on it says something that none lies above half of the scale."""
_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))

Reason = Literal["no_title", "unknown_item", "several_items", "bad_rating", "again"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken.

    Attributes:
        line: Of the file, from 1.
        said: What stands there, shortened.
        reason: `no_title`, `unknown_item`, `several_items` (the title fits more than one), `bad_rating` or `again`.
    """

    line: int
    said: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says.

    Attributes:
        events: One a row that can be taken, without a user, in the order of the file.
        refused: The other rows.
        read: How many rows there were.
        columns: Which column was read as what.
        scale: The scale of its ratings where it differs from the log's, which they were brought to; else None.
        undated: Rows whose date could not be read; they are taken without one.
    """

    events: tuple[Interaction, ...]
    refused: tuple[Refused, ...]
    read: int
    columns: Mapping[str, str]
    scale: tuple[float, float] | None = None
    undated: int = 0


def read_sheet(text: str, catalogue: Catalogue, scale: Scale) -> Sheet:
    """Read a person's list: CSV of any delimiter, or plain titles one a line.

    A row names its item by id or by title, with or without a year in a column or in brackets. Ratings on another
    scale are brought to the log's; `0` where a scale begins above it means no rating.

    Args:
        text: The file.
        catalogue: Whose items are meant.
        scale: Of the log.

    Raises:
        UsageError: It is empty or too long, or nothing in it names items.
    """
    rows, columns = _table(text)
    items = _Items(catalogue)
    columns = _checked(rows, columns, items)
    ratings = [_rating(row.cells.get(columns.get("rating", ""), "")) for row in rows]
    theirs = _their_scale([value for value in ratings if value is not None and value == value], scale)
    month_first = _month_first([row.cells.get(columns.get("timestamp", ""), "") for row in rows])
    events: list[Interaction] = []
    refused: list[Refused] = []
    seen: set[tuple[ItemId, float | None]] = set()
    undated = 0
    for row, rating in zip(rows, ratings, strict=True):
        cells = {name: row.cells.get(column, "").strip() for name, column in columns.items()}
        found = items.find(cells.get("item_id", ""), cells.get("title", ""), year_of(cells.get("year", "")))
        when, failed = _time(cells.get("timestamp", ""), month_first)
        undated += failed
        reason: Reason | None = None
        if not isinstance(found, Interaction):
            reason = found
        elif rating is not None and rating != rating:
            reason = "bad_rating"
        elif (found.item_id, when) in seen:
            reason = "again"
        if reason is not None or not isinstance(found, Interaction):
            said = cells.get("title") or cells.get("item_id") or " ".join(row.cells.values())
            refused.append(Refused(row.line, said[:80], reason or "unknown_item"))
            continue
        seen.add((found.item_id, when))
        value = _scaled(rating, theirs, scale)
        kind = cells.get("kind", "").lower() or ("view" if value is None else "rate")
        events.append(Interaction("", found.item_id, value, when, kind[:40], cells.get("review", "")[:_LONGEST_CELL]))
    return Sheet(tuple(events), tuple(refused), len(rows), columns, theirs, undated)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: dict[str, str]


class _Items:
    """The catalogue by id and by title."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._by_title: dict[str, list[ItemId]] = {}
        for item in catalogue.items:
            also = item.facts.get("also", ())
            for title in (item.title, *(also if isinstance(also, tuple) else (str(also),))):
                known = self._by_title.setdefault(normalise_title(title), [])
                if item.id not in known:
                    known.append(item.id)

    def has(self, item_id: str) -> bool:
        return item_id in self._catalogue

    def find(self, item_id: str, title: str, year: int | None) -> Interaction | Reason:
        """An event on the item that is meant, or why there is none."""
        if item_id and item_id in self._catalogue:
            return Interaction("", item_id)
        if not title:
            return "unknown_item" if item_id else "no_title"
        year = year or parse_title(title).year
        found = self._by_title.get(normalise_title(title), [])
        if year is not None and found:
            # Years of one work differ by one between catalogues; a title without a year fits any.
            gaps = {one: abs((self._catalogue[one].year or year) - year) for one in found}
            found = [one for one in found if gaps[one] == min(gaps.values()) <= 1]
        if not found:
            return "unknown_item"
        # Twice the same title of the same year is one work that the catalogue lists twice.
        one = len({self._catalogue[item_id].year for item_id in found}) == 1
        return Interaction("", found[0]) if one else "several_items"


def _table(text: str) -> tuple[list[_Row], dict[str, str]]:
    """Rows by column name; a file without a header has the one column `title`."""
    text = text.removeprefix("\ufeff").replace("\0", "")
    if not text.strip():
        raise UsageError("the file is empty")
    delimiter = _delimiter(text)
    csv.field_size_limit(1_000_000)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise UsageError(f"the file cannot be read as a table: {error}") from error
    if len(lines) > MOST_ROWS + 1:
        raise UsageError(f"the file has {len(lines):,} rows; at most {MOST_ROWS:,} are read at once")
    head = [cell.strip() for cell in lines[0][1]]
    columns = _columns(head)
    if columns:
        return [_Row(line, dict(zip(head, cells, strict=False))) for line, cells in lines[1:]], columns
    return [_Row(line, {"title": cells[0]}) for line, cells in lines], {"title": "title"}


def _delimiter(text: str) -> str:
    first = text.lstrip().splitlines()[0]
    counts = {mark: first.count(mark) for mark in (",", ";", "\t", "|")}
    best = max(counts, key=lambda mark: counts[mark])
    # A plain list of titles: what separates nothing in the header line is none.
    return best if counts[best] and _columns([cell.strip(' "') for cell in first.split(best)]) else "\x1f"


def _columns(head: Sequence[str]) -> dict[str, str]:
    """Which column is which; empty where no column names items."""
    plain = {re.sub(r"[^a-z]", "", name.lower()): name for name in reversed(head)}
    found: dict[str, str] = {}
    for meaning, names in _HEADS.items():
        name = next((plain[known] for known in names if known in plain and plain[known] not in found.values()), None)
        if name is None and meaning == "title":
            name = next((whole for short, whole in plain.items() if short.endswith(("title", "name"))), None)
        if name is not None:
            found[meaning] = name
    return found if "item_id" in found or "title" in found else {}


def _checked(rows: Sequence[_Row], columns: dict[str, str], items: _Items) -> dict[str, str]:
    """Without a column of ids that means nothing here: ids of other services are no ids of this catalogue."""
    given = columns.get("item_id")
    if given is None:
        return columns
    rest = {name: column for name, column in columns.items() if name != "item_id"}
    own = re.sub(r"[^a-z]", "", given.lower()) == "itemid"
    if "title" in columns:
        return columns if own else rest
    known = any(items.has(row.cells.get(given, "").strip()) for row in rows)
    return columns if known or given.strip().lower() != "item" else {**rest, "title": given}


def _rating(cell: str) -> float | None:
    """A number, stars, or None where nothing stands; NaN for what is neither."""
    cell = cell.strip()
    if not cell or cell.lower() in ("nan", "none", "null", "n/a", "-"):
        return None
    if found := _STARS.fullmatch(cell):
        return len(found["full"]) + (0.5 if found["half"] else 0.0)
    try:
        value = float(cell.replace(",", ".").removesuffix("/10").removesuffix("/5").removesuffix("%"))
    except ValueError:
        return float("nan")
    return value if abs(value) < 1e9 else float("nan")


def _their_scale(values: Sequence[float], scale: Scale) -> tuple[float, float] | None:
    """The scale of the file's ratings; None where it is the log's own."""
    if not values:
        return None
    top = next((top for top in _TOPS if max(values) <= top), max(values))
    if max(values) <= scale.high and (top >= scale.high or len(values) < _TELLING):
        return None
    said = [value for value in values if value > 0]
    low = 1.0 if top in (5.0, 10.0) and said and min(said) >= 1 else 0.0
    return (low, top)


def _scaled(rating: float | None, theirs: tuple[float, float] | None, scale: Scale) -> float | None:
    """On the log's scale."""
    if rating is None or (rating == 0 and scale.low > 0 and (theirs is None or theirs[0] > 0)):
        return None
    if theirs is None:
        return min(max(rating, scale.low), scale.high)
    low, top = theirs
    share = (min(max(rating, low), top) - low) / (top - low)
    return round(scale.low + share * (scale.high - scale.low), 2)


def _month_first(cells: Iterable[str]) -> bool | None:
    """Whether dates such as `3/4/2021` begin with the month; None where no date of the file tells."""
    days = [found for cell in cells if (found := _DAY.fullmatch(cell.strip()))]
    if any(int(found[1]) > 12 for found in days):
        return False
    return True if any(int(found[2]) > 12 for found in days) else None


def _time(cell: str, month_first: bool | None) -> tuple[float | None, bool]:
    """Seconds since 1970, and whether a date stands there that cannot be read."""
    if not cell:
        return None, False
    try:
        value = parse_time(cell)
    except ValueError:
        return _spelled(cell, month_first)
    if value != value or abs(value) == float("inf"):
        return None, True
    return next((value / divisor for least, divisor in _UNITS if value >= least), value), False


def _spelled(cell: str, month_first: bool | None) -> tuple[float | None, bool]:
    forms: tuple[str, ...] = _FORMS
    if found := _DAY.fullmatch(cell):
        if month_first is None:
            return None, True
        year = "%Y" if len(found[3]) == 4 else "%y"
        cell = f"{found[1]}/{found[2]}/{found[3]}"
        forms = (f"%m/%d/{year}",) if month_first else (f"%d/%m/{year}",)
    for form in forms:
        try:
            return datetime.strptime(cell, form).replace(tzinfo=UTC).timestamp(), False
        except ValueError:
            continue
    return None, True
