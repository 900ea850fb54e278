"""Answers to questions about items, the person and the wish, from the catalogue and the profile alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from convrec.dialogue.replies.describe import counted, joined, kinds_of, labels_of, phrase_of
from convrec.dialogue.replies.judgement import Judgement
from convrec.dialogue.rules.superlatives import told
from convrec.dialogue.state import State
from convrec.dialogue.understanding import Question
from convrec.dialogue.words.calendar import calendar_in
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.polarity import negated, wider
from convrec.facts import fact_words, holds_contents, range_words, tells_harm
from convrec.flags import tells_absence
from convrec.language import capital, is_prose, listing, plural
from convrec.profile.prose import nothing_known
from convrec.protocols import Catalogue
from convrec.types import FactValue, Filter, Item, ItemId, Profile

MOST_ITEMS = 5
_FREE = re.compile(r"\w[ -]free\b|\bfree (?:of|from)\b|\bwithout\b")
"""Asks whether something is not inside."""
_SPARED = re.compile(r"(?<!not )(?<!n't )\b(?:safe|ok|okay|fine|good|harmless|suitable|friendly)\b|\bnon[- ]?\w+ic\b")
"""Asks whether no harm is done."""
MOST_TEXT = 400
MOST_VALUES = 20
"""Words of a field that are all listed; of more, some."""
MOST_EXAMPLES = 5
MOST_FACTS = 5
_MUCH = 0.6
"""Share of the catalogue that has less from which on an item has much of something."""


class Answer(NamedTuple):
    """What is said to a question.

    Attributes:
        text: The words.
        focus: The item that they come to; None: none in particular.
    """

    text: str
    focus: ItemId | None = None


class Answers:
    """Answers one question at a time."""

    def __init__(
        self,
        catalogue: Catalogue,
        noun: str,
        *,
        reasons: Callable[[Sequence[ItemId]], Sequence[str]],
        judgement: Judgement,
        profile: Callable[[], Profile],
        fields: Mapping[str, Field],
        visitor: bool,
        known: Sequence[ItemId] = (),
        verb: str = "tried",
    ) -> None:
        """Keep what answers are made from.

        Args:
            catalogue: The items.
            noun: What one item is called.
            reasons: Why each of some items is recommended.
            judgement: Weighs items.
            profile: What is known about the person; asked for only when needed.
            fields: The catalogue's fields, by name.
            visitor: Whether nothing is stored of the person.
            known: What the person did something with, newest first.
            verb: What people do with items here.
        """
        self._catalogue = catalogue
        self._noun = noun.lower()
        self._reasons = reasons
        self._judgement = judgement
        self._profile = profile
        self._fields = fields
        self._calendar = calendar_in(fields)
        self._visitor = visitor
        self._known = [one for one in known if one in catalogue]
        self._verb = verb.lower()

    def to(self, question: Question, state: State) -> Answer:
        """The answer to a question."""
        # "The second one looks nice, but is it long?" points at one card twice.
        items = [self._catalogue[one] for one in [*dict.fromkeys(question.item_ids)][:MOST_ITEMS]]
        if len(items) > 1 and question.kind == "which":
            return Answer(*self._judgement.which(items))
        if len(items) > 1 and question.kind == "compare":
            return Answer(*self._judgement.compared(items))
        if items and question.kind == "fame":
            known = self._judgement.famous(items, question.said, least=question.wanted[0][1] == "low")
            return Answer(*known) if known else Answer("How well known these are is not told here.")
        if items and question.kind == "most":
            return Answer(*told(question, items, self._value, self._unit(question.fields[0])))
        return Answer(self._text(question, items, state))

    def _text(self, question: Question, items: Sequence[Item], state: State) -> str:
        if question.kind == "profile":
            return self._person(state)
        if question.kind == "wish":
            wish = phrase_of(state.request, self._catalogue)
            return f"You asked for: {wish}." if wish else "Nothing in particular so far."
        if question.kind == "help":
            return self._help()
        if question.kind == "count":
            return self._count(question, state)
        if question.kind == "values":
            return self._values(question.fields[0])
        if question.kind == "forget":
            return self._forget()
        return self._of_items(question, items, state)

    def _of_items(self, question: Question, items: Sequence[Item], state: State) -> str:
        if not items:
            return self._of_nothing(question)
        if question.kind in ("worth", "which", "compare"):
            return "\n".join(self._judgement.worth(item) for item in items)
        if question.kind == "why":
            return self._why(items, state)
        if question.kind == "have" and question.wanted:
            held = [item for item in items if any(self._has(item, *one) for one in question.wanted)]
            facts = [self._fact(item, [question.wanted[0][0]]) for item in items]
            if held and question.fields:  # "the quietest?" of what is told in words
                return (
                    f"{question.wanted[0][1].capitalize()}: {joined(list(dict.fromkeys(item.label for item in held)))}."
                )
            if held:
                return f"Yes: {joined(list(dict.fromkeys(item.label for item in held)))}."
            none = f"None is described as {question.wanted[0][1].lower()}." if question.fields else "No."
            return f"{none} {' '.join(facts)}".strip()
        if question.kind == "have":
            return f"Yes, the catalogue has {joined([item.label for item in items])}."
        if question.kind == "when":
            return self._when(items, question)
        if question.kind == "degree":
            return "\n".join(self._graded(item, question) for item in items)
        if question.kind == "unknown":
            return f"The catalogue does not tell that about {joined([item.title for item in items])}."
        return (
            "\n".join(self._about(item) for item in items) if question.kind == "about" else self._facts(items, question)
        )

    def _of_nothing(self, question: Question) -> str:
        if question.kind == "have":
            return f"No, I do not find “{question.said}” in this catalogue."
        if question.kind == "unknown":
            return f"I know no more about {plural(self._noun)} than this catalogue tells, and that is not in it."
        return f"About which {self._noun}? Name it, or say “the first one” once there are cards."

    def _when(self, items: Sequence[Item], question: Question) -> str:
        """When items are; of several that a time is asked of, which of them are then."""
        if question.fields:
            return self._facts(items, question)
        told = {item.id: self._calendar.told(item.facts) for item in items}
        if not question.filters:
            return "\n".join(f"{item.title}: {told[item.id] or 'the catalogue does not tell when'}." for item in items)
        kept = self._catalogue.matching(question.filters)
        held = [item for item in items if kept[self._catalogue.row(item.id)]]
        asked = joined(labels_of(question.filters))
        if len(items) > 1:
            return f"{capital(asked)}: {joined([one.title for one in held]) or 'none of them'}."
        item = items[0]
        if not told[item.id]:
            return f"The catalogue does not tell when {item.title} is."
        return f"{'Yes' if held else 'No'}. {item.title}: {told[item.id]}."

    def _person(self, state: State) -> str:
        """What is known of the person, and what this talk told."""
        text = self._profile().text.strip()
        if self._known and text == nothing_known(self._noun):
            done = joined([self._catalogue[one].title for one in self._known[:MOST_EXAMPLES]])
            text = (
                f"You {self._verb} {done}; that does not tell yet what you like. "
                f"Name {plural(self._noun)} that you liked, or say what you are after."
            )
        told = []
        for verdict, words in (("like", "you like {}"), ("dislike", "you do not like {}"), ("seen", "you know {}")):
            ids = [one for one, said in state.verdicts.items() if said == verdict]
            titles = [self._catalogue[one].title for one in ids if self._catalogue[one].title not in text]
            told += [words.format(joined(titles))] if titles else []
        wish = phrase_of(state.request, self._catalogue)
        told += [f"you are looking for: {wish}"] if wish else []
        if told:
            return f"{text} From this talk: {'; '.join(told)}.".strip()
        return text or f"Nothing yet. Name {plural(self._noun)} you like, and I will learn from them."

    def _help(self) -> str:
        return (
            f"Say what you want (“something like …”, “from the 90s”, “no …”), name {plural(self._noun)} you like or "
            "not, point at a card (“the second one, but newer”), ask about it (“why this one?”), or say “undo”."
        )

    def _count(self, question: Question, state: State) -> str:
        """How many items there are of a kind; of none in particular, how many meet what stands."""
        if question.wanted:
            asked = [Filter(name, "any_of", (value,)) for name, value in question.wanted]
            n = int(self._catalogue.matching(asked).sum())
            told = f"There {'is' if n == 1 else 'are'} {counted(n)} {kinds_of(asked, self._noun, n)}"
            others = [one for one in state.request.filters if one.field not in {each.field for each in asked}]
            both = int(self._catalogue.matching([*others, *asked]).sum())
            return f"{told}." if both == n else f"{told}; {counted(both)} of them with all else that you asked for."
        total, wanted = len(self._catalogue), labels_of(state.request.filters)
        if not wanted:
            return f"There are {total:,} {plural(self._noun)} in this catalogue."
        fits = int(self._catalogue.matching(state.request.filters).sum())
        quoted = joined([f"“{label}”" for label in wanted])
        return f"Of {total:,} {plural(self._noun)}, {fits:,} {'fits' if fits == 1 else 'fit'} {quoted}."

    def _values(self, name: str) -> str:
        """Which words of a field can be asked for, those of most items first."""
        field = self._fields[name]
        ranked = sorted(field.values, key=lambda value: -field.values[value])
        if len(ranked) <= MOST_VALUES:
            return f"There {'are' if len(ranked) > 1 else 'is'} {joined(ranked, 'and')}. Which one?"
        others = f"{len(ranked) - MOST_EXAMPLES:,} others are known here"
        return f"For example {joined(ranked[:MOST_EXAMPLES], 'or')}; {others}. Name one."

    def _forget(self) -> str:
        if self._visitor:
            return "You talk as a visitor: nothing about you is stored, and this talk is gone when you leave it."
        return (
            "Words in a talk do not delete anything for good. “Forget me” on the page deletes at once all that is "
            "stored about you: history, profile and talks; so does `convrec forget`. To correct a part of it, say for "
            "example “forget that I liked …”."
        )

    def _why(self, items: Sequence[Item], state: State) -> str:
        shown = [item for item in items if item.id in state.shown]
        if not shown:
            return f"I have not recommended {joined([item.title for item in items], 'or')} so far."
        reasons = self._reasons([item.id for item in shown])
        return "\n".join(f"{item.title}: {reason}" for item, reason in zip(shown, reasons, strict=True))

    def _about(self, item: Item) -> str:
        text = item.text if len(item.text) <= MOST_TEXT else item.text[:MOST_TEXT].rsplit(" ", 1)[0] + " …"
        if text:
            return f"{item.label}: {text}"
        told_of = [(name, value) for name, value in item.facts.items() if not _is_long(value)][:MOST_FACTS]
        facts = [fact_words(name, value, unit=self._unit(name), between=": ") for name, value in told_of]
        kinds = [joined(item.genres)] if item.genres else []
        told = "; ".join(kinds + facts)
        return f"{item.label}: {told}." if told else f"Of {item.label} the catalogue only has the title."

    def _facts(self, items: Sequence[Item], question: Question) -> str:
        if question.filters:
            return "\n".join(self._met(item, question.filters) for item in items)
        if question.wanted and len(items) > 1 and question.said.lstrip().startswith("which"):
            return self._those(items, question.wanted)
        said = [self._checked(item, question.wanted, question.said) if question.wanted else "" for item in items]
        said = [one or self._fact(item, question.fields) for one, item in zip(said, items, strict=True)]
        told = [one for one in said if one]
        label = items[0].label if len(items) == 1 else f"any of these {plural(self._noun)}"
        return "\n".join(told) or f"The catalogue does not tell that about {label}."

    def _those(self, items: Sequence[Item], wanted: Sequence[tuple[str, str]]) -> str:
        """Which of several items have any of some values."""
        masks = [self._catalogue.matching([Filter(field, "any_of", (value,))]) for field, value in wanted]
        own = [item.label for item in items if any(mask[self._catalogue.row(item.id)] for mask in masks)]
        return f"{listing(own)}." if own else f"None of these {plural(self._noun)}, as far as the catalogue tells."

    def _met(self, item: Item, filters: Sequence[Filter]) -> str:
        """Whether an item meets some bounds, and the number that says so."""
        fact = self._fact(item, [one.field for one in filters])
        if not fact:
            return f"The catalogue does not tell that about {item.label}."
        met = self._catalogue.matching(filters)[self._catalogue.row(item.id)]
        return f"{'Yes' if met else 'No'}. {fact}"

    def _checked(self, item: Item, wanted: Sequence[tuple[str, str]], asked: str) -> str:
        """Yes or no, and the fact that says so; empty where the catalogue has none.

        Args:
            item: That it is asked about.
            wanted: Fields and values, any of which it may have.
            asked: The question: `is it nut free?` is answered by no to nuts.
        """
        if any(tells_absence(name) for name, _ in wanted):
            return self._contains(item, wanted, free=_FREE.search(asked) is not None)
        has = [name for name, value in wanted if self._as_good(item, name, value)]
        names = has or [name for name, _ in wanted if _words(self._value(item, name))]
        fact = self._fact(item, names[:1])
        if not fact and negated(wanted[0][0]):
            return f"{item.title}: nothing is stated as {wanted[0][0].replace('_', ' ').lower()}."
        if not fact:
            return ""
        silent = [name for name, _ in wanted if holds_contents(name) and not _words(self._value(item, name))]
        if not has and silent:
            return f"That is not stated in full. {fact}"
        field = self._fields[names[0]]
        spared = tells_harm(names[0]) and _SPARED.search(asked) is not None
        if _FREE.search(asked) or spared or (negated(names[0]) and "open" in asked.split()):
            return f"{'No' if has else 'Yes'}. {fact}"
        open_ended = not has and not field.hard and len(field.values) > MOST_VALUES
        return f"{'Yes' if has else 'Not that the catalogue says' if open_ended else 'No'}. {fact}"

    def _contains(self, item: Item, wanted: Sequence[tuple[str, str]], *, free: bool) -> str:
        """Whether a thing is in an item, where one fact says what is and another what is not; `free`: asked if not."""
        said = [name for name, value in wanted if self._has(item, name, value)]
        inside = [name for name in said if not tells_absence(name)]
        told = said or [name for name, _ in wanted if not tells_absence(name) and _words(self._value(item, name))]
        fact = self._fact(item, (inside or told)[:1])
        if not fact:
            return ""
        return f"{'Yes' if bool(inside) is not free else 'No'}. {fact}" if said else f"That is not stated. {fact}"

    def _as_good(self, item: Item, name: str, value: str) -> bool:
        """Whether an item has a value or one that stands for it, too: `all levels` for beginners."""
        field = self._fields.get(name)
        same = wider((value,), field) if field is not None and not tells_harm(name) else (value,)
        return any(self._has(item, name, one) for one in same)

    def _has(self, item: Item, name: str, value: str) -> bool:
        return value.casefold() in _words(self._value(item, name))

    def _graded(self, item: Item, question: Question) -> str:
        """Whether an item has much or little of a number, as numbers here go."""
        (name, side), value = question.wanted[0], self._value(item, question.fields[0])
        if not isinstance(value, int | float):
            return f"The catalogue does not tell that about {item.label}."
        numbers = self._fields[name].numbers
        below, above = float((numbers < value).mean()), float((numbers > value).mean())
        more, less = (below, above) if side == "high" else (above, below)
        said = "Yes" if more >= _MUCH else "No" if less >= _MUCH else "In between"
        share, which = (below, "more") if below >= above else (above, "less")
        return f"{said}. {self._fact(item, [name])[:-1]}, {which} than {share:.0%} of the {plural(self._noun)} here."

    def _fact(self, item: Item, fields: Sequence[str]) -> str:
        for name in fields:
            value = self._value(item, name)
            if value is not None and value not in ("", ()):
                return (
                    f"{item.title}: {range_words(name, item.facts) or fact_words(name, value, unit=self._unit(name))}."
                )
        return ""

    def _unit(self, name: str) -> str:
        return "minutes" if name in self._fields and self._fields[name].measure == "minutes" else ""

    def _value(self, item: Item, name: str) -> FactValue | None:
        if name == "genres":
            return item.genres
        return item.year if name == "year" else item.facts.get(name)


def _is_long(value: FactValue) -> bool:
    return isinstance(value, str) and is_prose([value])


def _words(value: FactValue | None) -> tuple[str, ...]:
    words = value if isinstance(value, tuple) else () if value in (None, "") else (str(value),)
    return tuple(word.casefold() for word in words)
