"""A command group with a command that is meant where none is named: `convrec tune WS` is `convrec tune adapter WS`."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

DEFAULT = "adapter"


class DefaultGroup(TyperGroup):
    """Puts `adapter` before arguments whose first is no command of the group and no call for help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As click's, once the command is named."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = [DEFAULT, *args]
        return list(super().parse_args(ctx, args))
