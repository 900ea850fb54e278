"""Are reasons true, varied, and to the point: explanations over many people, with and without a wish."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.evaluate.claims import Crowd, Witness
from convrec.evaluate.interval import bootstrap
from convrec.explain.claims import material_of, passing
from convrec.language import facet_phrase, plural, short_title
from convrec.types import Candidate, Explanation, History, Profile, Recommendation, Request

if TYPE_CHECKING:
    from convrec.explain.evidence import Grounds
    from convrec.recommend import Recommender

CARDS = 5
_LISTS = 8
"""Lists that are worded as one batch: three times as fast as one by one."""
_TIMED = 16
"""Lists that are worded one by one, as people wait for them."""
_MOST_CELLS = 50_000_000
"""People times items that can be laid out whole, to count neighbours again."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Case:
    history: History
    profile: Profile
    request: Request
    wish: str
    chosen: Sequence[Recommendation]


def evaluate(
    rec: Recommender, *, count: int = 2000, seed: int = 0, progress: Progress = lambda message: None
) -> dict[str, Any]:
    """Figures of about `count` explanations, five a list, every second list for a wish.

    Returns:
        `shown`: claims supported by the independent check, distinctness, length, wishes named; `model`, where one words
        them: how many of its texts are shown, and of its sentences pass as written, of those taken and of first drafts;
        `seconds` a list.
    """
    log = rec.store.events.log()
    dense = len(log.users) * len(rec.catalogue) <= _MOST_CELLS
    crowd = Crowd(log, rec.catalogue, rec.scale) if dense and len(log) else None
    tally = _Tally()
    waiting = _cases(rec, count, seed, progress)
    while cases := list(islice(waiting, _LISTS)):
        for case, grounds, drafts in _worded(rec, cases, tally):
            texts = rec.stages.explainer.chosen(grounds, drafts)
            tally.note(rec, case, grounds, drafts, texts, rec.stages.explainer.put(grounds, texts), crowd)
        progress(f"{len(tally.texts)} of {count} explanations")
    lengths = np.array([len(text.split()) for text in tally.texts])
    return {
        "explanations": len(tally.texts),
        "seed": seed,
        "shown": {
            "claims": tally.claims,
            "claims_supported": 1 - len(tally.wrong) / max(tally.claims, 1),
            "faults": tally.wrong[:5],
            "distinct": len(set(tally.texts)) / max(len(tally.texts), 1),
            "words": {"mean": float(lengths.mean()), "most": int(lengths.max())},
            "wish_named": bootstrap(np.array(tally.named, dtype=float), seed=seed) if tally.named else None,
        },
        **tally.of_model(),
        "seconds_a_list": {
            "lists": len(tally.seconds),
            "p50": float(np.median(tally.seconds)),
            "p95": float(np.quantile(tally.seconds, 0.95)),
        },
    }


@dataclass
class _Sentences:
    """How many were read, and how many pass as they were written."""

    whole: int = 0
    passing: int = 0

    def add(self, counted: tuple[int, int]) -> None:
        passing, whole = counted
        self.passing, self.whole = self.passing + passing, self.whole + whole

    @property
    def share(self) -> float:
        return self.passing / max(self.whole, 1)


@dataclass
class _Tally:
    """What was counted so far."""

    texts: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    named: list[bool] = field(default_factory=list)
    claims: int = 0
    asked: int = 0
    shown: int = 0
    first: _Sentences = field(default_factory=lambda: _Sentences())
    chosen: _Sentences = field(default_factory=lambda: _Sentences())

    def note(
        self, rec: Recommender, case: _Case, grounds: Sequence[Grounds], drafts: Sequence[Sequence[str]],
        texts: Sequence[str], found: Sequence[Explanation], crowd: Crowd | None,
    ) -> None:  # fmt: skip
        """Count one list."""
        noun, verb = rec.settings.noun, rec.settings.verb
        for entry, one, written, text, reason in zip(case.chosen, grounds, drafts, texts, found, strict=True):
            witness = Witness(entry.item, case.history, case.profile, case.wish, rec.catalogue)
            self.texts.append(reason.text)
            self.claims += len(reason.claims)
            faults = ((claim, witness.refutes(claim, crowd)) for claim in reason.claims)
            self.wrong.extend(f"{reason.text} [{claim.text}: {why}]" for claim, why in faults if why)
            if case.wish:
                self.named.append(any(claim.kind == "wish" for claim in reason.claims))
            if text:
                material = material_of(one, noun, verb)
                self.asked, self.shown = self.asked + 1, self.shown + (reason.written_by != "template")
                self.first.add(passing(written[0], material))
                self.chosen.add(passing(text, material))

    def of_model(self) -> dict[str, Any]:
        """Of the model's own words; empty where none were asked for."""
        if not self.asked:
            return {}
        return {
            "model": {
                "texts": self.asked,
                "texts_shown": self.shown / self.asked,
                "sentences": self.chosen.whole,
                "sentences_passing_as_written": self.chosen.share,
                "first_drafts_passing_as_written": self.first.share,
            }
        }


def _worded(
    rec: Recommender, cases: Sequence[_Case], tally: _Tally
) -> Iterator[tuple[_Case, list[Grounds], list[list[str]]]]:
    """Several lists worded as one batch, once some were timed one by one."""
    explainer = rec.stages.explainer
    everything = []
    for case in cases:
        candidates = [Candidate(one.item.id, one.score, one.sources) for one in case.chosen]
        start = time.perf_counter()
        grounds = rec.stages.grounds(case.history, case.profile, case.request, candidates)
        drafts = None
        if len(tally.seconds) < _TIMED:
            drafts = explainer.drafts(grounds)
            explainer.put(grounds, explainer.chosen(grounds, drafts))
            tally.seconds.append(time.perf_counter() - start)
        everything.append((case, grounds, drafts))
    written = iter(explainer.drafts([one for _, grounds, drafts in everything if drafts is None for one in grounds]))
    for case, grounds, drafts in everything:
        yield case, grounds, list(islice(written, len(grounds))) if drafts is None else drafts


def _cases(rec: Recommender, count: int, seed: int, progress: Progress) -> Iterator[_Case]:
    draw = np.random.default_rng(seed)
    users = [history for history in rec.store.events.log().histories() if len(history.events) >= 5]
    order = draw.permutation(len(users))
    progress(f"recommending to {min(len(users), count // CARDS)} people")
    made = 0
    for number in range(count):  # each list has at least one card
        if made >= count:
            return
        history = users[order[number % len(users)]]
        wish = _wish(rec, history, draw) if number % 2 else ""
        answer = rec.answer(history.user_id, query=wish or None, k=CARDS, explain=False)
        if answer.recommendations:
            made += len(answer.recommendations)
            yield _Case(history, answer.profile, answer.request, wish, answer.recommendations)


def _wish(rec: Recommender, history: History, draw: np.random.Generator) -> str:
    """A wish in words, of a kind that the catalogue can meet."""
    noun = rec.settings.noun
    genres = [value for value, many in rec.catalogue.values("genres").items() if many >= 10]
    own = [one for one in history.item_ids if one in rec.catalogue]
    if own and (not genres or draw.random() < 0.3):
        title = rec.catalogue[own[int(draw.integers(len(own)))]].title
        return f"something like {short_title(title, len(title))}"  # whole, as a person would say it
    if not genres:
        return ""
    genre = genres[int(draw.integers(len(genres)))]
    years = sorted(
        {item.year // 10 * 10 for item in rec.catalogue.items if item.year is not None and genre in item.genres}
    )
    if years and draw.random() < 0.5:
        return f"{facet_phrase('genre', [genre], noun)} from the {years[int(draw.integers(len(years)))]}s"
    return facet_phrase("genre", [genre], noun) if draw.random() < 0.5 else f"good {genre.lower()} {plural(noun)}"
