"""Simulated people: what they say is true, gives nothing away, and is measured beside silence and strangers."""

from __future__ import annotations

import numpy as np
import pytest

from convrec import UsageError
from convrec.dialogue.chat import Chat
from convrec.dialogue.words.fields import fields_of
from convrec.evaluate import filters, simulate
from convrec.evaluate.simulate_facts import Facts, gives_away
from convrec.evaluate.simulate_person import Person
from convrec.evaluate.simulate_rephrase import Rephrasing
from convrec.evaluate.simulate_talk import Table, converse
from convrec.testing.scripted import ScriptedChatModel
from convrec.testing.shelf import games
from convrec.types import Item


@pytest.mark.parametrize(
    ("text", "title", "given"),
    [
        ("a film about rocks", "The Rock", False),
        ("the rock, please", "The Rock", True),
        ("something like alien vs predator", "Alien: Resurrection", True),
        ("a comedy from the 80s", "Amélie (Le Fabuleux destin)", False),
        ("amelie", "Amélie (Le Fabuleux destin)", True),
        ("number 80", "Whatever", True),
        ("the 80s", "Whatever", False),
    ],
)
def test_a_title_or_id_gives_an_item_away(text: str, title: str, given: bool) -> None:
    assert gives_away(text, Item("80", title)) is given


def test_facts_are_shared_by_several_and_tell_something() -> None:
    catalogue = games()
    facts = Facts(catalogue, fields_of(catalogue), "game")
    known = facts.of(catalogue["castle-3"])
    assert {(one.field, one.value) for one in known} >= {("genres", "War"), ("themes", "siege"), ("year", "1980s")}
    assert all(facts.count([one]) >= facts.least for one in known)
    assert facts.one([one for one in known if one.value in ("War", "1980s")]) == "a war game from the 1980s"


def test_what_people_say_is_true_and_does_not_name_it(rec) -> None:
    facts = Facts(rec.catalogue, rec.understander.lexicon.fields, "wine")
    found = 0
    for number in range(24):
        target = rec.catalogue.items[number]
        person = Person(rec.history("p0"), target, facts, rec.scale, np.random.default_rng(number))
        talk = converse(person, Chat(Table(rec)), 4)
        assert not any(gives_away(text, target) for text in talk.said)
        assert all(facts.holds(fact, target) for fact in person.said)
        assert not any(facts.holds(fact, target) for fact in person.refused)
        assert 1 <= len(talk.said) <= 4
        assert (talk.found == 0) == all(target.id not in cards for cards in talk.shown)
        found += talk.found > 0
    assert found >= 12


def test_talks_are_measured_beside_silence_and_strangers(rec) -> None:
    before = rec.store.events.count()
    figures = simulate.evaluate(rec, users=12, turns=3, sample=2)
    assert figures["people"] == 12
    assert set(figures["systems"]) == {"talk", "without dialogue", "without profile"}
    success = [figures["systems"]["talk"]["success"][turn].mean for turn in ("1", "2", "3")]
    assert success == sorted(success)
    assert set(figures["adds"]) == {"2", "3"}
    assert figures["leaks"]["leaks"] == 0
    assert figures["leaks"]["utterances"] >= 24
    assert len(figures["talks"]) == 2
    assert rec.store.events.count() == before
    assert simulate.evaluate(rec, users=12, turns=3, sample=2)["systems"] == figures["systems"]


def test_nobody_can_be_simulated_without_a_log(make) -> None:
    with pytest.raises(UsageError, match="nobody to simulate"):
        simulate.evaluate(make(log=False))


def test_generated_conditions_are_kept_and_ways_out_offered(rec) -> None:
    figures = filters.evaluate(rec, requests=60, seed=1)
    assert figures["violations"] == 0, figures["examples"]
    assert figures["with_cards"] > 30
    assert figures["relaxations_offered"] == figures["nothing_left"]
    assert figures["no_answer_count"] == 0
    assert figures["missed_count"] == 0, figures["missed"]


def test_another_wording_is_taken_only_where_it_says_the_same(rec) -> None:
    said = iter(["a bottle of white from Mosel please", "a red from Mosel", "anything", "white " * 40])
    rephrase = Rephrasing(ScriptedChatModel(lambda messages: next(said)), rec.understander)
    text = "I'd like a white wine from Mosel"
    assert rephrase(text, ["white", "Mosel"]) == "a bottle of white from Mosel please"
    assert [rephrase(text, ["white", "Mosel"]) for _ in range(3)] == [text] * 3
    assert (rephrase.asked, rephrase.taken) == (4, 1)
