"""What a model is told of one item, and how the sentences of a list begin."""

from __future__ import annotations

import pytest

from convrec.config import ExplainSettings
from convrec.explain.explainer import EvidenceExplainer
from convrec.explain.told import Told, begun, told
from convrec.signal import Scale
from convrec.testing.scripted import ScriptedChatModel
from convrec.testing.shelf import strategist
from convrec.types import Candidate, Filter, Request

IDS = ("castle-7", "castle-8", "castle-9")


def grounds(explainer, taste, request=None, ids=IDS, history=None):
    history = history or strategist()
    found = [Candidate(item_id, 1.0 - n / 10) for n, item_id in enumerate(ids)]
    return explainer.grounds(history, taste.profile(history), request or Request(), found)


def notes(explainer, taste, request=None, **kwargs):
    return [told(one, "game", "played") for one in grounds(explainer, taste, request, **kwargs)]


def test_the_reason_and_what_is_shared_stand_in_words_that_may_be_copied(explainer, taste):
    (one, *_) = notes(explainer, taste)
    assert one.kind == "history"
    assert one.notes[0] == f"{one.title}: {one.what}"
    assert one.what.startswith(("a ", "an "))
    assert one.notes[1].startswith("because: you ")
    assert one.other in one.reason


def test_what_was_asked_for_is_told_apart_from_what_else_it_is(explainer, taste):
    wish = Request(text="a trading game", filters=(Filter("genres", "any_of", ("trading",), "trading"),))
    (one,) = notes(explainer, taste, wish, ids=("harbour-7",))
    assert one.kind == "wish"
    assert one.reason == "you asked for a trading game"
    assert "trading" in one.what


def test_near_without_anything_shared_is_not_told_as_likeness(explainer, taste):
    found = [Candidate("garden-5", 1.0, {"likeness": 0.4})]
    history = strategist()
    (one,) = explainer.grounds(history, taste.profile(history), Request(like=("castle-0",)), found)
    near = told(one, "game", "played")
    assert near.kind == "near"
    assert near.reason.endswith("it comes near")


def test_neighbours_of_a_list_begin_differently(explainer, taste):
    found = notes(explainer, taste)
    first = [ways[0] for ways in begun(found)]
    assert len({way.removeprefix(one.title) for way, one in zip(first, found, strict=True)}) == len(found)
    assert begun(found) == begun(found)


def test_an_item_with_nothing_to_tell_has_no_beginning():
    assert begun([None, Told("crowd", "Alien", "a film", "3 of the 50 people closest to your taste liked it")]) == [
        [],
        ["Alien"],
    ]


@pytest.fixture
def tuned(shelf, taste):
    def make(answer):
        model = ScriptedChatModel(answer)
        settings = ExplainSettings(wording="llm")
        return EvidenceExplainer(shelf, Scale(1, 5), "game", "played", model, settings, adapter="explain"), model

    return make


def test_a_tuned_model_goes_on_from_a_beginning_and_a_draft_that_passes_is_taken(tuned, taste):
    def answer(messages):
        begun_with = messages[-1].content
        return " nonsense of aliens." if begun_with == "You" else ", as you know, it is not true."

    llm, model = tuned(answer)
    found = grounds(llm, taste, ids=("castle-7",))
    drafts = llm.drafts(found)
    assert len(drafts[0]) == 2
    assert [call.messages[-1].role for call in model.calls] == ["assistant", "assistant"]
    assert llm.put(found, llm.chosen(found, drafts))[0].written_by == "template"

    one = told(found[0], "game", "played")

    def second(messages):
        verb = one.reason.removeprefix("you ").partition(" ")[0]
        title = messages[-1].content == one.title
        return f" is {one.what}, and you {verb} {one.other}." if title else " nonsense of aliens."

    llm, _ = tuned(second)
    drafts = llm.drafts(found)
    (text,) = llm.chosen(found, drafts)
    assert text.startswith(one.title)
    assert llm.put(found, [text])[0].written_by != "template"


def test_a_model_as_it_is_begins_as_it_likes(shelf, taste):
    model = ScriptedChatModel(lambda messages: "You like games.")
    llm = EvidenceExplainer(shelf, Scale(1, 5), "game", "played", model, ExplainSettings(wording="llm"))
    assert [len(texts) for texts in llm.drafts(grounds(llm, taste))] == [1, 1, 1]
    assert {call.messages[-1].role for call in model.calls} == {"user"}
