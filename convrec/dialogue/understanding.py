"""What one message means: plain frozen values, beside the words that decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from convrec.dialogue.readers.slots import Parse
from convrec.dialogue.rules.outside import Outside
from convrec.dialogue.rules.titles import Mention
from convrec.types import Filter, ItemId, Polarity, Verdict

Act = Literal[
    "greet", "thank", "bye", "smalltalk", "yes", "no", "recommend", "inform", "ask", "answer", "accept", "reject",
    "feedback", "more", "again", "surprise", "undo", "reset", "edit", "other",
]  # fmt: skip
"""What a message does. `inform`: tells a wish or a taste. `answer`: replies to a question of ours. `more`: other
items for the same wish. `again`: items shown before. `surprise`: no preference. `edit`: corrects the profile."""

QuestionKind = Literal[
    "why", "about", "fact", "profile", "wish", "help", "have", "values", "forget", "worth", "which", "compare",
    "most", "degree", "count", "when", "fame", "unknown",
]  # fmt: skip
"""`why`: why an item is recommended. `about`: what it is. `fact`: one of its facts. `profile`: what is known about the
person. `wish`: what stands. `have`: whether the catalogue has something. `values`: which words a field has.
`forget`: to be forgotten. `worth`: whether an item is any good. `which`: which of several to take. `compare`: what sets
several apart. `most`: which has most or least of a number. `degree`: whether an item has much or little of a number.
`count`: how many there are. `when`: when an item is, or whether it is then. `fame`: which of
several most people know, or fewest. `unknown`: what no catalogue tells."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody says of an item.

    Attributes:
        item_id: Of which.
        strength: -1 (hated) to 1 (loved); 0 says only that it was seen, or was so-so.
        seen: Whether it was seen, played, read before.
        said: The words that say so.
    """

    item_id: ItemId
    strength: float
    seen: bool
    said: str

    @property
    def verdict(self) -> Verdict:
        """The same as a tap on a card."""
        if self.strength >= 0.4:
            return "like"
        return "dislike" if self.strength <= -0.3 else "seen"


@dataclass(frozen=True, slots=True)
class Question:
    """Something the person wants to know.

    Attributes:
        kind: About what sort of thing.
        item_ids: Which items it is about; empty where none is meant.
        fields: The facts asked for, most fitting first; for `fact`, and for `when` where it names one.
        said: The words.
        wanted: Fields with a value each, where it asks whether an item has one of them: yes or no; with `most` and
            `degree` the field with the end of its numbers that is meant, `high` or `low`; with `fame` the end alone.
        filters: With `when`: the conditions that it asks about; empty: it asks openly.
    """

    kind: QuestionKind
    item_ids: tuple[ItemId, ...] = ()
    fields: tuple[str, ...] = ()
    said: str = ""
    wanted: tuple[tuple[str, str], ...] = ()
    filters: tuple[Filter, ...] = ()


EditAction = Literal["ignore", "heed", "remove", "add"]
"""`ignore`: what was done with such items was somebody else's or does not count. `heed`: it counts again. `remove`: a
taste that was noted is none. `add`: a taste to be noted."""


@dataclass(frozen=True, slots=True)
class ProfileEdit:
    """A correction of what is known about the person, said in talk.

    Attributes:
        action: What to do.
        facet: Field of the catalogue it is about; empty where it names items, or nothing that is known here.
        value: Word of the field, in the catalogue's spelling; without a field, the person's words for what it is about.
        item_ids: Items it is about.
        polarity: With `add`: whether the taste is a liking.
        said: The words.
    """

    action: EditAction
    facet: str = ""
    value: str = ""
    item_ids: tuple[ItemId, ...] = ()
    polarity: Polarity | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one message means.

    Attributes:
        acts: What it does, most telling first; at least one.
        filters: Hard conditions it adds.
        lifted: Standing conditions it takes back, as they stand.
        joins: Whether its words are added to what stands on the same field (`also`, `or`) and do not replace it.
        fresh: Whether it names a whole new wish (`a western`), so that earlier moods and likenesses no longer count.
        corrects: Whether it puts right what was understood just before (`no, I meant ...`).
        wishes: Soft wishes in words.
        avoid: Soft aversions in words.
        welcome: Words no longer averse to.
        like: Items it wants more of the kind of.
        unlike: Items it wants nothing like.
        feedback: What it says of items.
        mentions: Titles it names.
        referred: Items it points at (`the second one`, `it`).
        questions: What it asks.
        accepted: Items it takes.
        unclear: Whether it judges or asks about one of several items without saying which.
        k: How many it asks for; None: not said.
        novelty: -1 (well-known) to 1 (off the beaten track); None: not said.
        diversity: 0 to 1; None: not said.
        text: Its wish in the person's own words, without what is refused; for semantic search.
        missing: What it asks for that the catalogue does not have.
        edits: What it corrects in the profile.
        later: A second wish in it, for somebody else or another time, in its own words; empty: none.
        outside: What it is about that is none of a recommender's business (see `outside.py`); empty: nothing.
        parse: Its words by the part they play and its acts in full; places are those of the mended text. None where
            nothing was taken apart.
        unsaid: Wishes in earlier words that it takes back with somebody they were for.
        unliked: Items that it no longer wants more of, for the same reason.
        trace: What decided, one line a finding.
    """

    acts: tuple[Act, ...]
    filters: tuple[Filter, ...] = ()
    lifted: tuple[Filter, ...] = ()
    joins: bool = False
    fresh: bool = False
    corrects: bool = False
    wishes: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    welcome: tuple[str, ...] = ()
    like: tuple[ItemId, ...] = ()
    unlike: tuple[ItemId, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    mentions: tuple[Mention, ...] = ()
    referred: tuple[ItemId, ...] = ()
    questions: tuple[Question, ...] = ()
    accepted: tuple[ItemId, ...] = ()
    unclear: bool = False
    k: int | None = None
    novelty: float | None = None
    diversity: float | None = None
    text: str = ""
    missing: tuple[str, ...] = ()
    edits: tuple[ProfileEdit, ...] = ()
    later: str = ""
    outside: Outside = ""
    parse: Parse | None = None
    unsaid: tuple[str, ...] = ()
    unliked: tuple[ItemId, ...] = ()
    trace: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether it tells one item from another."""
        return bool(
            self.filters or self.lifted or self.wishes or self.avoid or self.welcome or self.like or self.unlike
            or self.feedback or self.novelty is not None or self.diversity is not None
        )  # fmt: skip
