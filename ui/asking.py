"""From a request of Gradio's to a handler of the page: who asks, as whom, and whether anybody still listens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import gradio as gr

from convrec.errors import UsageError
from convrec.types import UserId

from . import choices
from .door import WHO, Who
from .line import Refused
from .markup import button, esc
from .page import Page
from .view import View
from .waits import PLAIN, refused
from .words import Words

if TYPE_CHECKING:
    from collections.abc import Generator

    from .guard import House

Handled = View | Iterable[View]


class Asking:
    """Calls handlers for who asks. What the browser says about that counts only where nobody logs in."""

    def __init__(self, page: Page, house: House) -> None:
        """For this page, as the guard of this house saw who asks."""
        self._page = page
        self._house = house

    @property
    def named(self) -> bool:
        """Whether people log in, so that nobody chooses whom to talk as."""
        return self._house.door.named

    def views(self, request: gr.Request, chosen: object, handler: Callable[[str, UserId | None], Handled]) -> Any:
        """What a handler of (visitor, user) shows, until it is done, takes too long or nobody listens any more."""
        words = PLAIN
        try:
            who = who_asks(request, self.named)
            language = request.headers.get("accept-language", "")
            self._page.room.heed(who.visitor, request.cookies.get(choices.COOKIE, ""), language)
            words = self._page.room.words(who.visitor)
            user = who.user_id if self.named else self._page.user(chosen)
            found = handler(who.visitor, user)
            with closing(_each(found)) as views:
                yield from self._heard(views, request.session_hash, words)
        except UsageError as error:
            yield View(notice=str(error))
        except Refused as error:
            yield View(notice=refused(error.refusal, words), busy=False)
        except KeyError as error:
            yield View(notice=f"that button sent no {error}")

    def name(self, request: gr.Request) -> str:
        """Who is logged in, and the way out, as HTML; nothing where nobody logs in."""
        who = who_asks(request, self.named)
        if not who.name:
            return ""
        out = button("leave", self._page.room.words(who.visitor)("line.out"), css="cr-quiet") if who.leaves else ""
        return f'<span class="cr-who">{esc(who.name, 40)}</span>{out}'

    def _heard(self, views: Iterable[View], session: str | None, words: Words) -> Iterable[View]:
        began = time.monotonic()
        for view in views:
            yield view
            if self._house.presence.left(session):
                return
            if time.monotonic() - began > self._house.limits.longest:
                seconds = round(self._house.limits.longest)
                yield View(notice=words("line.gave_up", seconds=seconds), busy=False)
                return


def who_asks(request: gr.Request, named: bool) -> Who:
    """Who the guard says asks.

    Raises:
        UsageError: It did not say, which happens only where the page is served without it, and people log in.
    """
    scope = request.request.scope if request.request is not None else {}
    who = scope.get(WHO)
    if isinstance(who, Who):
        return who
    if named:
        raise UsageError("nobody is logged in")
    return Who(f"tab {request.session_hash}")


def _each(found: Handled) -> Generator[View, None, None]:
    if isinstance(found, View):
        yield found
    else:
        yield from found
