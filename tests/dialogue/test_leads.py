"""What stands above the cards holds for the cards, over many generated wishes and two kinds of catalogue."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from shelf_pipeline import ShelfPipeline

from convrec.config import ChatSettings
from convrec.dialogue.chat import Chat
from convrec.dialogue.replies.lead import faults
from convrec.evaluate.filter_requests import RequestMaker

CHATTY = (
    "something cosy",
    "more like the first one",
    "less obvious",
    "more variety",
    "others",
    "I liked the first one",
)


def generated(pipeline: ShelfPipeline, seed: int, count: int) -> list[Chat]:
    """Talks of several messages with conditions, moods and verdicts in them."""
    draw = np.random.default_rng(seed)
    maker = RequestMaker(pipeline.catalogue, pipeline.understander.lexicon.fields, pipeline.settings.noun, draw)
    chats = []
    for _ in range(count):
        chat = Chat(pipeline)
        for message in (*maker.make().messages, CHATTY[int(draw.integers(len(CHATTY)))], *maker.make().messages):
            chat.reply(message)
        chats.append(chat)
    return chats


@pytest.mark.parametrize("shelf", ["cinema", "cellar"])
def test_no_lead_states_what_the_cards_contradict(
    shelf: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline: ShelfPipeline = request.getfixturevalue(shelf)
    withdrawn: list[list[str]] = []

    def watched(line: str, *rest: object) -> list[str]:
        found = faults(line, *rest)  # type: ignore[arg-type]
        withdrawn.extend([[line, *found]] if found else [])
        return found

    monkeypatch.setattr("convrec.dialogue.replies.lead.faults", watched)
    leads = 0
    for chat in generated(pipeline, seed=3, count=40):
        for turn in chat.conversation.turns:
            if turn.role == "assistant" and turn.items:
                leads += 1
                line = turn.text.splitlines()[0]
                aims = (". Steering", ". Away", ". Nothing else", ". Chosen", ". Keeping", ". There are few")
                for aim in aims:
                    line = line.split(aim)[0]
                line = line.rpartition("Noted: ")[2] if "Noted: " not in line else line.partition(". ")[2]
                assert faults(line, turn.items, pipeline.understander, pipeline.settings.noun) == [], line
    assert leads > 50
    assert len(withdrawn) <= 0.02 * leads, withdrawn


def test_what_does_not_hold_is_found_and_not_said(cinema: ShelfPipeline) -> None:
    reader = cinema.understander
    assert faults("Two comedy films.", ["5", "9"], reader, "film") == []
    assert faults("Three comedy films.", ["5", "9"], reader, "film") == ["3 film said, 2 shown"]
    assert faults("Two comedy films from the 1990s.", ["5", "9"], reader, "film")
    assert faults("Two films, no comedy.", ["5", "8"], reader, "film") == ["genres none_of ['Comedy']"]
    assert faults("Two films chosen for “horror”.", ["5", "8"], reader, "film") == []


def test_no_two_leads_in_a_row_begin_alike(cinema: ShelfPipeline) -> None:
    chat = Chat(replace(cinema, settings=cinema.settings.model_copy(update={"chat": ChatSettings(cards=2)})))
    for message in ("a comedy", "no musicals", "from 1950 on", "others", "westerns too", "not dark"):
        chat.reply(message)
    told = [turn.text.splitlines()[0] for turn in chat.conversation.turns if turn.items]
    assert len(told) >= 4
    assert all(one.split()[:2] != other.split()[:2] for one, other in pairwise(told))


def test_a_wish_beyond_the_catalogue_is_said_and_the_nearest_offered(cinema: ShelfPipeline) -> None:
    lead = Chat(cinema).reply("a martian western").text.splitlines()[0]
    assert lead.startswith("Nothing here is described as “martian”; these come nearest.")
    assert "western films" in lead
    assert "Nothing here" not in Chat(cinema).reply("a funny western").text


def test_variety_is_spoken_of_when_asked_for(cinema: ShelfPipeline) -> None:
    chat = Chat(cinema)
    chat.reply("surprise me")
    assert "Chosen to differ from each other." in chat.reply("more variety please").text
    assert cinema.requests[-1].diversity > 0
