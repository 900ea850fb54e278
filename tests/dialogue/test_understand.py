from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convrec.dialogue.rules.years import years_in
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import State, start
from convrec.dialogue.understanding import Understanding
from convrec.types import Filter

IN_VIEW = ("1", "3", "5", "8", "10")


def after_cards(*filters: Filter) -> State:
    state = replace(start(5), shown=IN_VIEW, last_shown=IN_VIEW)
    return replace(state, request=replace(state.request, filters=filters))


def conditions(meaning: Understanding) -> set[tuple[str, str, tuple[str | float, ...]]]:
    return {(one.field, one.op, one.values) for one in meaning.filters}


WANTED = [
    ("a comedy", {("genres", "any_of", ("Comedy",))}),
    ("comedies please", {("genres", "any_of", ("Comedy",))}),
    ("something comedic", {("genres", "any_of", ("Comedy",))}),
    ("a commedy", {("genres", "any_of", ("Comedy",))}),
    ("science fiction", {("genres", "any_of", ("Sci-Fi",))}),
    ("scifi or westerns", {("genres", "any_of", ("Sci-Fi", "Western"))}),
    ("films noirs", {("genres", "any_of", ("Film-Noir",))}),
    ("a romantic comedy", {("genres", "any_of", ("Romance",)), ("genres", "any_of", ("Comedy",))}),
    ("no horror, war or westerns", {("genres", "none_of", (one,)) for one in ("Horror", "War", "Western")}),
    ("anything but musicals", {("genres", "none_of", ("Musical",))}),
    ("I don't like horror movies what about thrillers", {
        ("genres", "none_of", ("Horror",)), ("genres", "any_of", ("Thriller",))}),
    ("i don't like any western", {("genres", "none_of", ("Western",))}),
    ("nothing gory", {("moods", "none_of", ("gory",))}),
    ("nothing with Tom Berg", {("cast", "none_of", ("Tom Berg",))}),
    ("something with lena holt", {("cast", "any_of", ("Lena Holt",))}),
    ("a film with Leena Holt", {("cast", "any_of", ("Lena Holt",))}),
    ("directed by Ana Ruiz", {("director", "any_of", ("Ana Ruiz",))}),
    ("black and white only", {("black_and_white", "any_of", ("true",))}),
    ("from the eighties", {("year", "at_least", (1980,)), ("year", "at_most", (1989,))}),
    ("90s", {("year", "at_least", (1990,)), ("year", "at_most", (1999,))}),
    ("before 1970", {("year", "at_most", (1969,))}),
    ("nothing before 1990", {("year", "at_least", (1990,))}),
    ("between 1980 and 1985", {("year", "at_least", (1980,)), ("year", "at_most", (1985,))}),
    ("from the 70s or 80s", {("year", "at_least", (1970,)), ("year", "at_most", (1989,))}),
    ("under two hours", {("runtime", "at_most", (120.0,))}),
    ("at least 90 minutes", {("runtime", "at_least", (90.0,))}),
    ("no longer than an hour and a half", {("runtime", "at_most", (90.0,))}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WANTED, ids=[text for text, _ in WANTED])
def test_conditions_come_from_the_catalogues_own_words(
    reader: Understander, text: str, expected: set[tuple[str, str, tuple[str | float, ...]]]
) -> None:
    assert conditions(reader.understand(text, start(5))) == expected


def test_not_too_long_is_taken_from_the_catalogues_own_lengths(reader: Understander) -> None:
    (one,) = reader.understand("not too long", start(5)).filters
    assert (one.field, one.op) == ("runtime", "at_most")
    assert 100 <= float(one.values[0]) <= 135


@pytest.mark.parametrize(
    "text",
    ["in my 20s I was happy", "my older kids", "Heat Wave (1995) was fine", "I have no idea", "haven't seen a thing"],
)
def test_talk_by_the_way_sets_no_condition(reader: Understander, text: str) -> None:
    assert reader.understand(text, start(5)).filters == ()


def test_a_theme_that_is_wanted_is_a_wish_and_one_refused_is_a_condition(reader: Understander) -> None:
    wanted = reader.understand("a slow-burn science fiction film from the eighties, nothing too sad", start(5))
    assert wanted.wishes == ("slow-burn",)
    assert ("moods", "none_of", ("sad",)) in conditions(wanted)
    assert wanted.text == "a slow-burn film"


def test_words_the_catalogue_does_not_have_stay_soft(reader: Understander) -> None:
    meaning = reader.understand("something quirky for a rainy evening, not too violent", start(5))
    assert "quirky" in meaning.wishes
    assert meaning.avoid == ("violent",)
    assert meaning.filters == ()


OPINIONS = [
    ("I loved Lantern Street", "3", "like", 1.0),
    ("Quiet Orbit was boring", "12", "dislike", -0.8),
    ("I dislike Dust and Silver", "10", "dislike", -0.7),
    ("didn't like The Last Orchard", "8", "dislike", -0.7),
    ("I've already seen Robot Picnic", "9", "seen", 0.0),
    ("Robot Picnic was ok", "9", "seen", 0.1),
    ("the second one was great", "3", "like", 0.8),
    ("I hated the last one", "10", "dislike", -1.0),
]


@pytest.mark.parametrize(("text", "item_id", "verdict", "strength"), OPINIONS, ids=[one[0] for one in OPINIONS])
def test_opinions_have_a_subject_and_a_strength(
    reader: Understander, text: str, item_id: str, verdict: str, strength: float
) -> None:
    (said,) = reader.understand(text, after_cards()).feedback
    assert (said.item_id, said.verdict, said.strength) == (item_id, verdict, pytest.approx(strength))


@pytest.mark.parametrize(
    ("message", "strengths"),
    [
        ("i loved Robot Picnic and hated Midnight Parade", [1.0, -1.0]),
        ("I hated Robot Picnic and loved Midnight Parade", [-1.0, 1.0]),
        ("I liked Robot Picnic and disliked Midnight Parade", [0.7, -0.7]),
        ("watched Robot Picnic and loved it", [1.0]),
    ],
)
def test_each_of_two_titles_keeps_its_own_verb(reader: Understander, message: str, strengths: list[float]) -> None:
    assert [one.strength for one in reader.understand(message, start(5)).feedback][: len(strengths)] == strengths


def test_two_opinions_in_one_sentence(reader: Understander) -> None:
    meaning = reader.understand("I loved Robot Picnic but hated Midnight Parade", start(5))
    assert {one.item_id: one.verdict for one in meaning.feedback} == {"9": "like", "7": "dislike"}
    assert meaning.unlike == ("7",)


def test_likeness_is_no_verdict(reader: Understander) -> None:
    meaning = reader.understand("something like Quiet Orbit but funny", start(5))
    assert meaning.like == ("12",)
    assert meaning.wishes == ("funny",)
    assert meaning.feedback == ()


def test_newer_is_meant_against_the_item_pointed_at(reader: Understander) -> None:
    meaning = reader.understand("the second one but newer", after_cards())
    assert meaning.like == ("3",)
    assert conditions(meaning) == {("year", "at_least", (1948,))}


def test_it_without_a_subject_is_unclear_and_with_one_is_not(reader: Understander) -> None:
    assert reader.understand("I didn't like it", after_cards()).unclear
    focused = replace(after_cards(), focus="5")
    meaning = reader.understand("I didn't like it", focused)
    assert not meaning.unclear
    assert meaning.unlike == ("5",)


def test_what_is_fine_lifts_the_refusal(reader: Understander) -> None:
    refused = Filter("black_and_white", "none_of", ("true",), "no black and white")
    meaning = reader.understand("black and white is fine", after_cards(refused))
    assert meaning.filters == ()
    assert [(one.field, one.op) for one in meaning.lifted] == [("black_and_white", "none_of")]


def test_drop_takes_conditions_back(reader: Understander) -> None:
    years = (Filter("year", "at_least", (1980,), "80s"), Filter("year", "at_most", (1989,), "80s"))
    genre = Filter("genres", "any_of", ("Western",), "western")
    assert reader.understand("drop the years", after_cards(*years, genre)).lifted == years
    assert reader.understand("drop western", after_cards(*years, genre)).lifted == (genre,)


COUNTS = [
    ("three comedies", None),
    ("give me ten", 10),
    ("three films", 3),
    ("10 more", 10),
    ("top 3", 3),
    ("the second one", None),
]


@pytest.mark.parametrize(
    ("text", "k"), [*COUNTS[1:], ("three funny films", 3), ("under two hours", None), ("999 films", 100)]
)
def test_how_many(reader: Understander, text: str, k: int | None) -> None:
    assert reader.understand(text, after_cards()).k == k


QUESTIONS = [
    ("why this one?", "why"),
    ("who directed the third?", "fact"),
    ("how long is it?", "fact"),
    ("what is the first one about?", "about"),
    ("what do you know about me?", "profile"),
    ("show my profile", "profile"),
    ("help", "help"),
    ("show me the trailer", "unknown"),
    ("have you got Robot Picnic?", "have"),
]


@pytest.mark.parametrize(("text", "kind"), QUESTIONS)
def test_questions(reader: Understander, text: str, kind: str) -> None:
    (question,) = reader.understand(text, after_cards()).questions
    assert question.kind == kind


def test_a_question_about_a_card_knows_the_card_and_the_fact(reader: Understander) -> None:
    (question,) = reader.understand("who directed the third?", after_cards()).questions
    assert question.item_ids == ("5",)
    assert question.fields == ("director",)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("hi there", "greet"), ("thanks a lot", "thank"), ("bye!", "bye"), ("undo", "undo"), ("start over", "reset"),
        ("surprise me", "surprise"), ("show me more", "more"), ("skip", "more"), ("none of these", "reject"),
        ("I'll watch the second one", "accept"), ("recommend something", "recommend"),
        ("what should I watch?", "recommend"),
        ("show me the first ones again", "again"),
    ],
)  # fmt: skip
def test_acts(reader: Understander, text: str, act: str) -> None:
    assert act in reader.understand(text, after_cards()).acts


def test_novelty_and_variety(reader: Understander) -> None:
    assert (reader.understand("something less obvious", start(5)).novelty or 0) > 0
    assert (reader.understand("a well-known one", start(5)).novelty or 0) < 0
    assert (reader.understand("a mix of things", start(5)).diversity or 0) > 0


def test_what_the_catalogue_cannot_tell_is_admitted(cellar_reader: Understander) -> None:
    assert "lengths" in cellar_reader.understand("under two hours", start(5)).missing
    assert "“Chateau Margaux”" in cellar_reader.understand("something like Chateau Margaux", start(5)).missing


WINE = [
    ("a red under 20 euros", {("colour", "any_of", ("red",)), ("price", "at_most", (20.0,))}),
    ("not from Rioja", {("region", "none_of", ("Rioja",))}),
    ("rieslings", {("grape", "any_of", ("Riesling",))}),
    ("a pinot noir from burgundy", {("grape", "any_of", ("Pinot Noir",)), ("region", "any_of", ("Burgundy",))}),
    ("gruner veltliner", {("grape", "any_of", ("Grüner Veltliner",))}),
    ("white or sparkling", {("colour", "any_of", ("white", "sparkling"))}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WINE, ids=[text for text, _ in WINE])
def test_a_shop_without_genres_is_understood_by_its_own_facts(
    cellar_reader: Understander, text: str, expected: set[tuple[str, str, tuple[str | float, ...]]]
) -> None:
    assert conditions(cellar_reader.understand(text, start(5))) == expected


def test_every_message_is_understood_as_something(reader: Understander) -> None:
    for text in (
        "?",
        "....",
        "ÄÖÜ 你好",
        "a" * 1999,
        "()[]<>\"'",
        "1984",
        "no",
        "§ § §",
        "\u202emalicious",
        "it it it it",
    ):
        meaning = reader.understand(text, after_cards())
        assert meaning.acts


DESCRIPTIONS = [
    "lonely children watch their father fight a war against a drama teacher",
    "an old man and his robot cross the frozen country looking for his daughter",
    "short love affair between a photographer and a farmer during the harvest",
    "spies in 1930s Vienna betray a doctor who saved their captain",
    "teenager accidentally travels to the fifties and meets his own parents",
]


@pytest.mark.parametrize("text", DESCRIPTIONS)
def test_a_description_sets_no_condition_that_could_lose_the_item_described(reader: Understander, text: str) -> None:
    meaning = reader.understand(text, start(5))
    assert meaning.filters == ()
    assert meaning.text


REQUESTS = [
    ("a western about a lonely sheriff and a stolen gold mine", ("genres", "any_of", ("Western",))),
    ("show me a quirky comedy with great food scenes and family quarrels", ("genres", "any_of", ("Comedy",))),
    ("I want to see a good horror film with my teenage cousins tonight", ("genres", "any_of", ("Horror",))),
    ("bleak thrillers from the nineties with a stubborn detective hero", ("genres", "any_of", ("Thriller",))),
]


@pytest.mark.parametrize(("text", "condition"), REQUESTS)
def test_the_kind_that_is_asked_for_is_a_condition_however_much_is_told(
    reader: Understander, text: str, condition: tuple[str, str, tuple[str, ...]]
) -> None:
    assert condition in conditions(reader.understand(text, start(5)))


@pytest.mark.parametrize(
    "text", ["older, from the sixties or seventies", "from the 60s or 70s", "the sixties, seventies"]
)
def test_decades_that_are_listed_are_one_stretch(text: str) -> None:
    known = np.arange(1930, 1999, dtype=np.float64)
    assert [(one.low, one.high) for one in years_in(text, known, [], []) if one.low is not None] == [(1960, 1979)]


@pytest.mark.parametrize(
    ("text", "strengths"),
    [
        ("Quiet Orbit was great, Robot Picnic meh", {"12": 0.8, "9": 0.0}),
        ("Quiet Orbit yes, Robot Picnic no", {"12": 0.7, "9": -0.6}),
        ("Quiet Orbit was boring but Robot Picnic was brilliant", {"12": -0.8, "9": 0.8}),
        ("I loved Quiet Orbit and Robot Picnic", {"12": 1.0, "9": 1.0}),
        ("I disliked Quiet Orbit, Robot Picnic masterpiece", {"12": -0.7, "9": 0.8}),
    ],
)
def test_each_title_has_its_own_verdict(reader: Understander, text: str, strengths: dict[str, float]) -> None:
    assert {one.item_id: one.strength for one in reader.understand(text, start(5)).feedback} == strengths


def test_what_looks_nice_is_not_liked_yet(reader: Understander) -> None:
    shown = replace(start(5), shown=("1", "2", "3"), last_shown=("1", "2", "3"))
    meaning = reader.understand("the third looks nice, what's it about?", shown)
    assert not meaning.feedback
    assert meaning.questions[0].item_ids == ("3",)
    assert reader.understand("the second looks boring", shown).unlike == ("2",)
    assert not reader.understand("the second looks boring", shown).feedback


@pytest.mark.parametrize("text", ["I can't stand Robot Picnic", "never mind", "not that director please"])
def test_words_of_refusing_are_nothing_to_steer_clear_of(reader: Understander, text: str) -> None:
    assert reader.understand(text, after_cards()).avoid == ()


@pytest.mark.parametrize(
    ("text", "years", "low"),
    [
        ("from the twenties", [1925, 2020, 2021, 2022], 1920),
        ("from the twenties", [1995, 2020, 2021], 2020),
        ("from the 20s", [1925, 2020, 2021, 2022], 2020),
        ("from the 1920s", [1995, 2020, 2021], 1920),
    ],
)
def test_the_twenties_are_those_of_film_history_where_there_are_any(text: str, years: list[int], low: int) -> None:
    (found,) = years_in(text, np.asarray(years, dtype=np.float64), [], [])
    assert found.low == low
