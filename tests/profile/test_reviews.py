"""What people wrote, and how often they came back, as opinions."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.profile.opinions import opinions
from convrec.profile.sentiment import Head, Sentiment
from convrec.signal import Scale
from convrec.types import History, Interaction


class WordEncoder:
    """Two numbers: how many good and how many bad words."""

    name, dim = "words", 2

    def __init__(self):
        self.read = []

    def encode(self, texts, *, role):
        self.read += texts
        return np.array([[text.count("good"), text.count("bad")] for text in texts], dtype=np.float32)


@pytest.fixture
def sentiment():
    return Sentiment(Head("words", np.array([2.0, -2.0], dtype=np.float32), 0.0), WordEncoder())


def event(item_id, day, review="", rating=None, kind="view"):
    return Interaction("ann", item_id, rating, 86400.0 * day, kind, review)


def read(shelf, events, sentiment=None):
    found = opinions(History("ann", tuple(events)), shelf, Scale(), "played", sentiment)
    return {one.item_id: one for one in found}


def test_a_clear_review_is_an_opinion(shelf, sentiment):
    found = read(shelf, [event("castle-0", 1, "good good"), event("castle-1", 2, "bad bad")], sentiment)
    assert (found["castle-0"].verb, found["castle-0"].liked, found["castle-0"].judged) == ("liked", True, True)
    assert (found["castle-1"].verb, found["castle-1"].disliked, found["castle-1"].judged) == ("disliked", True, True)


def test_an_unclear_review_is_none(shelf, sentiment):
    found = read(shelf, [event("castle-0", 1, "good and bad"), event("castle-1", 2, "  ")], sentiment)
    assert [one.judged for one in found.values()] == [False, False]
    assert found["castle-0"].verb == "played"


def test_a_rating_outdoes_a_review(shelf, sentiment):
    found = read(shelf, [event("castle-0", 1, "bad bad bad", rating=5.0, kind="rate")], sentiment)
    assert found["castle-0"].verb == "loved"


def test_without_a_reader_reviews_are_passed_over(shelf):
    assert not read(shelf, [event("castle-0", 1, "bad bad bad")])["castle-0"].judged


def test_a_review_is_read_once(shelf, sentiment):
    events = [event("castle-0", 1, "good good"), event("castle-1", 2, "good good")]
    read(shelf, events, sentiment)
    read(shelf, events, sentiment)
    assert sentiment.encoder.read == ["good good"]


def test_coming_back_says_more_than_coming_once(shelf):
    once, often = (read(shelf, [event("castle-0", day) for day in range(n)])["castle-0"] for n in (1, 8))
    assert often.signal > once.signal
    assert not often.loved
    dropped = read(shelf, [event("castle-0", 1), event("castle-0", 2, kind="drop")])["castle-0"]
    assert dropped.disliked
    assert dropped.verb == "gave up on"
    assert dropped.dropped
