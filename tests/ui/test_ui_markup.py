"""What ends up in our HTML: text stays text, whatever it says."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convrec.types import Evidence, Explanation, Item, Profile, Recommendation, Statement
from convrec.ui.cards import card, facts
from convrec.ui.markup import esc, hue, paragraphs
from convrec.ui.panel import panel
from convrec.ui.talk import Exchange, live

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
TAGS |= {"details", "summary", "br"}


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
    recommendation = entry(text)
    exchange = Exchange(1, text, text, text, (recommendation,), (text,), "done")
    statement = Statement(
        text, text, text, "like", 0.5, 0.5, text, (Evidence(text, text, text, 1.0, 1e9),), 3, origin="chat"
    )
    return (
        card(recommendation, text)
        + live([exchange], text, {text: "like"}, "")
        + live([Exchange(2, text, text)], text, {}, "")
        + panel(Profile("u", text, (statement,)), text, editable=True)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_elements(text: str) -> None:
    found = read(everything(text))
    assert found.tags <= TAGS
    assert not {name for name in found.attributes if name.startswith("on") or name in ("href", "src", "action")}


@given(st.text(max_size=200))
def test_no_text_makes_elements(text: str) -> None:
    assert read(everything(text)).tags <= TAGS


def test_text_is_shown_as_it_was_written() -> None:
    text = 'Tom & "Jerry" <3 ünïcode'
    assert read(card(entry(text), "watched")).text.count(text) >= 3


def test_hidden_characters_are_dropped() -> None:
    assert esc("safe\u202eevil\u200b\x00\x1b[31m") == "safeevil[31m"


def test_long_text_is_cut() -> None:
    assert esc("x" * 500, 10) == "x" * 9 + "…"


def test_paragraphs_keep_line_breaks() -> None:
    assert paragraphs("one\ntwo\n\n<b>three") == "<p>one<br>two</p><p>&lt;b&gt;three</p>"


def test_a_card_without_year_probability_or_reason_shows_none_of_them() -> None:
    html = card(Recommendation(Item("1", "Thing"), 1, 1.0), "bought")
    found = read(html)
    assert "%" not in found.text
    assert "cr-why" not in html
    assert "None" not in found.text
    assert "Bought" in found.text


@pytest.mark.parametrize(("chance", "shown"), [(0.873, "87%"), (0.0, "0%"), (1.4, "100%")])
def test_certainty_is_a_percentage(chance: float, shown: str) -> None:
    assert shown in read(card(Recommendation(Item("1", "Thing"), 1, 1.0, chance), "tried")).text


def test_facts_are_short_and_never_addresses() -> None:
    item = Item(
        "1",
        "Thing",
        facts={
            "cover_url": "x",
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
    html = panel(Profile("u", "", (Statement("a", "b", "c", "like", 1, 1, text),)), "film", editable=False)
    assert '<span class="cr-text">You like quiet films</span>' in html
    assert "<p>Seven of the eight you rated pleased you.</p>" in html


def test_statements_beyond_the_first_dozen_are_folded() -> None:
    many = tuple(Statement(str(n), "genre", str(n), "like", 0.5, 0.5, f"You like {n}.") for n in range(20))
    html = panel(Profile("u", "", many), "film", editable=False)
    assert "8 more" in html
    assert 'data-act="edit"' not in html
