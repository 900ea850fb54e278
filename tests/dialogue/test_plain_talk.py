"""Messages of everyday talks that were once misread, each with what it means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shelf_pipeline import ShelfPipeline, pipeline_of

from convrec.data.catalogue import ItemTable
from convrec.dialogue.chat import Chat
from convrec.dialogue.readers.slots import Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.replies.describe import label_of
from convrec.dialogue.rules.dropping import taken_back
from convrec.dialogue.rules.wants import Wants
from convrec.dialogue.sense.hearing import Hearing
from convrec.dialogue.sense.loose import gather_heard
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.types import Filter, Item

CHATTER = [
    "I'm bored, what should I watch tonight?",
    "surprise me",
    "anything good?",
    "we can't decide",
    "I don't care, pick one for me",
    "I had a long day at work",
    "can you recommend something for tonight please",
    "it's raining outside, what do you recommend?",
    "best films ever",
    "something for tomorrow",
    "what should we watch this weekend?",
    "recommend something for saturday night",
]


@pytest.mark.parametrize("text", CHATTER)
def test_talk_about_oneself_and_asking_words_are_no_wishes(reader: Understander, text: str) -> None:
    request = reader.request_from(text)
    assert (request.wishes, request.avoid, request.text) == ((), (), "")


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("I'm tired and want something light", ("light",)),
        ("I'm in the mood for something quirky", ("quirky",)),
        ("I'm into whimsical films", ("whimsical",)),
        ("something for a date night", ("date night",)),
    ],
)
def test_what_is_wanted_beside_the_chatter_stays(reader: Understander, text: str, wishes: tuple[str, ...]) -> None:
    assert reader.understand(text, start(5)).wishes == wishes


def test_the_day_and_a_pick_that_a_reader_hears_are_no_wishes() -> None:
    heard = Wants()
    text = "sold. an action movie for this weekend"
    spans = (Span(0, 4, "mood"), Span(26, 38, "occasion"))
    gather_heard(heard, text, text, Hearing(Tagged(text, spans, (0.9, 0.9), {"recommend": 0.9})), (), "film")
    assert heard.wishes == []


@pytest.mark.parametrize(
    ("text", "said", "wishes"),
    [
        ("scare me", "scare me", ["scare"]),
        ("something to cheer me up", "cheer me up", ["cheer"]),
        ("make me laugh please", "make me laugh", ["laugh"]),
        ("whats good for a rainy sunday", "for a rainy sunday", []),
        ("something for a lazy afternoon", "lazy afternoon", []),
        ("movie night with my girlfriend", "movie night with my girlfriend", []),
        ("rough week, what now", "rough week", []),
        ("something my seat neighbour on the plane would like", "my seat neighbour on the plane", []),
        ("something for halloween night", "halloween night", ["halloween night"]),
    ],
)
def test_what_a_feeling_does_and_the_weather_of_the_day(text: str, said: str, wishes: list[str]) -> None:
    heard, at = Wants(), text.index(said)
    spans = (Span(at, at + len(said), "mood" if wishes else "occasion"),)
    gather_heard(heard, text, text, Hearing(Tagged(text, spans, (0.9,), {"recommend": 0.9})), (), "film")
    assert heard.wishes == wishes


@pytest.mark.parametrize(
    "text", ["save it for later", "add it to my watchlist", "bookmark that one", "put this on my list"]
)
def test_what_is_put_by_is_taken(cinema: ShelfPipeline, text: str) -> None:
    chat = Chat(cinema, "u1")
    chat.reply("a western")
    about = chat.reply("what is the second one about?")
    taken = chat.reply(text)
    assert chat.state.verdicts[chat.state.focus] == "save"
    assert about.text.split(":")[0].split(" (")[0] in taken.text
    assert chat.state.request.text == ""


def test_nothing_but_chatter_brings_a_plain_recommendation(cinema: ShelfPipeline) -> None:
    done = Chat(cinema).reply("I'm bored, what should I watch tonight?")
    assert done.recommendations
    assert "bored" not in done.text


@pytest.mark.parametrize("text", ["no, less violent, from the 90s", "a bit less violent", "way too violent"])
def test_comparatives_are_no_wishes(reader: Understander, text: str) -> None:
    assert reader.understand(text, start(5)).avoid == ("violent",)


def test_a_film_that_was_loved_is_history_and_no_wish_for_its_like(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("I loved Quiet Orbit")
    assert chat.state.request.like == ()
    assert dict(chat.state.verdicts) == {"12": "like"}
    chat.reply("more like Heat Wave (1995)")
    assert chat.state.request.like == ("5",)


LABELS = [
    (Filter("cast", "none_of", ("Will Smith",), "nothing with will smith"), "nothing with Will Smith"),
    (Filter("cast", "any_of", ("Will Smith",), "will smith"), "with Will Smith"),
    (Filter("director", "none_of", ("Ana Ruiz",), "no ana ruiz"), "nothing directed by Ana Ruiz"),
    (Filter("genres", "none_of", ("Horror",), "no horror"), "no Horror"),
    (Filter("moods", "none_of", ("scary",), "not too scary"), "nothing scary"),
    (Filter("country", "any_of", ("France",), "french"), "from France"),
    (Filter("language", "any_of", ("French",), "in french"), "in French"),
    (Filter("region", "any_of", ("Rioja",), "rioja"), "from Rioja"),
    (Filter("colour", "any_of", ("red",), "a red"), "red"),
    (Filter("runtime", "at_most", (111.0,), "not too long"), "at most 111 minutes"),
    (Filter("price", "at_most", (30.0,), "under 30 euros"), "price up to 30"),
]


@pytest.mark.parametrize(("condition", "label"), LABELS, ids=[label for _, label in LABELS])
def test_conditions_are_said_as_people_say_them(condition: Filter, label: str) -> None:
    assert label_of(condition) == label


TEXTS = [
    ("a comedy", ""),
    ("romantic comedies from the 80s please", ""),
    ("something like Quiet Orbit", ""),
    ("I loved Quiet Orbit, three films with Tom Berg", ""),
    ("nothing gory, under two hours", ""),
    ("a film about a talking pig", "a film about a talking pig"),
    ("a western about a lonely sheriff and a stolen gold mine", "a film about a lonely sheriff and a stolen gold mine"),
    ("show me something quirky with Tom Berg", "something quirky"),
]


@pytest.mark.parametrize(("text", "left"), TEXTS)
def test_only_descriptions_are_searched_by_meaning(reader: Understander, text: str, left: str) -> None:
    assert reader.request_from(text).text == left


STANDING = (
    Filter("country", "any_of", ("France",), "french"),
    Filter("runtime", "at_most", (100.0,), "not too long"),
    Filter("year", "at_least", (2000,), "from the 2000s"),
    Filter("genres", "any_of", ("Western",), "western"),
)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("ok drop the period", "year"), ("any year", "year"), ("drop the country", "country"),
        ("any length", "runtime"), ("the length doesn't matter", "runtime"), ("I don't care how long", "runtime"),
        ("forget about the genre", "genres"), ("no year limit", "year"),
    ],
)  # fmt: skip
def test_a_condition_is_dropped_by_what_it_is_about(reader: Understander, text: str, field: str) -> None:
    assert [one.field for one in taken_back(text, STANDING, reader.lexicon.fields)] == [field]


def test_pairs_are_offered_where_no_single_condition_helps_and_no_keeps_them(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    asked = chat.reply("a western with Vera Lind after 2010")
    assert asked.recommendations == ()
    assert "Shall I drop “" in asked.text
    assert " and “" in asked.text.rpartition("Shall I drop")[2]
    before = chat.state.request.filters
    assert chat.reply("no").recommendations == ()
    assert chat.state.request.filters == before
    chat.reply("a western with Vera Lind after 2010")
    assert chat.reply("sure").recommendations
    assert len(chat.state.request.filters) == len(before) - 2


def test_the_lead_reads_as_a_sentence(cinema: ShelfPipeline) -> None:
    lead = Chat(cinema).reply("comedies from the 80s, no horror").text.splitlines()[0]
    assert lead.startswith("Two comedy films from the 1980s, no Horror.")


def test_in_a_language_is_the_language_and_the_adjective_alone_the_country() -> None:
    both = ({"country": "France", "language": "French"}, {"country": "Spain", "language": "Spanish"})
    table = ItemTable([Item(str(at), f"Work {at}", facts=both[at % 2]) for at in range(20)])
    reader = Understander(table, "film", "watched")
    assert [one.field for one in reader.request_from("in French").filters] == ["language"]
    assert [one.field for one in reader.request_from("French ones").filters] == ["country"]


def test_years_that_hardly_any_item_has_are_no_condition() -> None:
    table = ItemTable([Item(str(at), f"Work {at}", 1999 if at == 0 else None) for at in range(50)])
    meaning = Understander(table, "game", "played").understand("from the 90s", start(5))
    assert meaning.filters == ()
    assert meaning.missing == ("years",)


def test_what_is_known_of_a_newcomer_is_what_they_said(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("I loved Quiet Orbit but hated Midnight Parade")
    told = chat.reply("what do you know about me?").text
    assert "Quiet Orbit" in told
    assert "Midnight Parade" in told


def test_a_no_that_answers_refuses_nothing_of_what_follows(reader: Understander) -> None:
    view = replace(start(5), shown=("8",), last_shown=("8",))
    assert [(one.op, one.values) for one in reader.understand("no, older", view).filters] == [("at_most", (1998,))]
    assert [one.op for one in reader.understand("no, a comedy", view).filters] == ["any_of"]


def test_a_number_alone_is_understood(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("surprise me")
    assert len(chat.reply("two please").recommendations) == 2


def test_adjectives_of_a_shop_stand_before_its_noun(cellar: ShelfPipeline) -> None:
    assert Chat(cellar).reply("a red under 50 euros").text.startswith("Five red wines, price up to 50.")


def test_a_title_that_ends_with_a_mark_brings_no_second_one() -> None:
    chat = Chat(pipeline_of([Item("1", "I.Q.", 1994, ("Comedy",))], "film", "saw"))
    chat.reply("a comedy")
    told = chat.reply("can i see the trailer?").text
    assert told.endswith("I.Q.")
    assert not told.endswith("..")
