"""What reading a file did: rows read, kept and refused, and the first row of each reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from convrec.errors import UsageError

_SHOWN = 160


@dataclass(slots=True)
class Refusal:
    """Rows refused for one reason.

    Attributes:
        table: `items` or `interactions`.
        reason: For people, as a clause: `no title`, `unknown item`.
        count: How many rows.
        where: `file:line` of the first one.
        text: The first one, shortened.
    """

    table: str
    reason: str
    count: int
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.count} refused: {self.reason}; first {self.where}: {self.text}"


@dataclass(slots=True)
class Count:
    """Rows of one table."""

    read: int = 0
    kept: int = 0


@dataclass(slots=True)
class Report:
    """What happened to the rows of a dataset while it was read.

    Attributes:
        strict: Whether the first refused row refuses the lot.
        counts: Rows read and kept, by table (`items`, `interactions`).
        refusals: One entry a table and reason, in order of discovery.
        remarks: What was understood or converted on the way (an encoding, a unit of time), for people.
    """

    strict: bool = False
    counts: dict[str, Count] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, table: str, read: int, kept: int) -> None:
        """Count rows of a table."""
        count = self.counts.setdefault(table, Count())
        count.read += read
        count.kept += kept

    def refuse(self, table: str, reason: str, count: int, where: str, text: str) -> None:
        """Note refused rows; `where` and `text` are those of the first.

        Raises:
            UsageError: The report is strict.
        """
        text = text.strip()
        shown = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
        if self.strict:
            more = f" ({count} such rows)" if count > 1 else ""
            raise UsageError(f"{where}: {reason}{more}: {shown}; leave out --strict to skip such rows")
        for refusal in self.refusals:
            if (refusal.table, refusal.reason) == (table, reason):
                refusal.count += count
                return
        self.refusals.append(Refusal(table, reason, count, where, shown))

    def remark(self, text: str) -> None:
        """Note something that is worth knowing and no refusal, once."""
        if text not in self.remarks:
            self.remarks.append(text)

    @property
    def refused(self) -> int:
        """Rows refused in all."""
        return sum(refusal.count for refusal in self.refusals)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The report for people, one line a fact."""
        for table, count in self.counts.items():
            yield f"{table}: {count.kept:,} of {count.read:,} rows kept"
            yield from (f"  {refusal}" for refusal in self.refusals if refusal.table == table)
        yield from self.remarks

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return asdict(self)
