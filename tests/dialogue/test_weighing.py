"""Is it any good, which one, how do they compare: answered by what the log makes likely."""

from __future__ import annotations

import pytest
from shelf_pipeline import FILMS, WINES, ShelfPipeline, pipeline_of

from convrec.dialogue.chat import Chat
from convrec.dialogue.rules.superlatives import told
from convrec.dialogue.rules.weighing import weighing_in
from convrec.dialogue.understanding import Question
from convrec.types import Interaction, Item

SHOWN = ("a", "b", "c", "d", "e")


@pytest.mark.parametrize(
    ("text", "kind", "items"),
    [
        ("is the second one any good?", "worth", ("b",)),
        ("would i like the first?", "worth", ("a",)),
        ("the second looks fun, is it any good?", "worth", ("b",)),
        ("number 3 sounds nice but is it good", "worth", ("c",)),
        ("so is number 3 worth it?", "worth", ("c",)),
        ("is § good?", "worth", ("x",)),
        ("what did people rate the second one", "worth", ("b",)),
        ("any good?", "which", SHOWN),
        ("which one should i watch?", "which", SHOWN),
        ("ok just pick one for us", "which", SHOWN),
        ("which of the two is better: the first or the last?", "which", ("a", "e")),
        ("the first or the last?", "which", ("a", "e")),
        ("§§§ or §§?", "which", ("x", "y")),
        ("compare the first two", "compare", ("a", "b")),
        ("what's the difference between the first and the third?", "compare", ("a", "c")),
        ("what's a good comedy?", None, ()),
        ("which horror should i watch", None, ()),
        ("is there a good western?", None, ()),
        ("the second one", None, ()),
        ("is it a good comedy for kids?", None, ()),
    ],
)
def test_whole_messages_that_weigh(text: str, kind: str | None, items: tuple[str, ...]) -> None:
    named = ("x", "y") if "or §" in text else ("x",) if "§" in text else ()
    found = weighing_in(text, "film", named, SHOWN, None)
    assert (found and found.kind) == kind
    assert found is None or found.item_ids == items


def test_nothing_in_view_is_nothing_to_weigh() -> None:
    assert weighing_in("which one is best?", "film", (), (), None) is None
    assert weighing_in("is it any good?", "film", (), (), None) is None
    focused = weighing_in("is it any good?", "film", (), SHOWN, "c")
    assert focused is not None
    assert focused.item_ids == ("c",)


@pytest.fixture
def films() -> ShelfPipeline:
    made = pipeline_of(FILMS, "film", "watched")
    made.stored["anna"] = [Interaction("anna", "5", 5.0, 1e9)]
    return made


def test_the_likeliest_is_chosen_with_its_chance_and_reason(films: ShelfPipeline) -> None:
    chat = Chat(films, "anna")
    shown = [one.item for one in chat.reply("a western or a musical").recommendations]
    films.chances = {item.id: 0.4 for item in shown} | {shown[1].id: 0.83}
    told = chat.reply("which one should I watch?").text
    assert told.startswith(f"I would take {shown[1].title}: 83% chance that you like it; ")
    assert "has 40%" in told
    assert f"It is from {shown[1].year}." in told
    assert not chat.conversation.turns[-1].items  # the cards stay


def test_the_best_of_a_bad_lot_is_said_to_be_no_safe_choice(films: ShelfPipeline) -> None:
    films.chances = {"6": 0.1, "8": 0.2}
    told = Chat(films, "anna").reply("Her Garden or The Last Orchard?").text
    assert told.startswith("None of them is a safe choice. I would take The Last Orchard: 20% chance")


def test_one_item_is_judged_and_stays_the_subject(films: ShelfPipeline) -> None:
    chat = Chat(films, "anna")
    shown = [one.item for one in chat.reply("a western").recommendations]
    films.chances = {item.id: 0.71 for item in shown}
    assert "there is a 71% chance that you like it" in chat.reply("is the first one any good?").text
    assert shown[0].title in chat.reply("who directed it?").text


def test_a_stranger_is_told_of_people_in_general(films: ShelfPipeline) -> None:
    films.chances = {"8": 0.64}
    told = Chat(films, None).reply("Is The Last Orchard any good?").text
    assert told.startswith("The Last Orchard: about 64% of those who know it like it.")


def test_without_a_log_only_the_reason_is_given(films: ShelfPipeline) -> None:
    assert Chat(films, "anna").reply("Is The Last Orchard any good?").text == "It is from 1999."


def test_what_sets_two_apart_is_listed(films: ShelfPipeline) -> None:
    films.chances = {"6": 0.5, "8": 0.9}
    told = Chat(films, "anna").reply("compare Her Garden and The Last Orchard").text
    lines = told.splitlines()
    assert lines[0].startswith("Her Garden (2013): Romance and Drama; director Ida Moss")
    assert lines[1].startswith("The Last Orchard (1999): Drama; director Jon Vale")
    assert lines[1].endswith("90% chance.")
    assert "I would take The Last Orchard" in lines[-1]


def test_wines_compare_as_well() -> None:
    wines = pipeline_of(WINES, "wine", "drank")
    told = Chat(wines, None).reply("Blue Slate vs Green Door?").text
    assert "region Mosel" in told
    assert "region Alsace" in told
    assert "grape Riesling" in told.splitlines()[2]  # what both have


def test_what_was_picked_is_what_is_asked_about_next(films: ShelfPipeline) -> None:
    chat = Chat(films, "anna")
    shown = [one.item for one in chat.reply("a western or a musical").recommendations]
    films.chances = {item.id: 0.4 for item in shown} | {shown[1].id: 0.83}
    chat.reply("which one is best?")
    assert chat.state.focus == shown[1].id
    told = chat.reply("who directed it?").text
    assert told == f"{shown[1].title}: director {shown[1].facts['director']}."
    assert chat.reply("ok i'll take it").text
    assert chat.state.accepted == (shown[1].id,)
    chat.undo()
    chat.undo()
    chat.undo()
    assert chat.state.focus is None  # the pick went with its answer


def test_of_two_compared_the_one_to_take_is_the_subject(films: ShelfPipeline) -> None:
    films.chances = {"6": 0.5, "8": 0.9}
    chat = Chat(films, "anna")
    chat.reply("compare Her Garden and The Last Orchard")
    assert chat.reply("who directed it?").text == "The Last Orchard: director Jon Vale."


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("which is the shortest?", "runtime", "shortest"),
        ("the newest of these?", "year", "newest"),
        ("ok and the oldest one", "year", "oldest"),
        ("which of them is the longest", "runtime", "longest"),
        ("what's the most recent one?", "year", "most recent"),
    ],
)
def test_which_is_the_most_of_something(films: ShelfPipeline, text: str, field: str, said: str) -> None:
    chat = Chat(films, "anna")
    shown = [one.item for one in chat.reply("a western or a musical").recommendations]
    numbers = [one.year if field == "year" else one.facts["runtime"] for one in shown]
    best = shown[numbers.index((min if said in ("shortest", "oldest") else max)(numbers))]
    answer = chat.reply(text)
    assert answer.text.startswith(f"The {said} is {best.title}: {field} ")
    assert not answer.recommendations
    assert chat.state.focus == best.id


@pytest.mark.parametrize(
    ("text", "degree"),
    [("which has the longest runtime?", "longest"), ("which of these has the highest runtime?", "highest"),
     ("what one has the lowest runtime", "lowest"), ("which has the most friends?", "")],
)  # fmt: skip
def test_which_has_the_most_of_a_number(films: ShelfPipeline, text: str, degree: str) -> None:
    chat = Chat(films, "anna")
    shown = [one.item for one in chat.reply("a western or a musical").recommendations]
    answer = chat.reply(text).text
    if not degree:
        assert not answer.startswith("The one with")
    else:
        best = (min if degree == "lowest" else max)(shown, key=lambda item: item.facts["runtime"])
        assert answer.startswith(f"The one with the {degree} runtime is {best.title}: runtime ")


def test_numbers_that_are_equal_are_said_to_be() -> None:
    hotels = [Item(str(n), f"House {n}", facts={"stars": (4, 2, 4)[n], "town": "Ghent"}) for n in range(3)]
    question = Question("most", ("0", "1", "2"), ("stars",), "one with the most stars", (("stars", "high"),))
    text, best = told(question, hotels, lambda item, name: item.facts.get(name), "")
    assert (text, best) == ("The one with the most stars is House 0: 4 stars; House 2 has the same.", "0")


@pytest.mark.parametrize(
    "text", ["the newest comedy", "something short", "the cheapest of these?", "newest films", "the second looks short"]
)
def test_what_asks_for_no_comparison_that_can_be_made(films: ShelfPipeline, text: str) -> None:
    chat = Chat(films, "anna")
    chat.reply("a western or a musical")
    assert not chat.reply(text).text.startswith("The ")
