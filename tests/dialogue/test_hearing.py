"""The LLM and the rules share the work: what it hears decides how the rules' findings are meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from convrec.data.catalogue import ItemTable
from convrec.dialogue.readers.slots import ACTS, Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import State, start
from convrec.types import Filter

IN_VIEW = ("1", "3", "5", "8", "10")


class Scripted:
    """A tagger that hears what the test says: `{words: slot}` and acts."""

    def __init__(self, parts: dict[str, str], acts: tuple[str, ...], sure: float = 0.95) -> None:
        self.parts, self.acts, self.sure = parts, acts, sure

    def read(self, text: str) -> Tagged:
        spans = sorted(
            (Span(text.index(words), text.index(words) + len(words), slot) for words, slot in self.parts.items()),
            key=lambda span: span.start,
        )
        chances = {act: 0.95 if act in self.acts else 0.01 for act in ACTS}
        return Tagged(text, tuple(spans), (self.sure,) * len(spans), chances)


@pytest.fixture
def hears(films: ItemTable) -> Callable[..., Any]:
    def read(text: str, parts: dict[str, str], *acts: str, sure: float = 0.95, state: State | None = None) -> Any:
        tagger: Any = Scripted(parts, acts or ("recommend",), sure)
        return Understander(films, "film", "watched", tagger=tagger).understand(text, state or after_cards())

    return read


def after_cards(*filters: Filter) -> State:
    state = replace(start(5), shown=IN_VIEW, last_shown=IN_VIEW)
    return replace(state, request=replace(state.request, filters=filters))


def conditions(meaning: Any) -> set[tuple[str, str, tuple[str | float, ...]]]:
    return {(one.field, one.op, one.values) for one in meaning.filters}


def test_a_word_the_llm_hears_refused_is_refused_and_the_trace_says_who_decided(hears: Any) -> None:
    meaning = hears("my sister says horror gives her nightmares", {"horror": "not"}, "inform")
    assert conditions(meaning) == {("genres", "none_of", ("Horror",))}
    assert any("the LLM hears not" in line and "as the rules say" in line for line in meaning.trace)


def test_what_none_of_them_shall_have_is_refused_whatever_is_heard(hears: Any) -> None:
    meaning = hears("show me something no films with Tom Berg", {"films": "not", "Tom Berg": "want"})
    assert {one.op for one in meaning.filters} == {"none_of"}
    assert {one.values for one in meaning.filters} == {("Tom Berg",)}


def test_where_it_is_unsure_the_rules_cue_stands(hears: Any) -> None:
    meaning = hears("nothing with horror", {"horror": "want"}, "inform", sure=0.4)
    assert conditions(meaning) == {("genres", "none_of", ("Horror",))}


def test_words_the_catalogue_lacks_are_wishes_and_aversions(hears: Any) -> None:
    meaning = hears(
        "for a hen do, quirky but zero slime", {"for a hen do": "occasion", "quirky": "mood", "slime": "not"}
    )
    assert set(meaning.wishes) == {"hen do", "quirky"}
    assert meaning.avoid == ("slime",)
    assert meaning.filters == ()


def test_an_item_plays_the_part_that_is_heard(hears: Any) -> None:
    meaning = hears("Robot Picnic, well, two hours gone", {"Robot Picnic": "disliked"}, "feedback")
    (said,) = meaning.feedback
    assert (said.item_id, said.verdict, said.strength) == ("9", "dislike", -0.7)
    taken = hears("right, Robot Picnic then", {"Robot Picnic": "take"}, "accept")
    assert taken.accepted == ("9",)


def test_turning_a_list_down_judges_none_of_its_items(hears: Any) -> None:
    meaning = hears("none of these", {"these": "refuse"}, "reject")
    assert meaning.acts == ("reject",)
    assert meaning.feedback == ()


def test_bounds_that_say_nothing_themselves_are_not_turned_round(hears: Any) -> None:
    meaning = hears("nothing before 1990", {"before 1990": "notwhen"}, "inform")
    assert conditions(meaning) == {("year", "at_least", (1990,))}
    refused = hears("the seventies leave me cold", {"seventies": "notwhen"}, "inform")
    assert {one.op for one in refused.filters} == {"none_of"}


def test_a_question_wishes_nothing(hears: Any) -> None:
    meaning = hears("is it horror?", {"it": "about"}, "about")
    assert meaning.filters == ()
    assert meaning.wishes == ()
    assert [one.kind for one in meaning.questions] == ["fact"]  # a fact tells it, yes or no


def test_the_fact_asked_for_is_found_by_its_name(hears: Any) -> None:
    meaning = hears("whose direction is Robot Picnic", {"direction": "field", "Robot Picnic": "about"}, "fact")
    (question,) = meaning.questions
    assert (question.kind, question.item_ids, question.fields) == ("fact", ("9",), ("director",))


def test_how_many_and_how_famous(hears: Any) -> None:
    meaning = hears("line up seven comedies nobody knows", {"seven": "count", "nobody knows": "obscure"})
    assert meaning.k == 7
    assert meaning.novelty == pytest.approx(0.6)


def test_a_condition_that_stands_is_taken_back(hears: Any) -> None:
    years = (Filter("year", "at_least", (1980,), "from the 80s"), Filter("year", "at_most", (1989,), "from the 80s"))
    meaning = hears("forget the 80s", {"the 80s": "lift"}, "inform", state=after_cards(*years))
    assert set(meaning.lifted) == set(years)
    assert meaning.filters == ()


def test_what_it_hears_stays_within_the_schema(hears: Any) -> None:
    """A title that is not here gives no item, and words of no field no condition."""
    meaning = hears("like Alien 9 with Nobody Atall", {"Alien 9": "like", "Nobody Atall": "want"})
    assert meaning.like == ()
    assert meaning.filters == ()
    assert meaning.wishes == ("nobody atall",)


def test_a_correction_takes_the_place_of_the_likeness_before(films: ItemTable) -> None:
    from convrec.dialogue.state import told
    from convrec.types import Turn

    reader = Understander(films, "film", "watched")
    state = start(5)
    for text in ("something like Robot Picnic", "no, I meant Lantern Street"):
        state = told(state, Turn("user", text), reader.understand(text, state), k=5)
    assert state.request.like == ("3",)


@pytest.mark.parametrize(
    ("text", "bound"), [("not older than ten years", "at_least"), ("nothing newer than 20 years", "at_most")]
)
def test_ages_in_years_are_bounds(reader: Understander, text: str, bound: str) -> None:
    (one,) = reader.understand(text, start(5)).filters
    assert (one.field, one.op) == ("year", bound)


def test_company_that_describes_no_item_is_no_wish(hears: Any) -> None:
    assert hears("a western for my dad", {"western": "want", "for my dad": "occasion"}).wishes == ()
    assert hears("quirky, for my dad's retirement", {"quirky": "mood", "my dad's retirement": "occasion"}).wishes


def test_words_that_point_at_a_fact_are_no_name(hears: Any) -> None:
    assert hears("not that brand, others", {"that brand": "refuse"}, "reject", "more", sure=0.98).missing == ()


def test_titles_with_a_brief_verdict_are_titles_whatever_is_heard(hears: Any) -> None:
    said = hears("Quiet Orbit yes, Lantern Street no", {"Quiet Orbit": "mood", "Lantern Street": "not"}, "inform")
    assert {one.item_id: one.verdict for one in said.feedback} == {"12": "like", "3": "dislike"}
    assert not said.wishes
    assert not said.avoid
