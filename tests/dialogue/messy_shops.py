"""Holiday homes and restaurants as tables write them: ranges, units, lists in a cell, answers, blanks."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from shelf_pipeline import ShelfPipeline, pipeline_of

from convrec.data.report import Report
from convrec.data.sources.tables import read_files

_OFFERS = (
    "wifi, parking",
    "wifi, hot tub, cot",
    "parking, garden, cot",
    "garden, hot tub",
    "wifi, garden, parking",
    "",
)
COTTAGES = [
    {
        "item_id": f"h{n}",
        "title": f"{('Rose', 'Mill', 'Otter', 'Dune')[n % 4]} {('Cottage', 'Loft', 'Barn')[n % 3]} {'ABCDEF'[n // 4]}",
        "type": ("cottage", "flat", "barn")[n % 3],
        "bedrooms": "studio" if n == 4 else str(n % 4 + 1),
        "sleeps": ("2 people", "2-4 people", "4-6 people", "6-8 people")[n % 4],
        "per night": f"£{60 + 10 * n}",
        "cleaning fee": ("£30", "£45", "included")[n % 3],
        "pets": ("no", "yes", "1 dog", "2 dogs", "")[n % 5],
        "amenities": _OFFERS[n % 6],
        "beach_km": str(0.5 + n / 2) if n < 12 else "",
        "to pub": f"{100 * (n % 6 + 1)} m",
        "size": f"{30 + 5 * n} m²",
        "guest score": f"{7 + n % 6 / 2:.1f}/10",
        "floor": ("ground", "1st", "3rd")[n // 3 % 3] if n % 3 == 1 else "",
        "changeover": ("Sat", "Fri", "Fri/Mon", "any", "Mon")[n % 5],
        "smoking": ("no", "outside")[n % 2],
        "free from": f"2027-0{n % 6 + 1}-15",
    }
    for n in range(24)
]
_DISHES = ("sushi; ramen", "pizza; pasta", "oysters; wine", "fish and chips", "curry; noodles", "burgers; ribs")
RESTAURANTS = [
    {
        "item_id": f"r{n}",
        "title": f"Table {n}",
        "cuisine": ("Japanese", "Italian", "Seafood", "British", "Thai", "American")[n % 6],
        "dishes": _DISHES[n % 6],
        "area": ("Harbour", "Old Town", "University")[n % 3],
        "avg_price_pp": f"{10 + 3 * n} €",
        "stars (5)": f"{3 + n % 5 * 0.4:.1f}",
        "reviews": str(900 - 30 * n),
        "closed": ("Mon", "Sun, Mon", "", "Tue")[n % 4],
        "kitchen_closes": ("21:30", "22:00", "23:30")[n % 3],
        "diets": ("vegan; vegetarian", "vegetarian; gluten free", "gluten free", "vegetarian", "")[n % 5],
        "dogs ok": ("yes", "no", "")[n % 3],
        "group size": ("2-4 people", "up to 8", "4-12 people")[n % 3],
        "noise": ("quiet", "moderate", "loud")[n % 3],
        "opened": str(1990 + n),
        "walk from station": f"{2 + n} min",
    }
    for n in range(24)
]


def shop_of(rows: Sequence[Mapping[str, str]], folder: Path, noun: str, verb: str) -> ShelfPipeline:
    """The shop that `convrec init` would make of a table."""
    path = folder / "items.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    return pipeline_of(read_files(path, None, "shop", Report()).items, noun, verb)
