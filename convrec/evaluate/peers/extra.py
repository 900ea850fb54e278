"""Libraries of the optional extra `peers`."""

from __future__ import annotations

from importlib import import_module

from convrec.errors import UsageError


class MissingPackage(UsageError):
    """A peer's library is not installed."""


def needed(package: str) -> None:
    """Check that a library of the extra can be imported.

    Raises:
        MissingPackage: It cannot; names the way out.
    """
    try:
        import_module(package)
    except (ImportError, OSError) as error:
        # OSError: LightGBM is there but the system's OpenMP library is not.
        raise MissingPackage(f"this peer needs {package} ({error}): pip install 'convrec[peers]'") from error
