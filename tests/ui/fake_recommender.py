"""A small stand-in for the recommender and its chat, with the same methods: a made-up catalogue, answers at once."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from convrec.codec import encode
from convrec.config import ChatSettings, Settings
from convrec.data.catalogue import ItemTable
from convrec.effort import effort
from convrec.errors import RunError, UsageError
from convrec.explain.evidence import Cited, Grounds
from convrec.profile.edits import Edit, apply
from convrec.profile.opinions import Opinion
from convrec.signal import Scale
from convrec.store import Store
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
    Request,
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


class FakeChat:
    """Answers with the items that nobody said anything about, in the catalogue's order."""

    def __init__(
        self, rec: FakeRecommender, user_id: str | None, conversation: Conversation | None = None, by: Any = None
    ) -> None:
        self.rec = rec
        self.by = by or rec
        self.user_id = user_id
        self.conversation = conversation or Conversation("", user_id)

    def keep(self, *turns: Turn) -> None:
        self.conversation = self.rec.store.conversations.save(replace(self.conversation, turns=turns))

    @property
    def verdicts(self) -> dict[str, str]:
        return {item: verdict for turn in self.conversation.turns for item, verdict in turn.verdicts.items()}

    @property
    def state(self) -> Any:
        return SimpleNamespace(verdicts=self.verdicts, request=Request())

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
        known = self.by.history(self.user_id).item_ids
        entries = tuple(self.rec.ranked(shown | set(self.verdicts) | set(known), liked))
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
        self.keep(*self.conversation.turns, Turn("user", text, timestamp=1.6e9), turn)
        explained = tuple(self.by.explain(History(), Request(), entries))
        yield ChatEvent(
            "done", recommendations=explained, options=("Something newer", "Less well known", "No drama"), turn=turn
        )

    def undo(self) -> None:
        turns = self.conversation.turns
        newest = max(at for at, turn in enumerate(turns) if turn.role == "user" and turn.text)
        self.keep(*turns[:newest])

    def feedback(self, item_id: str, verdict: str) -> None:
        self.keep(*self.conversation.turns, Turn("user", "", (), {item_id: verdict}))
        if self.user_id is not None:
            key = f"chat-{self.conversation.id}-{item_id}-{verdict}"
            self.rec.observe([Interaction(self.user_id, item_id, kind=verdict, event_id=key)])


class FakeRecommender:
    """The methods and attributes of a recommender that the page uses."""

    def __init__(self, items: Sequence[Item] | None = None, folder: Path = Path("/nowhere")) -> None:
        self.catalogue = ItemTable(items or made_up_items())
        self.settings = Settings(name="made-up films", noun="film", verb="watched", chat=ChatSettings(max_message=300))
        self.scale = Scale()
        self.folder = folder
        first = [item.id for item in self.catalogue.items][:6]
        self.kept = tempfile.TemporaryDirectory()
        self.store = Store(f"sqlite:///{self.kept.name}/convrec.db")
        self.store.events.append(
            Interaction(user, item, 5.0 - n % 4, 880_000_000.0 + n * 40_000_000)
            for user in ("anna", "ben", "chloé")
            for n, item in enumerate(first)
        )
        self.stages = FakeStages(self)
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
        return History() if user_id is None else self.store.events.history(user_id)

    def observe(self, events: Iterable[Interaction]) -> int:
        return self.store.events.append(replace(event, timestamp=event.timestamp or 1.7e9) for event in events)

    def require(self, item_ids: Sequence[str]) -> None:
        if unknown := [one for one in item_ids if one not in self.catalogue]:
            raise UsageError(f"item {unknown[0]!r} is not in the catalogue")

    def predict(self, user_id: str | None, item_ids: Sequence[str]) -> dict[str, float]:
        return dict.fromkeys(item_ids, 0.6)

    def shortlist(self, history: History, request: Request) -> list[Recommendation]:
        liked = [event.item_id for event in history.events if event.kind == "like" or (event.rating or 0) >= 4]
        found = self.ranked(set(history.item_ids), liked, 40)
        found.sort(key=lambda entry: -request.explore * entry.rank)
        return [replace(entry, rank=place) for place, entry in enumerate(found[: request.k], 1)]

    def explain(self, history: History, request: Request, entries: Sequence[Recommendation]) -> list[Recommendation]:
        return [replace(entry, explanation=self.reason(entry.item)) for entry in entries]

    def export(self, user_id: str) -> dict[str, Any]:
        return self.store.export(user_id)

    def forget(self, user_id: str) -> int:
        return self.store.forget(user_id)

    def conversations(self, user_id: str) -> list[Conversation]:
        return self.store.conversations.of(user_id)

    def load_conversation(self, conversation_id: str, user_id: str) -> Conversation:
        return self.store.conversations.load(conversation_id, user_id)

    def ranked(self, refused: set[str], liked: Sequence[str], k: int = 5) -> list[Recommendation]:
        wanted = {genre for item in liked for genre in self.catalogue[item].genres}
        left = [item for item in self.catalogue.items if item.id not in refused]
        left.sort(key=lambda item: -len(wanted & set(item.genres)))
        return [
            Recommendation(
                item, rank, 1.0 / rank, max(0.05, 0.93 - 0.08 * rank), sources={"collaborative": 0.7, "novelty": -0.2}
            )
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
        return replace(made, text="Worded by a model.", written_by="scripted") if effort() == "full" else made

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
        statements = apply(made, self.store.profiles.edits(history.user_id or ""), "film")
        text = "You come back to quiet stories about people who are far from home, and you like them a little old."
        return Profile(history.user_id, text if statements else "", statements)

    def _evidence(self, event: Interaction) -> Evidence:
        verb = "loved" if (event.rating or 0) >= 5 or event.kind == "like" else "watched"
        return Evidence(event.item_id, self.catalogue[event.item_id].label, verb, event.rating, event.timestamp)

    def edit_profile(self, user_id: str, **edit: Any) -> Profile:
        made = Edit(**edit)
        known: Mapping[str, Statement] = {one.id: one for one in self.quick_profile(self.history(user_id)).statements}
        if made.action != "add" and not made.facet and made.statement_id not in known:
            raise UsageError(f"no statement {made.statement_id!r}; there are: {', '.join(known)}")
        if made.action == "ignore":
            there = known[made.statement_id]
            made = replace(made, facet=there.facet, value=there.value)
        self.store.profiles.edit(user_id, encode(made))
        return self.store.profiles.save(self.profile(user_id))

    def edits(self, user_id: str) -> list[Edit]:
        return [Edit.of(one) for one in self.store.profiles.edits(user_id)]

    def chat(self, user_id: str | None = None, *, conversation: Conversation | None = None, by: Any = None) -> FakeChat:
        return FakeChat(self, user_id, conversation, by)


class FakeStages:
    """The stages that the page asks itself."""

    adapters: Mapping[str, Path] = {"explain": Path("/adapters/explain")}
    explainer = SimpleNamespace(writer="scripted")
    profile_reader = SimpleNamespace(read=lambda text: ())

    def __init__(self, rec: FakeRecommender) -> None:
        self.rec = rec

    def grounds(self, history: History, profile: Profile, request: Request, found: Sequence[Any]) -> list[Grounds]:
        known = self.rec.catalogue[history.item_ids[0]] if history.events else None
        opinion = Opinion(known.id, 0, 1.0, True, "loved", 5.0, None, 0, True) if known else None
        cited = (Cited(opinion, known, (("genre", known.genres[0]),), 0.4),) if known and opinion else ()
        items = [self.rec.catalogue[one.item_id] for one in found]
        return [
            Grounds(item, cited, profile.statements[:1], (), (("genre", item.genres[0]),) if item.genres else (),
                    liked_by=(12, 40))
            for item in items
        ]  # fmt: skip
