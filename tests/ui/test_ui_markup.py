"""What ends up in our HTML: text stays text, whatever it says."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from convrec.data.catalogue import ItemTable
from convrec.data.sheet import Refused, Sheet
from convrec.types import (
    Claim,
    Conversation,
    Evidence,
    Explanation,
    History,
    Interaction,
    Item,
    Profile,
    Recommendation,
    Request,
    Statement,
    Turn,
)
from convrec.ui.basis import Basis, unfolded
from convrec.ui.cards import card, facts
from convrec.ui.choices import Choices
from convrec.ui.diary import Diary, Reading, diary
from convrec.ui.look import Look
from convrec.ui.markup import esc, hue, paragraphs
from convrec.ui.movement import movement
from convrec.ui.panel import panel
from convrec.ui.plot import plot
from convrec.ui.settings import Machinery, settings
from convrec.ui.talk import Exchange, greeting, live, past
from convrec.ui.talks import talks
from convrec.ui.tile import tile
from convrec.ui.versions import versions
from convrec.ui.words import Words, table

HOSTILE = (
    "<script>window.ran = 1</script>",
    '"><img src=https://evil.example/x onerror="window.ran=1">',
    "<form action=https://evil.example><input name=x><button>ok</button></form>",
    "![x](https://evil.example/y) [a](javascript:alert(1))",
    "' onmouseover='window.ran=1",
    "<svg><image href=https://evil.example/z></svg>",
    "${window.ran=1} {{#each this}}{{/each}} `${alert(1)}`",
    "</article></section></div><iframe src=https://evil.example></iframe>",
    "<style>@import 'https://evil.example/a.css'</style><link rel=stylesheet href=https://evil.example>",
)

TAGS = {"article", "div", "section", "h2", "h3", "p", "span", "b", "i", "small", "svg", "path", "button", "ul", "li"}
TAGS |= {"details", "summary", "br", "h4", "ol", "circle", "rect", "title", "img", "dl", "dt", "dd", "kbd"}
TAGS |= {"label", "input", "select", "option", "fieldset", "legend"}
ENGLISH = Look(Words("en", "film", "watched"))


class Reader(HTMLParser):
    """Collects tags, attributes and the text between."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def entry(text: str, **more: object) -> Recommendation:
    item = Item(text, text, 1980, (text,), text, {text: text, "maker": (text, text)})
    return Recommendation(item, 1, 1.0, 0.5, Explanation(text))


def everything(text: str) -> str:
    """Every element of the page with this text in every place that takes one."""
    words = Words("en", text, text)
    look = Look(words, picture=lambda item: text)
    recommendation = replace(entry(text), sources={text: 1.0, "novelty": -0.5})
    item = recommendation.item
    basis = Basis(((text, text, text, 0.5),), (text,), (text,), (text,), (3, 40))
    exchange = Exchange(1, text, text, text, (recommendation,), (text,), "done", bases={text: basis})
    statement = Statement(
        text, text, text, "like", 0.5, 0.5, text, (Evidence(text, text, text, 1.0, 1e9),), 3, origin="chat"
    )
    profile = Profile("u", text, (statement,), version=2, created=2e9)
    history = History("u", tuple(Interaction("u", text, 4.0, 1e9 + n, text, event_id=f"{text}{n}") for n in range(30)))
    shelf = ItemTable([replace(item, genres=(text, "Drama"))])
    sheet = Sheet((), (Refused(2, text, "unknown_item"),), 3, {"title": text}, (0.0, 10.0), 2)
    reading = Reading(text, sheet, 1, (Interaction("", text),))
    full = Diary(history, text, "all", 40, (item,), (1.0, 4.0), reading, leaving=True)
    talk = Conversation(text, "u", (Turn("user", text, timestamp=1e9),))
    return "".join(
        (
            card(recommendation, look, basis=basis, key=text),
            unfolded(recommendation, basis, words, text),
            tile(item),
            live([exchange], look, {text: "like"}, ""),
            live([Exchange(2, text, text)], look, {}, ""),
            past([exchange, exchange], look, {}),
            greeting(text, text, (text,)),
            panel(profile, look, editable=True, rewritable=True, ignored=((text, text, text),)),
            movement([recommendation], ["other"], words),
            plot(history, shelf, words),
            versions(profile, [Profile("u", text, (), version=1, created=1e9)], words),
            diary(full, shelf, words),
            talks([talk], "", words, stored=True),
            settings(Choices(), Machinery(text, text, {text: text}, text), words),
        )
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_elements(text: str) -> None:
    found = read(everything(text))
    assert found.tags <= TAGS
    assert not {name for name in found.attributes if name.startswith("on") or name in ("href", "action", "srcdoc")}


@settings_of(deadline=None)  # on a busy machine nothing is quick
@given(st.text(max_size=200))
def test_no_text_makes_elements(text: str) -> None:
    assert read(everything(text)).tags <= TAGS


def test_text_is_shown_as_it_was_written() -> None:
    text = 'Tom & "Jerry" <3 ünïcode'
    assert read(card(entry(text), ENGLISH)).text.count(text) >= 3


def test_hidden_characters_are_dropped() -> None:
    assert esc("safe\u202eevil\u200b\x00\x1b[31m") == "safeevil[31m"


def test_long_text_is_cut() -> None:
    assert esc("x" * 500, 10) == "x" * 9 + "…"


def test_paragraphs_keep_line_breaks() -> None:
    assert paragraphs("one\ntwo\n\n<b>three") == "<p>one<br>two</p><p>&lt;b&gt;three</p>"


def test_a_card_without_year_probability_or_reason_shows_none_of_them() -> None:
    html = card(Recommendation(Item("1", "Thing"), 1, 1.0), ENGLISH)
    found = read(html)
    assert "%" not in found.text
    assert "cr-why" not in html
    assert "None" not in found.text


@pytest.mark.parametrize(("chance", "shown"), [(0.873, "87%"), (0.0, "0%"), (1.4, "100%")])
def test_certainty_is_a_percentage(chance: float, shown: str) -> None:
    assert shown in read(card(Recommendation(Item("1", "Thing"), 1, 1.0, chance), ENGLISH)).text


def test_facts_are_short_and_never_addresses() -> None:
    item = Item(
        "1",
        "Thing",
        facts={
            "cover_url": "x",
            "poster": "a.jpg",
            "page": "https://elsewhere.example",
            "essay": "word " * 40,
            "makers": ("Ann", "Bo", "Cy"),
            "unknown": "unknown",
            "weight": 2.50,
            "fragile": False,
            "colour": "red",
        },
    )
    assert facts(item) == [("Maker", "Ann, Bo"), ("Weight", "2.5")]


def test_every_item_has_a_colour_of_its_own_that_stays() -> None:
    assert hue("50") == hue("50")
    assert len({hue(str(n)) for n in range(50)}) > 35


def test_a_statement_is_read_at_a_glance() -> None:
    text = "You like quiet films: seven of the eight you rated pleased you."
    html = panel(Profile("u", "", (Statement("a", "b", "c", "like", 1, 1, text),)), ENGLISH, editable=False)
    assert '<span class="cr-text">You like quiet films</span>' in html
    assert "<p>Seven of the eight you rated pleased you.</p>" in html


def test_statements_beyond_the_first_few_are_folded() -> None:
    many = tuple(Statement(str(n), "genre", str(n), "like", 0.5, 0.5, f"You like {n}.") for n in range(20))
    html = panel(Profile("u", "", many), ENGLISH, editable=False)
    assert "12 more" in html
    assert 'data-act="edit"' not in html


def test_both_languages_have_the_same_words_with_the_same_places_to_fill() -> None:
    english, chinese = table("en"), table("zh")
    for section, entries in english.items():
        if section == "stage":
            continue
        assert set(chinese[section]) == set(entries), section
        for name, text in entries.items():
            fields = {one for _, one, _, _ in Formatter().parse(text) if one} - {"noun", "nouns", "verb"}
            theirs = {one for _, one, _, _ in Formatter().parse(chinese[section][name]) if one}
            assert theirs - {"noun", "nouns", "verb"} == fields, f"{section}.{name}"


def test_words_follow_the_catalogue_and_the_language() -> None:
    assert Words("en", "board game", "played")("welcome.question") == "What board game are you in the mood for?"
    assert Words("zh", "board game", "played")("welcome.question") == "想找什么样的桌游？"
    assert Words("zh", "gadget", "used").noun == "gadget"
    assert Words("fr", "film", "watched").language == "en"
    assert Words("en", "film", "watched").signal("some_new_signal") == "some new signal"
    assert Words("en", "film", "watched").many("history.count", 1) == "one entry"


def test_reasons_are_as_long_as_wanted() -> None:
    said = "You loved Dr. No. It is slower than what you usually choose."
    why = Explanation(said, (Claim("Dr. No", "history", "7"),))
    shown = replace(entry("Thing"), explanation=why)
    full, short, none = (card(shown, Look(ENGLISH.words, Choices(reasons=one))) for one in ("full", "short", "none"))  # type: ignore[arg-type]
    assert said in full
    assert ">You loved Dr. No.<" in short
    assert "cr-why" not in none


def test_a_tile_is_the_items_own_and_stays() -> None:
    drama, war = Item("1", "One", genres=("Drama",)), Item("2", "Two", genres=("Drama",))
    assert tile(drama) == tile(drama)
    assert tile(drama) != tile(war)
    first, second = (re.search(r"--hue:(\d+)", tile(one))[1] for one in (drama, war))  # type: ignore[index]
    assert first == second  # a genre is known by its colour
    assert "<img" not in tile(drama)
    assert 'src="picture?item=1"' in tile(drama, "picture?item=1")


def test_what_a_card_is_based_on() -> None:
    basis = Basis((("loved", "Alien (1979)", "Sci-Fi", 0.4),), (), ("funny",), ("Comedy",), (12, 40))
    shown = replace(entry("Thing"), sources={"collaborative": 0.6, "novelty": -0.3, "wish": 0.1, "llm": 0.0})
    found = read(unfolded(shown, basis, ENGLISH.words, "k"))
    assert "You loved Alien (1979) both: Sci-Fi · 40%" in found.text
    assert "Liked by 12 of the 40 people closest to you in taste." in found.text
    assert "60%" in found.text
    assert "−30%" in found.text
    assert "Reading of your history" not in found.text  # no share in it
    assert unfolded(replace(shown, sources={}), None, ENGLISH.words, "k") == ""


def test_movement_says_how_the_list_changed() -> None:
    now = [Recommendation(Item(one, f"Film {one}"), rank, 1.0) for rank, one in enumerate("bacd", 1)]
    text = read(movement(now, ["a", "b", "c", "e"], ENGLISH.words)).text
    assert text.count("▲1") == text.count("▼1") == 1
    assert "new" in text
    assert "One other made way." in text
    assert "Nothing moved." in movement(now, [entry.item.id for entry in now], ENGLISH.words)
    assert "▲" not in movement(now, [], ENGLISH.words)


def test_versions_tell_what_came_went_and_changed() -> None:
    def profile(number: int, *held: tuple[str, float]) -> Profile:
        statements = tuple(Statement(one, "genre", one, "like", how, 0.5, f"You like {one}.") for one, how in held)
        return Profile("u", "", statements, version=number, created=1e9 * number or None)

    old, new = profile(1, ("war", 0.5), ("drama", 0.5)), profile(2, ("drama", 0.9), ("noir", 0.4))
    found = read(versions(new, [new, old], ENGLISH.words)).text
    assert "Version 2, 2033-05-18 03:33" in found
    for line in ("You like noir.", "You like war.", "You like drama. 50% → 90%"):
        assert line in found
    assert "Now" in read(versions(profile(0, ("x", 0.5)), [new, old], ENGLISH.words)).text
    assert versions(new, [], ENGLISH.words) == ""


def test_taste_over_time_is_drawn_from_shares() -> None:
    shelf = ItemTable([Item("d", "D", genres=("Drama",)), Item("w", "W", genres=("War",))])
    early = [Interaction("u", "d", timestamp=9e8 + n) for n in range(12)]
    late = [Interaction("u", "w", timestamp=1.5e9 + n) for n in range(12)]
    html = plot(History("u", (*early, *late)), shelf, ENGLISH.words)
    assert "Drama 100% → 0%" in read(html).text
    assert "War 0% → 100%" in read(html).text
    assert "1998" in html
    assert "2017" in html
    assert plot(History("u", tuple(early[:5])), shelf, ENGLISH.words) == ""


def test_choices_come_from_a_cookie_that_may_hold_anything() -> None:
    given = Choices.read("language=zh&explore=-7&fame=0.5&diversity=nan&reasons=loud&theme=dark&x=y&wording")
    assert given == Choices("zh", -1.0, 0.5, theme="dark")
    assert Choices.read("\x00;;=&&%ff" * 99) == Choices()
    leaned = given.leaned(Request())
    assert (leaned.explore, leaned.novelty, leaned.diversity) == (-1.0, -0.5, 0.0)
    assert given.leaned(Request(novelty=0.8)).novelty == 0.8  # what was said in the talk goes first


def test_facts_of_a_card_read_as_people_say_them() -> None:
    dish = Item(
        "d", "Sopa", facts={"cooking_minutes": 45, "is_vegetarian": True, "has_subtitles": False, "cook": "Ann"}
    )
    told = facts(dish, 9)
    assert told == [("Cooking", "45 minutes"), ("", "Vegetarian"), ("Cook", "Ann")]
