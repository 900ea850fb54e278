"""What a model is told of one item, and how the sentences of a list begin."""

from __future__ import annotations

import pytest

from convrec.config import ExplainSettings
from convrec.explain.claims import checked
from convrec.explain.explainer import EvidenceExplainer
from convrec.explain.told import Told, begun, told
from convrec.explain.wording import stumbles
from convrec.grounding import Given, Material, Named
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


def test_of_a_long_sentence_code_writes_the_titles_and_the_model_the_rest():
    short = Told("history", "Heat", "a thriller", "you liked Alien", "Alien", "liked")
    assert short.openings == ["Like Alien, which you liked,", "Heat", "You"]
    names = "The Assassination of Jesse James by the Coward Robert Ford and Alien"
    long = Told("history", "Once Upon a Time in America", "a crime drama", f"you liked {names}", names, "liked")
    assert all(names in opening and long.title in opening for opening in long.openings)
    crowd = Told("crowd", "Once Upon a Time in America", "a drama about greed, loyalty and memory by Sergio Leone", "-")
    assert crowd.openings[0] == f"{crowd.title}, {crowd.what},"
    assert Told("crowd", "W" * 90, "", "-").openings == ["W" * 90]


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
        ends = messages[-1].content.endswith(f"and {one.title}")
        return f" is {one.what} too." if ends else " nonsense of aliens."

    llm, _ = tuned(second)
    drafts = llm.drafts(found)
    (text,) = llm.chosen(found, drafts)
    assert text == f"You {one.verb} {one.other}, and {one.title} is {one.what} too."
    assert llm.put(found, [text])[0].written_by != "template"


def test_a_model_as_it_is_begins_as_it_likes(shelf, taste):
    model = ScriptedChatModel(lambda messages: "You like games.")
    llm = EvidenceExplainer(shelf, Scale(1, 5), "game", "played", model, ExplainSettings(wording="llm"))
    assert [len(texts) for texts in llm.drafts(grounds(llm, taste))] == [1, 1, 1]
    assert {call.messages[-1].role for call in model.calls} == {"user"}


HEAT = Material(
    "film",
    "watched",
    Named("1", "Heat"),
    (Named("2", "Alien", "liked", frozenset({("genre", "Thriller")})),),
    (Given("genre", "Thriller", "fact", "genre=Thriller"),),
)


@pytest.mark.parametrize(
    "text",
    [
        "You liked Alien, and Heat is a thriller.",
        "Heat is a thriller, and you liked Alien.",
        "You asked for a thriller, and Heat is a thriller with Al Pacino.",
        "You wanted a thriller from the 1990s; Heat is one, from the 1990s.",
        "Heat is a thriller, and you asked for something like Alien.",
        "Heat is a thriller, and you liked Alien, which is one.",
    ],
)
def test_what_nobody_would_put_so_stumbles(text):
    assert stumbles(text, HEAT)


@pytest.mark.parametrize(
    "text",
    [
        "You liked Alien, and Heat is a thriller too.",
        "You liked Alien; Heat is another thriller.",
        "Heat is a thriller, and so is Alien, which you liked.",
        "You asked for a thriller, and Heat is one, with Al Pacino.",
        "You like thrillers, and Heat is a thriller.",
        "You liked Alien, and many who watched it came to Heat.",
    ],
)
def test_what_reads_well_does_not(text):
    assert not stumbles(text, HEAT)


def test_where_all_drafts_stumble_the_template_speaks(tuned, taste):
    def answer(messages):
        one = told(grounds(llm, taste, ids=("castle-7",))[0], "game", "played")
        return f" is {one.what}." if messages[-1].content.endswith(f"and {one.title}") else " nonsense of aliens."

    llm, _ = tuned(answer)
    found = grounds(llm, taste, ids=("castle-7",))
    texts = llm.written(found)
    assert checked(texts[0], llm._wording.material(found[0])) is not None
    assert llm.put(found, texts)[0].written_by == "template"
