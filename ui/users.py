"""People who may log in, from a file: names with salted hashes of their passwords, and whose history is theirs."""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import hmac
import io
import os
import secrets
import threading
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from convrec.errors import UsageError

_COST = 15
"""log2 of scrypt's N: 32 MiB and about a tenth of a second, as OWASP's cheat sheet of 2023 asks for with r=8."""
_BLOCK, _LANES = 8, 1
_MEMORY = 256 * 1024 * 1024
_LONGEST = 80
MOST_PASSWORD = 1024
SHORTEST_PASSWORD = 8
_FIELDS = ("name", "password", "user_id")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in.

    Attributes:
        name: What they type, in Unicode's NFKC form.
        password: `scrypt$cost$block$lanes$salt$hash`, the last two in base64.
        user_id: Whose history and profile are theirs.
    """

    name: str
    password: str
    user_id: str


def hashed(password: str) -> str:
    """A password as it is kept: salted, by scrypt.

    Raises:
        UsageError: It is too short, or longer than anybody types.
    """
    if not SHORTEST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise UsageError(f"a password has {SHORTEST_PASSWORD} to {MOST_PASSWORD} characters, not {len(password)}")
    salt = secrets.token_bytes(16)
    parts = ("scrypt", _COST, _BLOCK, _LANES, _text(salt), _text(_scrypt(password, salt, _COST, _BLOCK, _LANES)))
    return "$".join(map(str, parts))


def matches(password: str, kept: str) -> bool:
    """Whether this is the password that was hashed. Takes as long for a wrong one as for the right one."""
    cost, block, lanes, salt, right = _parts(kept)
    return hmac.compare_digest(_scrypt(password[:MOST_PASSWORD], salt, cost, block, lanes), right)


def plain_name(name: str) -> str:
    """A name in the form in which names are compared.

    Raises:
        UsageError: It is empty, too long or has characters that cannot be seen.
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    if not plain or len(plain) > _LONGEST or not plain.isprintable():
        raise UsageError(f"a name has 1 to {_LONGEST} visible characters")
    return plain


class Users:
    """The accounts of a file, `.toml` or `.csv`, read again when it changes. Safe to use from several threads."""

    def __init__(self, path: str | Path) -> None:
        """Read the file.

        Raises:
            UsageError: It cannot be read, or an account in it is malformed.
        """
        self._path = Path(path)
        self._guard = threading.Lock()
        self._stamp = self._stamped()
        self._accounts = read(self._path)
        if not self._accounts:
            raise UsageError(f"{self._path} names nobody; add somebody with: convrec ui users add NAME --file {path}")
        self._nobody = hashed(secrets.token_urlsafe(12))

    def get(self, name: str) -> Account | None:
        """The account of this name, as the file has it now."""
        with self._guard:
            stamp = self._stamped()
            if stamp != self._stamp:
                try:
                    self._accounts, self._stamp = read(self._path), stamp
                except UsageError:  # caught while it is being written: what was read before holds
                    self._stamp = stamp if stamp is None else self._stamp
            return self._accounts.get(name)

    def check(self, name: str, password: str) -> Account | None:
        """The account, if this is its password. An unknown name takes as long as a wrong password."""
        try:
            account = self.get(plain_name(name))
        except UsageError:
            account = None
        right = matches(password, account.password if account else self._nobody)
        return account if account is not None and right else None

    def _stamped(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def read(path: Path) -> dict[str, Account]:
    """Accounts by name.

    Raises:
        UsageError: The file cannot be read, or an account in it is malformed; the message names it.
    """
    try:
        text = path.read_text(encoding="utf-8")
        rows = _csv(text) if path.suffix == ".csv" else _toml(text)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the users cannot be read from {path}: {error}") from error
    except (tomllib.TOMLDecodeError, AttributeError, csv.Error) as error:
        raise UsageError(f"{path} is no file of users: {error}; make one with: convrec ui users add") from error
    accounts: dict[str, Account] = {}
    for name, fields in rows:
        try:
            _parts(str(fields.get("password", "")))
            plain = plain_name(name)
        except UsageError as error:
            raise UsageError(f"{path}: user {name[:40]!r}: {error}") from error
        accounts[plain] = Account(plain, str(fields["password"]), str(fields.get("user_id") or plain))
    return accounts


def write(path: Path, account: Account | None, *, remove: str = "") -> None:
    """Put an account into the file, in place of one of the same name, or take one out. Others cannot read it."""
    accounts = read(path) if path.exists() else {}
    if account is not None:
        accounts[account.name] = account
    if remove and accounts.pop(remove, None) is None:
        raise UsageError(f"nobody called {remove!r} in {path}; there are: {', '.join(sorted(accounts)) or 'nobody'}")
    text = _as_csv(accounts) if path.suffix == ".csv" else _as_toml(accounts)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _toml(text: str) -> list[tuple[str, dict[str, object]]]:
    return [(name, dict(fields)) for name, fields in tomllib.loads(text).get("users", {}).items()]


def _csv(text: str) -> list[tuple[str, dict[str, object]]]:
    rows = csv.DictReader(io.StringIO(text))
    if missing := {"name", "password"} - set(rows.fieldnames or ()):
        raise csv.Error(f"no column {', '.join(sorted(missing))}")
    return [(row["name"] or "", dict(row)) for row in rows]


def _as_toml(accounts: dict[str, Account]) -> str:
    tables = {name: {"password": one.password, "user_id": one.user_id} for name, one in accounts.items()}
    return str(tomlkit.dumps({"users": tables}))


def _as_csv(accounts: dict[str, Account]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_FIELDS)
    rows.writerows((one.name, one.password, one.user_id) for one in accounts.values())
    return text.getvalue()


def _parts(kept: str) -> tuple[int, int, int, bytes, bytes]:
    try:
        kind, cost, block, lanes, salt, right = kept.split("$")
        numbers = int(cost), int(block), int(lanes)
        secret = base64.b64decode(salt, validate=True), base64.b64decode(right, validate=True)
    except (ValueError, binascii.Error):
        raise UsageError("its password is not hashed as convrec does it") from None
    if kind != "scrypt" or not (12 <= numbers[0] <= 17 and 1 <= numbers[1] <= 16 and 1 <= numbers[2] <= 4):
        raise UsageError("its password is not hashed as convrec does it")
    return (*numbers, *secret)


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    plain = unicodedata.normalize("NFKC", password).encode()
    return hashlib.scrypt(plain, salt=salt, n=2**cost, r=block, p=lanes, maxmem=_MEMORY, dklen=32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
