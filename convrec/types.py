"""The vocabulary of convrec: plain frozen values, JSON in and out, no models and no disks.

Ids are strings, timestamps seconds since 1970 (UTC); higher scores are better; strengths and probabilities in [0, 1].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from types import MappingProxyType
from typing import Literal

ItemId = str
UserId = str
FactValue = str | int | float | bool | tuple[str, ...]
"""A fact of an item: a word, a number, yes or no, or several words (directors, cast, themes...)."""
NO_FACTS: Mapping[str, FactValue] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the catalogue.

    Attributes:
        id: The catalogue's own id.
        title: As shown to people.
        year: Of release or publication; None where unknown.
        genres: Categories, in the catalogue's own words.
        text: What it is about, a plot or a description; may be empty.
        facts: Every other column of the catalogue by name.
    """

    id: ItemId
    title: str
    year: int | None = None
    genres: tuple[str, ...] = ()
    text: str = ""
    facts: Mapping[str, FactValue] = field(default_factory=lambda: NO_FACTS)

    @property
    def label(self) -> str:
        """The title with its year, as people tell works apart: `Alien (1979)`."""
        return self.title if self.year is None else f"{self.title} ({self.year})"


@dataclass(frozen=True, slots=True)
class Interaction:
    """One thing that one person did with one item.

    Attributes:
        user_id: Who.
        item_id: With what.
        rating: On the log's own scale; None where the log has none.
        timestamp: Seconds since 1970; None where the log has no time.
        kind: `rate`, `view`, `click`, `buy`, `like`, `dislike`, `seen`, `drop`, `save` or the log's own word.
        review: What the person wrote about it; may be empty.
        event_id: Made by the client, so that a retry does not count twice; empty: one is derived from the rest.
    """

    user_id: UserId
    item_id: ItemId
    rating: float | None = None
    timestamp: float | None = None
    kind: str = "rate"
    review: str = ""
    event_id: str = ""

    @property
    def key(self) -> str:
        """What makes the event the same event: the client's id, or a digest of everything it says."""
        if self.event_id:
            return self.event_id
        parts = (self.user_id, self.item_id, self.kind, repr(self.rating), repr(self.timestamp), self.review)
        return blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class History:
    """What one person did, oldest first.

    Attributes:
        user_id: Who; None for a history that is not stored.
        events: Oldest first; equal times keep the order of the log.
    """

    user_id: UserId | None = None
    events: tuple[Interaction, ...] = ()

    @property
    def item_ids(self) -> tuple[ItemId, ...]:
        """The items touched, oldest first, one entry an event."""
        return tuple(event.item_id for event in self.events)

    @property
    def digest(self) -> str:
        """Changes whenever an event is added, changed or removed."""
        return blake2b("\n".join(event.key for event in self.events).encode(), digest_size=12).hexdigest()


Polarity = Literal["like", "dislike"]
Attitude = Literal["loved", "liked", "consumed", "dropped", "disliked"]
"""`consumed` is turned to often, without being judged well; `dropped` is begun and given up."""
Origin = Literal["log", "chat", "edit"]
OF_TITLES = ("likeness", "latest")
"""Facets of statements about items themselves, and not about what items have."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One event that a statement rests on.

    Attributes:
        item_id: The item of the event.
        title: Its label, so that evidence reads without a catalogue.
        verb: What was done: `loved`, `liked`, `watched`, `disliked`, `said`... A word for people.
        rating: As in the log; None where there is none.
        timestamp: Seconds since 1970; None where unknown.
    """

    item_id: ItemId
    title: str
    verb: str
    rating: float | None = None
    timestamp: float | None = None


FIRM = 1.0
"""Strength of what somebody said without ifs or buts: `no more war films` leaves none in."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence about a person's taste, with what it rests on.

    Attributes:
        id: Stable for the same facet and value, so that an edit outlives new events.
        facet: `genre`, `period`, `likeness`, `latest`, the name of a fact (`director`...), or `note`: free words.
        value: What of it: `Film-Noir`, `1940s`, `Kathryn Bigelow`.
        polarity: Liked or disliked.
        strength: 0 (barely) to 1 (loved or hated).
        confidence: 0 (a guess from one event) to 1 (many events agree).
        text: The statement as a sentence addressed to the person.
        evidence: The events behind it, strongest first; empty for what the person said themselves.
        count: Number of events behind it in all (`evidence` may show fewer).
        since: Time of the oldest event behind it; None where unknown.
        recent: Whether the newest part of the history carries it more than the whole.
        faded: Whether the newest part of the history carries it much less than the whole; neither: it is lasting.
        attitude: What was made of it; None: as polarity and strength say.
        judged: How many events there are of it, where an opinion is known of each; 0 where not.
        origin: Computed from the log, said in chat, or written by an edit.
        locked: A locked statement is not changed by new events.
    """

    id: str
    facet: str
    value: str
    polarity: Polarity
    strength: float
    confidence: float
    text: str
    evidence: tuple[Evidence, ...] = ()
    count: int = 0
    since: float | None = None
    recent: bool = False
    faded: bool = False
    attitude: Attitude | None = None
    judged: int = 0
    origin: Origin = "log"
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What convrec thinks a person likes, in words and with evidence.

    Attributes:
        user_id: Who; None for a history that is not stored.
        text: The statements as prose addressed to the person, checked against them.
        statements: Strongest first.
        history_digest: `History.digest` that it was computed from.
        version: Counts up with every stored change, from 1; 0 for one that is not stored.
        written_by: `template` or the name of the model (and adapter) that wrote the text.
        created: When this version was stored, seconds since 1970; None for one that is not.
    """

    user_id: UserId | None
    text: str
    statements: tuple[Statement, ...] = ()
    history_digest: str = ""
    version: int = 0
    written_by: str = "template"
    created: float | None = None


FilterOp = Literal["any_of", "all_of", "none_of", "at_least", "at_most"]


@dataclass(frozen=True, slots=True)
class Filter:
    """A hard condition that every recommended item meets.

    Attributes:
        field: `genres`, `year`, `title`, or the name of a fact.
        op: `any_of`, `all_of`, `none_of` compare words; `at_least`, `at_most` numbers, days (`2027-06-12`) and times.
        values: The words or hours (`Sun 18:00-22:00`); for `at_least` and `at_most` exactly one number, day or time.
        said: The person's words that it comes from; empty where set by a program.

    An item that lacks the field fails every filter except `none_of`.
    """

    field: str
    op: FilterOp
    values: tuple[str | float, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted now, beside the standing profile.

    Attributes:
        text: The standing wish in the person's own words, for semantic search; empty: no particular wish.
        filters: Hard conditions.
        wishes: Soft wishes in words: moods, themes, occasions (`funny`, `slow-burn`).
        avoid: Soft aversions in words (`gory`).
        like: Items it shall be like (`like Alien`).
        unlike: Items spoken of as not wanted, or disliked.
        exclude: Items never to be shown: seen, refused, shown before.
        k: How many; 1 to 100.
        novelty: -1 (well-known) to 1 (off the beaten track); 0: as it comes.
        diversity: 0 (the best k) to 1 (as different from each other as good sense allows).
        explore: -1 (close to what the person knows) to 1 (away from it); 0: as it comes.
        alpha: Weight of the history against the profile's words in ranking, 0 to 1; None: the default.
        talk: The turns that led here, oldest first, with the items that each names; empty: a wish by itself.
    """

    text: str = ""
    filters: tuple[Filter, ...] = ()
    wishes: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    like: tuple[ItemId, ...] = ()
    unlike: tuple[ItemId, ...] = ()
    exclude: frozenset[ItemId] = frozenset()
    k: int = 5
    novelty: float = 0.0
    diversity: float = 0.0
    explore: float = 0.0
    alpha: float | None = None
    talk: tuple[Turn, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for that tells one item from another."""
        return not (self.text or self.filters or self.wishes or self.avoid or self.like or self.unlike)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item on its way through the pipeline.

    Attributes:
        item_id: Which.
        score: The fused score; comparable within one list only.
        sources: Share of each signal in the score, by name (`collaborative`, `semantic`, `llm`...); they add up to it.
    """

    item_id: ItemId
    score: float
    sources: Mapping[str, float] = field(default_factory=dict)

    def scored(self, score: float, **sources: float) -> Candidate:
        """The same candidate with a new fused score and further signals."""
        return replace(self, score=score, sources={**self.sources, **sources})


ClaimKind = Literal["fact", "history", "wish", "statement", "neighbours"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable assertion of an explanation.

    Attributes:
        text: The words that assert it.
        kind: About the item's facts, the person's history, the wish, a statement, or people of like taste.
        subject: What it points at: a fact (`genres=Film-Noir`), an item id of the history, a statement id, the wish.
        supported: Whether the catalogue and the log bear it out.
    """

    text: str
    kind: ClaimKind
    subject: str
    supported: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item is recommended.

    Attributes:
        text: Two sentences at most.
        claims: What the text asserts, each checked.
        grounded: Whether every claim is supported; what convrec shows is always grounded.
        written_by: `template` or the name of the model (and adapter).
    """

    text: str
    claims: tuple[Claim, ...] = ()
    grounded: bool = True
    written_by: str = "template"


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An item, its place and why.

    Attributes:
        item: The whole item.
        rank: From 1.
        score: Fused score, comparable within one list.
        probability: Calibrated chance that the person will like it, 0 to 1; None without anything to judge by.
        explanation: None where none was asked for.
        sources: Share of each signal in the score, by name; the shares add up to the score.
    """

    item: Item
    rank: int
    score: float
    probability: float | None = None
    explanation: Explanation | None = None
    sources: Mapping[str, float] = field(default_factory=dict)


Role = Literal["user", "assistant"]
Verdict = Literal["like", "dislike", "seen", "save"]
EventKind = Literal["status", "cards", "text", "done"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation.

    Attributes:
        role: Who speaks.
        text: What is said.
        items: Items named (user) or shown (assistant), in order.
        verdicts: Feedback given with it (taps on cards), by item id.
        timestamp: Seconds since 1970; None where unknown.
        focus: The item that a reply without cards comes to (`I would take …`); None: none in particular.
    """

    role: Role
    text: str
    items: tuple[ItemId, ...] = ()
    verdicts: Mapping[ItemId, Verdict] = field(default_factory=dict)
    timestamp: float | None = None
    focus: ItemId | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A talk, oldest turn first. What stands at its end is a fold over its turns.

    Attributes:
        id: Its key in the store; empty for one that is not stored.
        user_id: Who talks; None for a visitor without a name.
        turns: Oldest first.
    """

    id: str = ""
    user_id: UserId | None = None
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """What a chat streams, in this order: status (several), cards, text (several), done.

    Attributes:
        kind: Which of the four.
        text: `status`: what is being done, for people; `text`: the next piece of the reply.
        recommendations: `cards`: without explanations; `done`: with them.
        options: `done`: quick replies that make sense next.
        turn: `done`: the assistant's turn as stored.
    """

    kind: EventKind
    text: str = ""
    recommendations: tuple[Recommendation, ...] = ()
    options: tuple[str, ...] = ()
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt, in the chat format of instruction models."""

    role: Literal["system", "user", "assistant"]
    content: str
