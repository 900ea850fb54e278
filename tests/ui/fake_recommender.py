"""A small stand-in for the recommender and its chat, with the same methods: a made-up catalogue, answers at once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from convrec.config import ChatSettings, Settings
from convrec.data.catalogue import ItemTable
from convrec.errors import RunError, UsageError
from convrec.profile.edits import Edit, apply
from convrec.signal import Scale
from convrec.types import (
    ChatEvent,
    Conversation,
    Evidence,
    Explanation,
    History,
    Interaction,
    Item,
    Profile,
    Recommendation,
    Statement,
    Turn,
)

_GENRES = ("Drama", "Comedy", "Mystery", "Adventure", "Romance", "War", "Western")
_FIRST = ("The Quiet", "A Distant", "The Last", "Seven", "Beyond the", "The Paper", "Midnight", "An Ordinary")
_SECOND = ("Harbour", "Orchard", "Telegram", "Lanterns", "River", "Garden", "Express", "Winter")
_MAKERS = ("Ida Thorne", "Paul Okafor", "Mira Castellan", "Jun Watabe")


def made_up_items(count: int = 40) -> list[Item]:
    """A catalogue of things that do not exist."""
    return [
        Item(
            str(n),
            f"{_FIRST[n % 8]} {_SECOND[(n * 3 + n // 8) % 8]}",
            1961 + (n * 7) % 60,
            (_GENRES[n % 7], _GENRES[(n * 3 + 1) % 7]) if n % 7 != (n * 3 + 1) % 7 else (_GENRES[n % 7],),
            facts={"director": (_MAKERS[n % 4],), "runtime": 80 + n, "page_url": "https://elsewhere.example/x"},
        )
        for n in range(1, count + 1)
    ]


class FakeEvents:
    def __init__(self, events: Iterable[Interaction]) -> None:
        self.all = list(events)

    def users(self) -> list[str]:
        return list(dict.fromkeys(event.user_id for event in self.all))


class FakeStore:
    def __init__(self, events: Iterable[Interaction]) -> None:
        self.events = FakeEvents(events)


class FakeChat:
    """Answers with the items that nobody said anything about, in the catalogue's order."""

    def __init__(self, rec: FakeRecommender, user_id: str | None, conversation: Conversation | None = None) -> None:
        self.rec = rec
        self.user_id = user_id
        self.conversation = conversation or Conversation("", user_id)

    @property
    def verdicts(self) -> dict[str, str]:
        return {item: verdict for turn in self.conversation.turns for item, verdict in turn.verdicts.items()}

    @property
    def state(self) -> Any:
        return SimpleNamespace(verdicts=self.verdicts)

    def send(self, text: str) -> Iterator[ChatEvent]:
        if text == "fail":
            raise RunError("llm", "the secret path /home/somebody broke")
        if text == "refuse":
            raise UsageError("I cannot read <b>that</b>")
        yield ChatEvent("status", "Reading your history")
        yield ChatEvent("status", f"Searching {len(self.rec.catalogue):,} items")
        self.rec.pause()
        shown = {item for turn in self.conversation.turns for item in turn.items}
        liked = [item for item, verdict in self.verdicts.items() if verdict == "like"]
        entries = tuple(self.rec.ranked(shown | set(self.verdicts), liked))
        yield ChatEvent("cards", recommendations=entries)
        words = f"Here are {len(entries)} for “{text}”." + (f" You liked {len(liked)}." if liked else "")
        for word in words.split(" "):
            self.rec.pause()
            yield ChatEvent("text", text=word + " ")
        for entry in entries:
            line = f"\n{entry.rank}. {entry.item.label}: {self.rec.reason(entry.item).text}"
            words += line
            yield ChatEvent("text", line)
        turn = Turn("assistant", words, tuple(entry.item.id for entry in entries))
        self.conversation = replace(self.conversation, turns=(*self.conversation.turns, Turn("user", text), turn))
        explained = tuple(replace(entry, explanation=self.rec.reason(entry.item)) for entry in entries)
        yield ChatEvent(
            "done", recommendations=explained, options=("Something newer", "Less well known", "No drama"), turn=turn
        )

    def undo(self) -> None:
        turns = self.conversation.turns
        newest = max(at for at, turn in enumerate(turns) if turn.role == "user" and turn.text)
        self.conversation = replace(self.conversation, turns=turns[:newest])

    def feedback(self, item_id: str, verdict: str) -> None:
        tapped = Turn("user", "", (), {item_id: verdict})
        self.conversation = replace(self.conversation, turns=(*self.conversation.turns, tapped))
        if self.user_id is not None:
            self.rec.observe([Interaction(self.user_id, item_id, kind=verdict)])


class FakeRecommender:
    """The methods and attributes of a recommender that the page uses."""

    def __init__(self, items: Sequence[Item] | None = None, folder: Path = Path("/nowhere")) -> None:
        self.catalogue = ItemTable(items or made_up_items())
        self.settings = Settings(name="made-up films", noun="film", verb="watched", chat=ChatSettings(max_message=300))
        self.scale = Scale()
        self.folder = folder
        first = [item.id for item in self.catalogue.items][:6]
        self.store = FakeStore(
            Interaction(user, item, 5.0 - n % 4, 880_000_000.0 + n)
            for user in ("anna", "ben", "chloé")
            for n, item in enumerate(first)
        )
        self.edits: dict[str, list[Edit]] = {}
        self.gate: threading.Event | None = None
        self.delay = threading.Event()
        self.seconds = 0.0

    def pause(self) -> None:
        """Waits where a test wants an answer to take its time."""
        if self.gate is not None:
            self.gate.wait(20)
        if self.seconds:
            self.delay.wait(self.seconds)

    def history(self, user_id: str | None) -> History:
        return History(user_id, tuple(event for event in self.store.events.all if event.user_id == user_id))

    def observe(self, events: Iterable[Interaction]) -> int:
        made = list(events)
        self.store.events.all += made
        return len(made)

    def ranked(self, refused: set[str], liked: Sequence[str], k: int = 5) -> list[Recommendation]:
        wanted = {genre for item in liked for genre in self.catalogue[item].genres}
        left = [item for item in self.catalogue.items if item.id not in refused]
        left.sort(key=lambda item: -len(wanted & set(item.genres)))
        return [
            Recommendation(item, rank, 1.0 / rank, max(0.05, 0.93 - 0.08 * rank))
            for rank, item in enumerate(left[:k], 1)
        ]

    def reason(self, item: Item) -> Explanation:
        return Explanation(
            f"You gave The Quiet Lanterns five stars, and this is a {item.genres[0].lower()} by the same hand. "
            "It is slower than what you usually choose."
        )

    def recommend(self, user_id: str | None = None, *, k: int = 5, query: str | None = None) -> list[Recommendation]:
        return self.ranked(set(self.history(user_id).item_ids), (), k)

    def profile(self, user_id: str) -> Profile:
        made = self.quick_profile(self.history(user_id))
        return replace(made, text="Worded by a model.", written_by="scripted")

    def quick_profile(self, history: History) -> Profile:
        counts: dict[tuple[str, bool], list[Interaction]] = {}
        for event in history.events:
            good = event.kind == "like" or (event.rating or 0) >= 4
            for genre in self.catalogue[event.item_id].genres:
                counts.setdefault((genre, good), []).append(event)
        made = [
            Statement(
                f"genre:{genre}{'' if good else ':no'}",
                "genre",
                genre,
                "like" if good else "dislike",
                min(1.0, 0.35 + 0.2 * len(events)),
                0.7,
                f"You {'like' if good else 'do not care for'} {genre.lower()} films.",
                tuple(self._evidence(event) for event in events),
                len(events),
                recent=len(events) == 2,
            )
            for (genre, good), events in counts.items()
        ]
        statements = apply(made, self.edits.get(history.user_id or "", []), "film")
        text = "You come back to quiet stories about people who are far from home, and you like them a little old."
        return Profile(history.user_id, text if statements else "", statements)

    def _evidence(self, event: Interaction) -> Evidence:
        verb = "loved" if (event.rating or 0) >= 5 or event.kind == "like" else "watched"
        return Evidence(event.item_id, self.catalogue[event.item_id].label, verb, event.rating, event.timestamp)

    def edit_profile(self, user_id: str, **edit: Any) -> Profile:
        known: Mapping[str, Statement] = {one.id: one for one in self.profile(user_id).statements}
        if edit["statement_id"] not in known:
            raise UsageError(f"no statement {edit['statement_id']!r}; there are: {', '.join(known)}")
        self.edits.setdefault(user_id, []).append(Edit(**edit))
        return self.profile(user_id)

    def chat(self, user_id: str | None = None, *, conversation: Conversation | None = None) -> FakeChat:
        return FakeChat(self, user_id, conversation)
