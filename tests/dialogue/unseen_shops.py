"""Shops of day trips, cars and snacks, with what such tables have: closed days, answers, contents, rates."""

from __future__ import annotations

from typing import Any

from shelf_pipeline import ShelfPipeline

from convrec.dialogue.chat import Chat
from convrec.dialogue.state import start
from convrec.types import Item


def trip(number: int, title: str, kind: str, themes: str, **facts: Any) -> Item:
    given = {name: value for name, value in facts.items() if value is not None}
    return Item(str(number), title, None, (), "", {"kind": kind, "themes": tuple(themes.split("|")), **given})


def day(number: int, title: str, kind: str, themes: str, *more: Any) -> Item:
    names = ("closed_on", "suitable from age", "adult_price", "distance_km", "wheelchair access", "dogs", "visit_hours")
    return trip(number, title, kind, themes, **dict(zip(names, more, strict=True)))


TRIPS = [
    day(0, "Railway Shed", "museum", "trains|engineering", "Monday", 3, 14.5, 2, "yes", "on a lead", 6.0),
    day(1, "Gin Distillery", "tasting", "food|drinks", "Tuesday", 18, 9.0, 24, "no", "welcome", 2.0),
    day(2, "Owl Barn", "zoo", "birds|animals", None, 3, 4.0, 9, "partly", "not allowed", 3.0),
    day(3, "Castle", "castle", "history|knights", "Monday", 5, 0.0, 45, "no", "on a lead", 1.5),
    day(4, "Planetarium", "science centre", "space|stars", "Sunday", 8, 6.0, 1, "yes", "not allowed", 2.5),
    day(5, "Abbey Ruins", "ruin", "history|monks", None, 0, 0.0, 13, None, "welcome", 1.0),
    day(6, "Aquarium", "zoo", "fish|animals", "Sunday", 0, 18.0, 58, "yes", "not allowed", 4.0),
    day(7, "Motor Museum", "museum", "cars|engineering", "Tuesday", 4, 12.0, 6, "partly", "welcome", 1.0),
]


def car(number: int, fuel: str, price: float, mileage: int, owners: int, tax: int, doors: int) -> Item:
    facts: dict[str, Any] = {
        "fuel": fuel, "asking_gbp": price, "mileage": mileage, "owners": owners, "tax_per_year": tax, "doors": doors,
    }  # fmt: skip
    return Item(str(number), f"Model {'ABCDEFGH'[number]}", 2010 + number, (), "A car.", facts)


CARS = [
    car(0, "petrol", 4500.0, 99000, 1, 20, 3),
    car(1, "diesel", 12500.0, 45000, 2, 190, 5),
    car(2, "electric", 21000.0, 8000, 1, 0, 5),
    car(3, "hybrid", 9900.0, 61000, 3, 35, 5),
    car(4, "petrol", 7450.0, 52000, 4, 180, 3),
    car(5, "electric", 11800.0, 86000, 2, 0, 5),
    car(6, "diesel", 3100.0, 146000, 3, 255, 5),
]


def snack(number: int, title: str, sort: str, contains: str | None, traces: str | None, kcal: int) -> Item:
    facts: dict[str, Any] = {"sort": sort, "kcal per 100g": kcal}
    if contains is not None:
        facts["contains"] = tuple(contains.split("|"))
    if traces is not None:
        facts["may_contain"] = tuple(traces.split("|"))
    return Item(str(number), title, None, (), "", facts)


SNACKS = [
    snack(0, "Crunch Bar", "bar", "almonds|gluten", "gluten", 500),
    snack(1, "Salted Sticks", "biscuits", "gluten", "none", 400),
    snack(2, "Jelly Bears", "sweets", "none", "none", 330),
    snack(3, "Wine Gums", "sweets", None, "none", 320),
    snack(4, "Chilli Mix", "nuts", "peanuts", "nuts", 600),
    snack(5, "Rice Cakes", "biscuits", "none", "milk", 380),
    snack(6, "Nougat", "sweets", "almonds|eggs", "gluten", 450),
    snack(7, "Cheese Twists", "biscuits", "gluten|milk", "nuts", 520),
    snack(8, "Mints", "sweets", "none", "none", 250),
]


def fits(shop: ShelfPipeline, text: str) -> str:
    """Ids of the items that meet the conditions of a message; all where it has none."""
    kept = shop.catalogue.matching(shop.understander.understand(text, start(5)).filters)
    return "".join(item.id for item, holds in zip(shop.catalogue.items, kept.tolist(), strict=True) if holds)


def talk(shop: ShelfPipeline, *messages: str) -> tuple[Chat, str]:
    chat = Chat(shop)
    done = [chat.reply(message) for message in messages]
    return chat, done[-1].text


def kept(shop: ShelfPipeline, *messages: str) -> list[int]:
    """Numbers of the items that meet the conditions of a talk."""
    chat, _ = talk(shop, *messages)
    holds = shop.catalogue.matching(chat.state.request.filters).tolist()
    return [place for place, held in enumerate(holds) if held]


def wanted(chat: Chat, field: str) -> set[str]:
    return {str(value) for one in chat.state.request.filters if one.field == field for value in one.values}
