"""Values of `convrec.types` to JSON-ready data and back, without loss."""

from __future__ import annotations

import types
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from convrec.errors import UsageError

T = TypeVar("T")


def encode(value: Any) -> Any:
    """A value as dicts, lists, strings and numbers; sets become sorted lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(entry) for key, entry in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(encode(entry) for entry in value)
    if isinstance(value, list | tuple):
        return [encode(entry) for entry in value]
    return value


def decode(cls: type[T], data: Any) -> T:
    """The value that `encode` was given.

    Raises:
        UsageError: The data lacks a required field or has one that the type does not know.
    """
    result: T = _decode(cls, data)
    return result


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _decode(kind: Any, data: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, data)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(get_args(kind), data)
    if origin is tuple:
        return tuple(_decode(get_args(kind)[0], entry) for entry in data)
    if origin is frozenset:
        return frozenset(_decode(get_args(kind)[0], entry) for entry in data)
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return {key: _decode(get_args(kind)[1], entry) for key, entry in data.items()}
    return data


def _dataclass(kind: type, data: Any) -> Any:
    if not isinstance(data, Mapping):
        raise UsageError(f"{kind.__name__} wants an object with named fields, not {type(data).__name__}: {data!r:.80}")
    known = _hints(kind)
    if unknown := sorted(set(data) - set(known)):
        raise UsageError(f"{kind.__name__} has no field {unknown[0]!r}; it has {', '.join(sorted(known))}")
    try:
        return kind(**{name: _decode(known[name], entry) for name, entry in data.items()})
    except TypeError as error:
        raise UsageError(f"{kind.__name__}: {error}") from error


def _union(options: tuple[Any, ...], data: Any) -> Any:
    if data is None:
        return None
    if isinstance(data, list):
        options = tuple(option for option in options if get_origin(option) in (tuple, frozenset))
        return _decode(options[0], data)
    if isinstance(data, Mapping):
        options = tuple(option for option in options if is_dataclass(option))
        return _decode(options[0], data)
    return data
