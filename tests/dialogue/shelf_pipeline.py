"""A catalogue of invented films, a wine shop, and a recommender over them without models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from convrec.config import Settings
from convrec.data.catalogue import ItemTable
from convrec.dialogue.sense.understand import Understander
from convrec.errors import UsageError
from convrec.types import (
    Conversation,
    Explanation,
    History,
    Interaction,
    Item,
    Profile,
    Recommendation,
    Request,
)


def film(item_id: str, title: str, year: int, genres: str, director: str, cast: str, minutes: int, moods: str) -> Item:
    facts: dict[str, Any] = {
        "director": director,
        "cast": tuple(cast.split("|")),
        "runtime": minutes,
        "moods": tuple(moods.split("|")),
        "black_and_white": "bw" in moods,
    }
    return Item(
        item_id, title, year, tuple(genres.split("|")), f"About {title.lower()}: {moods.replace('|', ', ')}.", facts
    )


# Invented works and people, so that nothing here depends on any real catalogue.
FILMS = [
    film("1", "The Glass Harbour", 1984, "Sci-Fi|Horror", "Ana Ruiz", "Tom Berg|Lena Holt", 117, "tense|dark"),
    film("2", "Glass Harbour II", 1989, "Sci-Fi|Action", "Jon Vale", "Lena Holt|Max Orr", 137, "tense|loud"),
    film("3", "Lantern Street", 1947, "Film-Noir|Crime", "Ida Moss", "Karl Finn|Vera Lind", 95, "dark|bw"),
    film("4", "It", 1990, "Horror", "Ana Ruiz", "Max Orr|Tom Berg", 187, "scary|gory"),
    film("5", "Heat Wave", 1995, "Comedy|Romance", "Paul Teller", "Mia Stone|Tom Berg", 101, "funny|warm"),
    film("6", "Her Garden", 2013, "Romance|Drama", "Ida Moss", "Mia Stone|Lena Holt", 126, "warm|slow-burn"),
    film("7", "Midnight Parade", 1982, "Musical|Comedy", "Paul Teller", "Vera Lind|Max Orr", 133, "funny|loud"),
    film("8", "The Last Orchard", 1999, "Drama", "Jon Vale", "Karl Finn|Mia Stone", 189, "slow-burn|sad"),
    film("9", "Robot Picnic", 2008, "Animation|Comedy|Sci-Fi", "Paul Teller", "Lena Holt", 98, "funny|warm"),
    film("10", "Dust and Silver", 1962, "Western", "Jon Vale", "Karl Finn|Tom Berg", 148, "slow-burn|epic"),
    film("11", "Silver Dollar Road", 1985, "Western|Comedy", "Ida Moss", "Max Orr|Mia Stone", 104, "funny"),
    film("12", "Quiet Orbit", 1983, "Sci-Fi|Drama", "Ana Ruiz", "Vera Lind|Karl Finn", 92, "slow-burn|sad"),
    film("13", "The Paper Detective", 1994, "Crime|Thriller", "Jon Vale", "Tom Berg|Vera Lind", 122, "tense"),
    film("14", "Wolves of Winter", 2011, "Thriller|Horror", "Ida Moss", "Lena Holt|Karl Finn", 89, "scary|tense"),
    film("15", "A Very Small War", 1957, "War|Comedy", "Paul Teller", "Karl Finn", 110, "funny|bw"),
    film("16", "Heat Wave", 2017, "Comedy", "Ida Moss", "Max Orr", 95, "funny"),
]

_WINES = [
    ("Castel Rosso", "Sangiovese", "Tuscany", "red", 18.5, 2019),
    ("Petit Nuage", "Chardonnay", "Burgundy", "white", 32, 2020),
    ("Noche Larga", "Tempranillo", "Rioja", "red", 14, 2017),
    ("Blue Slate", "Riesling", "Mosel", "white", 16, 2021),
    ("Sea Terrace", "Albariño", "Rías Baixas", "white", 15, 2022),
    ("Old Quarry", "Cabernet Sauvignon", "Napa Valley", "red", 68, 2016),
    ("Morning Flint", "Sauvignon Blanc", "Marlborough", "white", 13, 2022),
    ("Rose of May", "Grenache", "Provence", "rosé", 17, 2022),
    ("Granite Hill", "Syrah", "Northern Rhône", "red", 45, 2018),
    ("Bell Tower", "Nebbiolo", "Piedmont", "red", 52, 2015),
    ("Quinta do Sol", "Touriga Nacional", "Douro", "red", 12, 2018),
    ("Pear Tree", "Chenin Blanc", "Loire", "white", 14, 2021),
    ("Harvest Moon", "Zinfandel", "Sonoma", "red", 24, 2019),
    ("White Heron", "Grüner Veltliner", "Wachau", "white", 21, 2021),
    ("Stony Field", "Malbec", "Mendoza", "red", 11, 2020),
    ("Lark Song", "Pinot Noir", "Burgundy", "red", 49, 2019),
    ("First Light", "Chardonnay", "Champagne", "sparkling", 42, 2014),
    ("Copper Gate", "Shiraz", "Barossa", "red", 28, 2018),
    ("Green Door", "Riesling", "Alsace", "white", 19, 2020),
    ("Little Owl", "Gamay", "Beaujolais", "red", 13, 2021),
    ("Sunday Table", "Barbera", "Piedmont", "red", 15, 2020),
    ("High Meadow", "Pinot Grigio", "Alto Adige", "white", 12, 2022),
    ("Silk Route", "Merlot", "Bordeaux", "red", 35, 2016),
    ("Fisher King", "Muscadet", "Loire", "white", 10, 2022),
    ("North Pier", "Pinot Noir", "Otago", "red", 33, 2020),
    ("Sparrow", "Glera", "Veneto", "sparkling", 11, 2022),
    ("Black Cherry Lane", "Carmenère", "Maipo", "red", 12, 2019),
    ("Amphora", "Assyrtiko", "Santorini", "white", 26, 2021),
    ("Ruby Court", "Touriga Nacional", "Douro", "fortified", 22, 2011),
    ("Late Bee", "Riesling", "Mosel", "sweet", 27, 2018),
]
WINES = [
    Item(f"w{at}", name, year, (), "", {"grape": grape, "region": region, "colour": colour, "price": float(price)})
    for at, (name, grape, region, colour, price, year) in enumerate(_WINES, 1)
]


@dataclass
class ShelfPipeline:
    """A recommender that ranks by shared words, for talks without models; remembers what it was told to store."""

    catalogue: ItemTable
    settings: Settings
    understander: Understander
    stored: dict[str, list[Interaction]] = field(default_factory=dict)
    talks: dict[str, Conversation] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    edits: list[Mapping[str, Any]] = field(default_factory=list)
    explained: int = 0
    chances: dict[str, float] = field(default_factory=dict)

    def history(self, user_id: str | None) -> History:
        return History(user_id, tuple(self.stored.get(user_id or "", ())))

    def shortlist(self, history: History, request: Request) -> list[Recommendation]:
        self.requests.append(request)
        rows = np.flatnonzero(self.catalogue.matching(request.filters))
        gone = request.exclude | set(history.item_ids)
        left = [self.catalogue.items[int(row)] for row in rows if self.catalogue.items[int(row)].id not in gone]
        left.sort(key=lambda item: (-self._score(item, request), item.id))
        return [
            Recommendation(item, rank, self._score(item, request)) for rank, item in enumerate(left[: request.k], 1)
        ]

    def _score(self, item: Item, request: Request) -> float:
        about = f"{item.text} {' '.join(item.genres)}".lower()
        wished = sum(word in about for word in request.wishes) - sum(word in about for word in request.avoid)
        return wished + sum(len(set(item.genres) & set(self.catalogue[one].genres)) for one in request.like)

    def explain(
        self, history: History, request: Request, recommendations: Sequence[Recommendation]
    ) -> list[Recommendation]:
        self.explained += len(recommendations)
        return [replace(one, explanation=Explanation(f"It is from {one.item.year}.")) for one in recommendations]

    def predict(
        self, user_id: str | None = None, item_ids: Sequence[str] = (), *, history: History | None = None
    ) -> dict[str, float]:
        return {one: self.chances.get(one, 0.5) for one in item_ids}

    def profile_of(self, history: History) -> Profile:
        titles = ", ".join(self.catalogue[one].title for one in history.item_ids)
        return Profile(history.user_id, f"You told me about {titles}." if titles else "")

    def observe(self, events: Sequence[Interaction]) -> int:
        new = 0
        for event in events:
            known = self.stored.setdefault(event.user_id, [])
            if all(event.key != one.key for one in known):
                known.append(event)
                new += 1
        return new

    def withdraw(self, user_id: str, events: Sequence[Interaction]) -> int:
        before, keys = self.stored.get(user_id, []), {event.key for event in events}
        self.stored[user_id] = [event for event in before if event.key not in keys]
        return len(before) - len(self.stored[user_id])

    def edit_profile(self, user_id: str, *edits: Mapping[str, Any]) -> Profile:
        if any(edit["action"] == "remove" for edit in edits):
            raise UsageError("the profile has no such statement")
        self.edits += edits
        return Profile(user_id, "")

    def save_conversation(self, conversation: Conversation) -> Conversation:
        saved = conversation if conversation.id else replace(conversation, id=f"c{len(self.talks) + 1}")
        self.talks[saved.id] = saved
        return saved

    def load_conversation(self, conversation_id: str, user_id: str) -> Conversation:
        talk = self.talks.get(conversation_id)
        if talk is None or talk.user_id != user_id:
            raise UsageError(f"no conversation {conversation_id!r}")
        return talk


def pipeline_of(items: Sequence[Item], noun: str, verb: str) -> ShelfPipeline:
    catalogue = ItemTable(items)
    return ShelfPipeline(catalogue, Settings(noun=noun, verb=verb), Understander(catalogue, noun, verb))
