"""`convrec recommend`: the best items for a user, with reasons."""

from __future__ import annotations

from typing import Annotated

import typer

from convrec.cli.console import Folder, Json, application, out, out_json, say

app = application("Recommend.")


@app.command(
    epilog='Example: convrec recommend .convrec/ml-100k --user 196 --query "a slow-burn thriller" --k 5 --json'
)
def recommend(
    workspace: Folder,
    user: Annotated[str | None, typer.Option(help="Whose history counts; leave out for a newcomer.")] = None,
    query: Annotated[str | None, typer.Option(help="What is wanted now, in words.")] = None,
    k: Annotated[int, typer.Option("--k", "-k", help="How many.")] = 5,
    explain: Annotated[bool, typer.Option(help="Write explanations.")] = True,
    as_json: Json = False,
) -> None:
    """Print a user's profile and the k best items with reasons."""
    from convrec import Recommender

    with Recommender.open(workspace) as rec:
        if user is not None and not rec.history(user).events:
            say(f"convrec: user {user!r} has no events here and is served as a newcomer")
        profile = rec.profile(user) if user is not None and explain else None
        answer = rec.answer(user, query=query, k=k, explain=explain)
        profile = profile or answer.profile
    if as_json:
        out_json(
            {
                "user": user,
                "profile": profile.text,
                "recommendations": [
                    {
                        "rank": entry.rank,
                        "item_id": entry.item.id,
                        "title": entry.item.title,
                        "year": entry.item.year,
                        "score": entry.score,
                        "probability": entry.probability,
                        "explanation": entry.explanation.text if entry.explanation else None,
                        "claims": entry.explanation.claims if entry.explanation else [],
                        "sources": entry.sources,
                    }
                    for entry in answer.recommendations
                ],
                "timings_s": {stage: round(seconds, 4) for stage, seconds in answer.timings.items()},
            }
        )
        return
    if profile.text:
        out(f"{profile.text}\n")
    for entry in answer.recommendations:
        sure = "" if entry.probability is None else f"  (chance that you will like it: {entry.probability:.0%})"
        out(f"{entry.rank}. {entry.item.label}{sure}")
        if entry.explanation:
            out(f"   {entry.explanation.text}")
    if not answer.recommendations:
        out("Nothing in the catalogue fits that.")
