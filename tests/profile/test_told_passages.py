"""What a model is told of each passage of a profile, and how its sentences begin."""

from __future__ import annotations

from convrec.profile.profiler import TasteProfiler
from convrec.profile.prose import Passage, passages
from convrec.profile.told import Told, begun, told
from convrec.signal import Scale
from convrec.testing.scripted import ScriptedChatModel
from convrec.testing.shelf import games, strategist
from convrec.types import Evidence, Statement


def statement(facet, value, **more):
    values = {"attitude": "liked", "count": 4, "judged": 5} | more
    return Statement(f"{facet}:{value}", facet, value, "like", 0.7, 0.9, f"You like {value}.", **values)


def test_titles_stand_for_the_count_where_there_are_any():
    one = statement("genre", "Drama")
    seen = Evidence("1", "Fargo (1996)", "loved", 5.0)
    assert told(Passage("", (one,)), "film").notes == ["likes: dramas", "pleased: 4 of 5 rated"]
    assert told(Passage("", (one,), (seen,)), "film").notes == ["likes: dramas", "loved: Fargo"]


def test_moods_and_kinds_are_said_in_one_breath():
    both = (statement("place", "Oslo"), statement("mood", "dark"), statement("genre", "War"))
    assert told(Passage("", both), "film").what == "dark and war films and films set in Oslo"


def test_sentences_of_a_profile_begin_differently():
    found = [
        Told("liked", "war films", verb="loved", titles=("Ran", "Glory")),
        Told("liked", "dark films"),
        Told("consumed", "films from the 1990s"),
        Told("disliked", "silly films"),
    ]
    ways = begun(found, "film")
    assert len(set(ways)) == len(ways)
    assert not ways[0].startswith(("You also", "On the other hand", "Less", "Among"))
    assert begun(found, "film") == ways


def test_a_begun_sentence_that_says_it_all_is_shown_and_one_that_does_not_is_not():
    def right(messages):
        what = messages[1].content.partition(": ")[2].splitlines()[0]
        start = messages[-1].content
        rest = {"You": f" enjoy {what}", "Your taste": f" runs to {what}", "You also": f" enjoy {what}"}
        return rest.get(start, " are to your taste") + "."

    def wrong(messages):
        return " and Uma Thurman."

    for reply, shown in ((right, True), (wrong, False)):
        profiler = TasteProfiler(games(), Scale(), "game", "played", ScriptedChatModel(reply), adapter="profile")
        said = passages(profiler.statements(strategist()), "game")
        answers = [
            one for one in profiler.wording.answers(said) if one.said and one.passage.statements[0].polarity == "like"
        ]
        assert answers
        assert any(one.kept for one in answers) is shown
        assert all(one.supported or not one.kept for one in answers)
