"""The card of a tuned encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convrec.evaluate.report import context

if TYPE_CHECKING:
    from convrec.tune.encoder import Outcome
    from convrec.tune.encoder_plan import Plan

_QUERIES = {
    "history": "the newest liked items before an event, in words",
    "profile": "the profile's text, by template, of the events before",
    "dialogues": "the last turns before the assistant names an item",
}


def card(outcome: Outcome, plan: Plan, base: str, catalogue: str) -> str:
    """Data, counts, figures before and after, command, seed and date, as Markdown."""
    about = context()
    lines = [
        f"# Encoder tuned on {catalogue or 'a workspace'}",
        "",
        f"A sentence transformer of two towers that share weights, tuned from `{base}` by contrast: queries about a",
        "person against the documents of items, as the index embeds them. LoRA of rank "
        f"{plan.rank} on every linear layer"
        + ("; this folder holds the adapter alone." if plan.adapter_only else ", merged into the weights."),
        "",
        "## Data",
        "",
        *[f"- `{kind}`: {count:,} examples; the query is {_QUERIES[kind]}" for kind, count in outcome.examples.items()],
        *[f"- file `{path.name}`, its split `train`" for path in plan.dialogues],
        "",
    ]
    if {"history", "profile"} & set(plan.data):
        lines += [
            "The newest two events of every person with three or more were held out: the second newest are the cases",
            "below, the newest were not looked at.",
            "",
        ]
    queries, trimmed = outcome.queries
    lines += [
        f"Of {queries:,} queries written, {trimmed:,} lost their oldest parts to fit. {outcome.documents_cut:,}",
        "documents are longer than the encoder reads; it reads their beginning, in the index as in training."
        + (f" {outcome.unknown:,} items named in dialogues are not in the catalogue." if outcome.unknown else ""),
        "Whoever passes the weights on passes on something learned from this data: its terms apply.",
        "",
        "## Figures",
        "",
        "Held-out cases, encoder alone, every item ranked but those known to the person.",
        "",
        "| query | metric | before | after | cases |",
        "|---|---|---|---|---|",
        *[
            f"| {kind} | {name} | {value:.4f} | {outcome.after[kind][name]:.4f} | {int(of['cases'])} |"
            for kind, of in outcome.before.items()
            for name, value in of.items()
            if name != "cases"
        ],
        "",
        f"Weights of step {outcome.best_step} of {outcome.steps}, the best on these cases.",
        "",
        "## How it was made",
        "",
        f"- command: `{about['command']}`",
        f"- batch {plan.batch}, learning rate {plan.rate:g}, temperature {plan.temperature:g}, "
        f"negatives {plan.negatives}"
        + (f" ({plan.hard} of the {plan.pool} nearest a query)" if plan.negatives == "mined" else "")
        + ", log-popularity correction",
        f"- seed {plan.seed}, {about['date']}",
        "- " + ", ".join(f"{name} {version}" for name, version in about["versions"].items()),
        "",
    ]
    return "\n".join(lines)
