"""The real thing: MovieLens-100k, the embedded models, the real database and index."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from convrec import Filter, Recommender
from convrec.language import short_title
from convrec.types import Explanation

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def rec(ml100k: Path) -> Iterator[Recommender]:
    with Recommender.open(ml100k) as opened:
        yield opened


def supported(rec: Recommender, history: set[str], entry, explanation: Explanation) -> bool:
    """An independent look at the claims: facts against the item, history against the events, nothing else."""
    item = rec.catalogue[entry.item.id]
    words = {word.lower() for word in (item.title, str(item.year), *item.genres)}
    for value in item.facts.values():
        words |= {str(one).lower() for one in (value if isinstance(value, tuple) else (value,))}
    for claim in explanation.claims:
        facet, _, value = claim.subject.partition("=")
        if claim.kind == "fact" and value:
            decade = facet == "period" and item.year is not None and value == f"{item.year // 10 * 10}s"
            series = facet == "title" and value.lower() in item.title.lower()
            if value.lower() not in words and not decade and not series:
                return False
        if claim.kind == "history" and claim.subject not in history | {item.id}:
            return False
    return explanation.grounded


def test_two_hundred_people_get_only_what_is_right(rec):
    everybody = rec.store.events.users()
    people = random.Random(1).sample(everybody, 200)
    old = [Filter("year", "at_most", (1989,)), Filter("genres", "none_of", ("Horror",))]
    for n, person in enumerate(people):
        history = set(rec.history(person).item_ids)
        filters = old if n % 2 else []
        found = rec.recommend(person, k=5, filters=filters, explain=False)
        assert len(found) == 5
        for entry in found:
            assert entry.item.id in rec.catalogue
            assert entry.item.id not in history
            assert rec.catalogue.satisfies(entry.item, filters)


def test_reasons_by_template_are_borne_out_for_two_hundred_people(ml100k, rec):
    rec.stages.__dict__.pop("explainer", None)
    model, rec.stages.model = rec.stages.model, None
    try:
        for person in random.Random(2).sample(rec.store.events.users(), 200):
            history = set(rec.history(person).item_ids)
            for entry in rec.recommend(person, k=5):
                assert entry.explanation is not None
                assert supported(rec, history, entry, entry.explanation), entry.explanation
    finally:
        rec.stages.model = model
        rec.stages.__dict__.pop("explainer", None)


def test_the_models_words_are_borne_out_too(rec, monkeypatch):
    monkeypatch.setattr(rec.stages, "_writer", lambda: rec.stages.model)
    monkeypatch.delitem(rec.stages.__dict__, "explainer", raising=False)
    written = set()
    for person in random.Random(3).sample(rec.store.events.users(), 6):
        history = set(rec.history(person).item_ids)
        for entry in rec.recommend(person, k=5):
            assert entry.explanation is not None
            assert supported(rec, history, entry, entry.explanation), entry.explanation
            written.add(entry.explanation.written_by)
    assert written - {"template"}, "the model never got a word in"
    del rec.stages.__dict__["explainer"]


def test_the_profile_names_only_films_of_the_person(rec):
    person = "196"
    history = {short_title(rec.catalogue[item].title) for item in rec.history(person).item_ids}
    profile = rec.profile(person)
    assert profile.statements
    for statement in profile.statements:
        assert {short_title(event.title.rpartition(" (")[0]) for event in statement.evidence} <= history


def test_a_wish_in_plain_words_finds_the_film(rec):
    found = rec.recommend(query="a farm piglet who learns to herd sheep", k=10, explain=False)
    assert "Babe" in {entry.item.title for entry in found}
    found = rec.recommend(
        "196", query="a slow-burn science fiction film from the eighties, nothing gory", k=5, explain=False
    )
    for entry in found:
        assert "Sci-Fi" in entry.item.genres
        assert 1980 <= entry.item.year <= 1989
        assert "gory" not in entry.item.facts.get("moods", ())


def test_a_talk_of_five_turns_keeps_what_was_said(rec):
    chat = rec.chat("13")
    kinds = [event.kind for event in chat.send("a comedy from the nineties")]
    assert kinds[0] == "status"
    assert kinds[-1] == "done"
    assert kinds.index("cards") < kinds.index("text")
    assert kinds == sorted(kinds, key=["status", "cards", "text", "done"].index)
    first = chat.conversation.turns[-1].items
    second = chat.reply("something older than 1995").recommendations
    assert all(1990 <= entry.item.year <= 1995 and "Comedy" in entry.item.genres for entry in second)
    assert not set(first) & {entry.item.id for entry in second}
    chat.feedback(second[0].item.id, "dislike")
    third = chat.reply("nothing with Jim Carrey").recommendations
    assert second[0].item.id not in {entry.item.id for entry in third}
    assert all("Jim Carrey" not in entry.item.facts.get("cast", ()) for entry in third)
    chat.undo()
    assert chat.reply("thanks").text


def test_ten_people_talk_at_once(rec):
    replies: dict[str, set[str]] = {}
    errors: list[BaseException] = []

    def talk(person: str) -> None:
        try:
            shown = rec.shortlist(rec.history(person), rec.understander.request_from("a war film"))
            replies[person] = {entry.item.id for entry in shown}
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=talk, args=(str(n),)) for n in range(1, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    for person, shown in replies.items():
        assert shown
        assert not shown & set(rec.history(person).item_ids)
