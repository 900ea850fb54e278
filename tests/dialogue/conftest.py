from __future__ import annotations

import pytest
from shelf_pipeline import FILMS, WINES, ShelfPipeline, pipeline_of
from unseen_shops import CARS, SNACKS, TRIPS

from convrec.data.catalogue import ItemTable
from convrec.dialogue.sense.understand import Understander


@pytest.fixture(scope="session")
def films() -> ItemTable:
    return ItemTable(FILMS)


@pytest.fixture(scope="session")
def reader(films: ItemTable) -> Understander:
    return Understander(films, "film", "watched")


@pytest.fixture
def cinema() -> ShelfPipeline:
    return pipeline_of(FILMS, "film", "watched")


@pytest.fixture
def cellar() -> ShelfPipeline:
    return pipeline_of(WINES, "wine", "drank")


@pytest.fixture(scope="session")
def cellar_reader() -> Understander:
    return Understander(ItemTable(WINES), "wine", "drank")


@pytest.fixture(scope="module")
def outings() -> ShelfPipeline:
    return pipeline_of(TRIPS, "day trip", "visited")


@pytest.fixture(scope="module")
def garage() -> ShelfPipeline:
    return pipeline_of(CARS, "car", "bought")


@pytest.fixture(scope="module")
def kiosk() -> ShelfPipeline:
    return pipeline_of(SNACKS, "snack", "bought")
