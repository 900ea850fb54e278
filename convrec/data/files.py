"""Tables on disk, read as they are: CSV, JSON lines, Parquet, each also as .gz."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from convrec.data.report import Report
from convrec.errors import UsageError

FORMATS = ".parquet, .csv, .tsv, .jsonl (each also .gz)"
REPEATED = ("user_id", "item_id", "rating", "kind")
"""Columns whose words repeat, read as dictionaries."""
NUMBERS = ("rating", "timestamp")
"""Columns of a log that are numbers in all but odd ones: half the memory and time of reading them as words."""

_CHUNK = 1 << 20
_BLOCK = 8 << 20
_FIELD = 1 << 28
"""Bytes of the longest cell; Python's own limit of 128 kB is less than a long review."""
_BATCH = 65_536


@dataclass(frozen=True, slots=True)
class Columns:
    """A raw table, nothing checked yet.

    Attributes:
        path: The file.
        table: `pyarrow.Table`; names stripped and in lower case; words where the format has no types.
        locate: Row number to `file:line` and the text of the row; reads the file again, so ask once a reason.
        names: Every column of the file, those that are not kept as well.
    """

    path: Path
    table: Any
    locate: Callable[[int], tuple[str, str]]
    names: tuple[str, ...] = ()


def read_columns(path: Path, table: str, report: Report, wanted: Sequence[str] | None = None) -> Columns:
    """Read a table whose format its name tells.

    Args:
        path: The file.
        table: `items` or `interactions`, for the report.
        report: Takes rows that are not even rows (wrong number of fields, broken JSON).
        wanted: Columns to keep where present; None: all.

    Raises:
        UsageError: The file is missing, empty, damaged, or of an unknown format.
    """
    if path.is_dir():
        raise UsageError(f"{str(path)!r} is a folder; name the file of {table} in it ({FORMATS})")
    if not path.is_file():
        raise UsageError(f"no file {str(path)!r}")
    if path.stat().st_size == 0:
        raise UsageError(f"{path} is empty")
    suffix = _suffix(path)
    if suffix == ".parquet":
        return _parquet(path, wanted)
    if suffix in (".csv", ".tsv"):
        return read_delimited(path, table, report, wanted=wanted)
    if suffix in (".jsonl", ".ndjson"):
        return _json_lines(path, table, report, wanted)
    way = _WAYS.get(suffix, "convert or rename it")
    raise UsageError(f"{path} has an unknown format {suffix!r}; convrec reads {FORMATS}: {way}")


_WAYS = {
    ".json": "write one JSON object a line and call it .jsonl",
    ".xlsx": "save the sheet as CSV",
    ".xls": "save the sheet as CSV",
    ".ods": "save the sheet as CSV",
    ".txt": "rename it to .csv or .tsv where it is a table",
    ".zip": "unpack it",
}


def _suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def open_bytes(path: Path) -> IO[bytes]:
    """The content of a file, unpacked where its name ends in .gz."""
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")


def encoding_of(path: Path, report: Report) -> str:
    """UTF-8 (with or without a mark) or UTF-16 where it reads as that, else Latin-1, with a remark."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with open_bytes(path) as file:
            head = file.read(_CHUNK)
            if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            chunk = head
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(_CHUNK)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        report.remark(f"{path.name} is not UTF-8; read as Latin-1")
        return "latin-1"
    except (OSError, EOFError) as error:
        raise UsageError(f"{path} cannot be unpacked: {error}") from error
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def read_delimited(
    path: Path,
    table: str,
    report: Report,
    *,
    names: Sequence[str] | None = None,
    delimiter: str = "",
    quoted: bool = True,
    wanted: Sequence[str] | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Columns:
    """Read a text table; everything stays words, ids and ratings as dictionaries to save memory.

    Args:
        path: The file.
        table: `items` or `interactions`, for the report.
        report: Takes rows with a wrong number of fields.
        names: Column names where the first line is already a row; None: the first line holds them.
        delimiter: One character; empty: the commonest of comma, semicolon, tab and bar in the first line.
        quoted: Whether double quotes enclose fields.
        wanted: Columns to keep where present; None: all.
        renamed: Columns of the file (in lower case) that have another name with us.
    """
    import pyarrow as pa
    import pyarrow.csv as pcsv

    encoding = encoding_of(path, report)
    first = _first_record(path, encoding)
    delimiter = delimiter or max(",;\t|", key=first.count)
    header = list(names) if names else next(csv.reader([first], delimiter=delimiter), [])
    found = [(renamed or {}).get(name, name) for name in _unique(path, header)]
    if quoted:
        _closed(path, encoding, delimiter)
    words = pa.dictionary(pa.int32(), pa.string())
    types = {name: words if name in REPEATED else pa.string() for name in found}
    numbers = dict.fromkeys(NUMBERS, pa.float64()) if table == "interactions" else {}
    kept = [name for name in found if wanted is None or name in wanted]
    broken = 0

    def parsed(types: Mapping[str, Any]) -> Any:
        def skip(row: Any) -> str:
            nonlocal broken
            broken += 1
            return "skip"

        nonlocal broken
        broken = 0
        with open_bytes(path) as file:
            return pcsv.read_csv(
                file,
                read_options=pcsv.ReadOptions(
                    use_threads=False,
                    block_size=_BLOCK,
                    encoding="utf8" if encoding.startswith("utf-8") else encoding,
                    column_names=found,
                    skip_rows=0 if names else 1,
                ),
                parse_options=pcsv.ParseOptions(
                    delimiter=delimiter,
                    quote_char='"' if quoted else False,
                    newlines_in_values=quoted,
                    invalid_row_handler=skip,
                ),
                convert_options=pcsv.ConvertOptions(
                    column_types=types, include_columns=kept, strings_can_be_null=True, null_values=[""]
                ),
            )

    try:
        try:
            content = parsed({**types, **numbers})
        except pa.ArrowInvalid:
            # Some rating or time is no plain number: all as words, for the checks to name the cell.
            content = parsed(types)
    except pa.ArrowInvalid as error:
        raise UsageError(f"{path} cannot be read as a table: {error}") from error

    def nth(row: int, whole: bool) -> tuple[str, str]:
        """The row with this number among the whole (or the broken) ones, counted as Arrow counts them."""
        records = _records(path, encoding, delimiter, quoted, not names)
        found_rows = ((line, fields) for line, fields in records if (len(fields) == len(found)) is whole)
        line, fields = next(islice(found_rows, row, None), (0, []))
        return f"{path.name}:{line}", delimiter.join(fields)

    if broken:
        report.add(table, broken, 0)
        report.refuse(table, f"not {len(found)} fields", broken, *nth(0, False))

    def locate(row: int) -> tuple[str, str]:
        return nth(row, True)

    return Columns(path, content, locate, tuple(found))


def _first_record(path: Path, encoding: str) -> str:
    with open_bytes(path) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        first = text.readline()
    if not first.strip():
        raise UsageError(f"{path} starts with an empty line; the first line names the columns")
    return first.rstrip("\r\n")


def _records(path: Path, encoding: str, delimiter: str, quoted: bool, header: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it starts on."""
    with open_bytes(path) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        csv.field_size_limit(_FIELD)
        reader = csv.reader(text, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
        if header:
            next(reader, None)
        start = reader.line_num + 1
        for fields in reader:
            if fields:
                yield start, fields
            start = reader.line_num + 1


def _closed(path: Path, encoding: str, delimiter: str) -> None:
    """Refuse a file with a quote that is never closed: everything after it would become one field."""
    with open_bytes(path) as file:
        quotes = sum(chunk.count(b'"') for chunk in iter(lambda: file.read(_CHUNK), b""))
    if quotes % 2 == 0:
        return
    start = 1
    with open_bytes(path) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        csv.field_size_limit(_FIELD)
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            for _ in reader:
                start = reader.line_num + 1
        except csv.Error as error:
            if reader.line_num < start:
                start = reader.line_num
            raise UsageError(f"{path}:{start}: a double quote is opened and not closed ({error})") from error


def _unique(path: Path, names: Sequence[str]) -> list[str]:
    found = [name.strip().lower() for name in names]
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise UsageError(f"{path} has the column {twice[0]!r} twice")
    return found


def _parquet(path: Path, wanted: Sequence[str] | None) -> Columns:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source: Any = io.BytesIO(gzip.decompress(path.read_bytes())) if path.suffix.lower() == ".gz" else path
        file = pq.ParquetFile(source)
        names = dict(zip(file.schema_arrow.names, _unique(path, file.schema_arrow.names), strict=True))
        kept = [name for name, plain in names.items() if wanted is None or plain in wanted]
        content = file.read(columns=kept).rename_columns([names[name] for name in kept])
    except (pa.ArrowException, OSError, EOFError) as error:
        raise UsageError(f"{path} cannot be read as Parquet: {error}") from error

    def locate(row: int) -> tuple[str, str]:
        return f"{path.name}:row {row + 1}", str(content.slice(row, 1).to_pylist()[0])

    return Columns(path, content, locate, tuple(names.values()))


def json_lines(path: Path, encoding: str) -> Iterator[tuple[int, str, dict[str, Any] | None]]:
    """Line number, text and object of each line that is not blank; None for what is no JSON object."""
    with open_bytes(path) as file, io.TextIOWrapper(file, encoding=encoding) as text:
        for number, line in enumerate(text, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except ValueError:
                value = None
            yield number, line, value if isinstance(value, dict) else None


def _json_lines(path: Path, table: str, report: Report, wanted: Sequence[str] | None) -> Columns:
    """JSON lines as columns, collected in batches; a column of mixed kinds becomes words."""
    import pyarrow as pa

    encoding = encoding_of(path, report)
    parts: list[Any] = []
    batch: list[dict[str, Any]] = []
    names: dict[str, None] = {}
    for number, line, value in json_lines(path, encoding):
        if value is None and number == 1 and line.lstrip().startswith("["):
            raise UsageError(f"{path} holds one JSON array; write one JSON object a line")
        if value is None:
            report.add(table, 1, 0)
            report.refuse(table, "not a JSON object", 1, f"{path.name}:{number}", line)
            continue
        plain = {name.strip().lower(): cell for name, cell in value.items()}
        names.update(dict.fromkeys(plain))
        batch.append(plain if wanted is None else {name: plain[name] for name in wanted if name in plain})
        if len(batch) == _BATCH:
            parts.append(_columns(batch))
            batch = []
    parts.append(_columns(batch))
    content = _joined(parts)
    if not isinstance(content, pa.Table) or not content.num_columns:
        has = f"; its objects have {', '.join(names)}" if names else ""
        raise UsageError(f"{path} holds no JSON object with any of the columns wanted{has}")

    def locate(row: int) -> tuple[str, str]:
        whole = ((number, line) for number, line, value in json_lines(path, encoding) if value is not None)
        for place, (number, line) in enumerate(whole):
            if place == row:
                return f"{path.name}:{number}", line
        return path.name, ""

    return Columns(path, content, locate, tuple(names))


def _columns(batch: list[dict[str, Any]]) -> Any:
    import pyarrow as pa

    names = list(dict.fromkeys(name for row in batch for name in row))
    return pa.table({name: _array([row.get(name) for row in batch]) for name in names})


def _array(cells: list[Any]) -> Any:
    import pyarrow as pa

    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array(
            [None if cell is None else cell if isinstance(cell, str) else json.dumps(cell) for cell in cells]
        )


def _joined(parts: list[Any]) -> Any:
    """Batches one below the other; where they disagree on a type, words."""
    import pyarrow as pa

    parts = [part for part in parts if part.num_columns]
    if not parts:
        return None
    try:
        return pa.concat_tables(parts, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        cells = [row for part in parts for row in part.to_pylist()]
        names = list(dict.fromkeys(name for part in parts for name in part.column_names))
        return pa.table({name: _array([row.get(name) for row in cells]) for name in names})
