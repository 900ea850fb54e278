"""The claims of an explanation, each checked; what does not pass is not shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convrec.explain.evidence import Grounds
from convrec.grounding import STRONG, Count, Given, Material, Named, masked, read, repair, sentences, title_forms
from convrec.types import Claim

MOST_SENTENCES = 2
_MOST_WORDS = 45


@dataclass(frozen=True, slots=True)
class Checked:
    """What remains of a model's text.

    Attributes:
        text: One or two sentences.
        claims: What they assert, all supported.
        sentences: How many there are.
    """

    text: str
    claims: tuple[Claim, ...]
    sentences: int


def material_of(grounds: Grounds, noun: str, verb: str) -> Material:
    """All that an explanation of the item may say.

    A value of the profile may be said only of an item that has it, which the grounds see to.
    """
    subject = Named(grounds.item.id, grounds.item.label)
    # What they asked for something like is part of the wish, also where they know it.
    named = [
        Named(other.id, other.label, "", frozenset(shared)) for met in grounds.wishes for other, shared in met.like
    ]
    asked = {one.item_id for one in named}
    named.extend(
        Named(one.item.id, one.item.label, one.opinion.verb, frozenset(one.shared))
        for one in grounds.cited
        if one.item.id not in asked
    )
    given = [
        Given(met.fact[0] if met.fact else "wish", met.fact[1] if met.fact else met.said, "wish", met.said)
        for met in grounds.wishes
        if not met.like
    ]
    known = {(one.facet, one.value) for one in given}
    given.extend(
        Given(one.facet, one.value, "statement", one.id, one.polarity == "like", one.strength >= STRONG)
        for one in grounds.statements
        if (one.facet, one.value) not in known
    )
    if grounds.against is not None:
        one = grounds.against
        # What they asked for they may be told that it is, whatever they have thought of such things.
        asked_for = any(each.kind == "wish" and (each.facet, each.value) == (one.facet, one.value) for each in given)
        if not asked_for:
            given = [each for each in given if (each.facet, each.value) != (one.facet, one.value)]
            given.append(Given(one.facet, one.value, "statement", one.id, liked=False))
    known = {(one.facet, one.value) for one in given}
    facts = dict.fromkeys([*grounds.facts, *(fact for one in grounds.cited for fact in one.shared)])
    given.extend(
        Given(facet, value, "fact", f"{facet}={value}") for facet, value in facts if (facet, value) not in known
    )
    if grounds.item.year is not None:
        given.append(Given("year", str(grounds.item.year), "fact", f"year={grounds.item.year}"))
    if grounds.soured is not None:
        sour = grounds.soured
        named.append(Named(sour.item.id, sour.item.label, sour.opinion.verb, frozenset(sour.shared)))
    counts = () if grounds.liked_by is None else (Count(*grounds.liked_by, "neighbours", grounds.item.id),)
    together = any(one.share > 0 for one in grounds.cited)
    negative = grounds.against is not None or grounds.soured is not None
    return Material(noun, verb, subject, tuple(named), tuple(given), negative, counts, together=together)


def checked(text: str, material: Material) -> Checked | None:
    """At most two sentences of the text, as far as they pass; None where the first does not or says nothing telling.

    Args:
        text: As written by a model.
        material: What it may say.
    """
    kept: list[str] = []
    claims: list[Claim] = []
    for written in sentences(text, material)[:MOST_SENTENCES]:
        sentence = repair(written, material)
        reading = read(sentence, material)
        if not reading.passes or not sentence.endswith((".", "!")) or _echoes(reading.claims, claims, material):
            break
        kept.append(sentence)
        claims.extend(reading.claims)
    said = " ".join(kept)
    if (
        not kept
        or len(said.split()) > _MOST_WORDS
        or _stutters(said, material)
        or not _is_reason(said, claims, material)
    ):
        return None
    return Checked(said, tuple(dict.fromkeys(claims)), len(kept))


def passing(text: str, material: Material) -> tuple[int, int]:
    """How many of the sentences of a text, two at most, pass as they were written, and how many there are."""
    found = sentences(text, material)[:MOST_SENTENCES]
    return sum(read(sentence, material).passes for sentence in found), len(found)


def _echoes(claims: Sequence[Claim], before: Sequence[Claim], material: Material) -> bool:
    """Whether a sentence says again what went before, apart from what speaks against the item."""
    sour = {one.subject for one in material.given if one.liked is False}
    return not {claim.subject for claim in claims}.isdisjoint({claim.subject for claim in before} - sour)


def _is_reason(text: str, claims: Sequence[Claim], material: Material) -> bool:
    """Whether it speaks to the person, of the item, and joins what the item is to what they like or want."""
    # That both are of one decade is no reason.
    kinds = {
        claim.kind for claim in claims if claim.kind != "fact" or not claim.subject.startswith(("period=", "year="))
    }
    joined = (
        not kinds.isdisjoint({"statement", "wish", "neighbours"})
        or {"fact", "history"} <= kinds
        or (material.together and "history" in kinds)
    )
    forms = title_forms(material.subject.title) if material.subject else []
    of_item = any(form in text for form in forms) or re.search(r"\b(?:this|it)\b", text.lower()) is not None
    return joined and of_item and re.search(r"\byour?\b", text.lower()) is not None


def _stutters(text: str, material: Material) -> bool:
    """Whether three words in a row come twice, titles apart, as small models do when they lose the thread."""
    words = masked(text, material).lower().split()
    triples = list(zip(words, words[1:], words[2:], strict=False))
    return len(set(triples)) < len(triples)
