"""`convrec evaluate understanding`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convrec.cli.console import Json, out, out_json, say

if TYPE_CHECKING:
    from convrec.config import Settings
    from convrec.dialogue.readers.tagger import Tagger
    from convrec.evaluate.reading import Shelf


def understanding(
    utterances: Annotated[Path, typer.Argument(help='JSON lines: {"text", "spans", "acts", "catalogue", "part"}.')],
    catalogue: Annotated[
        list[str] | None,
        typer.Option(help="KIND=PATH, a workspace or a file of items; may be given several times."),
    ] = None,
    part: Annotated[str, typer.Option(help="Only messages of this part; empty: all.")] = "",
    adapter: Annotated[str, typer.Option(help="Folder of the adapter; empty: the one that comes with convrec.")] = "",
    titles: Annotated[int, typer.Option(min=0, help="Titles of each catalogue linked with a typo.")] = 300,
    seed: Annotated[int, typer.Option(help="Of typos and the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """How well messages are read by rules, the tuned models and both: slots, acts, negations, misspelt titles, time."""
    from convrec import config
    from convrec.dialogue.readers.slots import read
    from convrec.evaluate import reading
    from convrec.evaluate.report import context

    found = read(utterances)
    tagger = tagger_of(config.load(None), adapter)
    if tagger is None:
        say("no adapter understand for this LLM: the rules alone are judged")
    figures = reading.evaluate(
        found, _shelves(catalogue or [], tagger), tagger, part=part, titles=titles, seed=seed, progress=say
    )
    if as_json:
        out_json(context() | figures)
        return
    for line in described(figures):
        out(line)


def described(figures: dict[str, Any]) -> list[str]:
    """What was found, for people."""
    from convrec.evaluate.report import table

    heads = ("reader", "messages", "slot F1", "exact spans", "main act", "all acts", "negations", "turned")
    lines = [f"part {figures['part']}, 95 % intervals, bootstrap over messages, seed {figures['seed']}", ""]
    rows = [
        [f"{name}, {kind}", f"{one.messages}", *map(_short, (one.f1, one.exact, one.main_act, one.all_acts,
         one.negations, one.turned))]
        for name, kinds in figures["readers"].items()
        for kind, one in kinds.items()
    ]  # fmt: skip
    lines += [table(heads, rows), ""]
    best = list(figures["readers"])[-1] if "both" not in figures["readers"] else "both"
    slots = figures["readers"][best]["all"].slots
    shown = [[slot, *(f"{row[name]:.3f}" for name in ("precision", "recall", "F1")), f"{row['wanted']:.0f}"]
             for slot, row in slots.items()]  # fmt: skip
    lines += [table((f"slots, {best}", "precision", "recall", "F1", "messages"), shown), ""]
    acts = figures["readers"][best]["all"].acts
    shown = [[act, *(f"{row[name]:.3f}" for name in ("precision", "recall", "F1")), f"{row['wanted']:.0f}"]
             for act, row in acts.items()]  # fmt: skip
    lines += [table((f"acts, {best}", "precision", "recall", "F1", "messages"), shown), ""]
    lines += _consequences(figures["consequences"])
    for name, one in figures["titles"].items():
        links = f"as written {_short(one['as written'])}, with one typo {_short(one['one typo'])}"
        lines.append(f"{one['titles']} titles of {name} linked: {links}")
    for name, times in figures["milliseconds"].items():
        lines.append(f"a turn is understood by {name} in {times['p50']:.0f} ms (p50), {times['p95']:.0f} ms (p95)")
    return lines


def _consequences(done: dict[str, Any]) -> list[str]:
    """How far readings change the same as those by hand."""
    from convrec.evaluate.report import table

    shown = [[name, f"{one.changes}", _short(one.f1), _short(one.same)] for name, one in done.items()]
    heads = ("what the program does, against readings by hand", "changes", "change F1", "messages alike")
    return [table(heads, shown), ""]


def _short(one: Any) -> str:
    return f"{one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]"


def tagger_of(settings: Settings, given: str) -> Tagger | None:
    """The models of the settings with their adapters; None where the LLM has none.

    Args:
        settings: Name the models.
        given: Folder of the LLM's adapter; empty: the one that comes with convrec.
    """
    from convrec.adapters import for_hearing, in_use
    from convrec.dialogue.readers.ear import open_ear
    from convrec.dialogue.readers.tagger import ADAPTER, Tagger
    from convrec.llm import adapter_folder, open_model
    from convrec.llm.local import LocalModel

    folder = adapter_folder(given) if given else in_use(Path(), settings).get(ADAPTER)
    if folder is None:
        return None
    model = open_model(settings.models, settings.online, adapters={ADAPTER: folder})
    if not isinstance(model, LocalModel):
        return None
    return Tagger(model, folder, ear=open_ear(for_hearing(Path(), settings), settings))


def _shelves(given: Sequence[str], tagger: Tagger | None) -> dict[str, Shelf]:
    """Readers by kind of catalogue; kinds without a catalogue are read with none of its words."""
    from convrec.data.catalogue import ItemTable
    from convrec.dialogue.sense.understand import Understander
    from convrec.errors import UsageError
    from convrec.evaluate.reading import Shelf
    from convrec.types import Item

    def shelf(items: Any, noun: str, fame: dict[str, float] | None = None) -> Shelf:
        both = Understander(items, noun, popularity=fame, tagger=tagger) if tagger is not None else None
        return Shelf(Understander(items, noun, popularity=fame), both)

    found = {"": shelf(ItemTable([Item(str(place), "~" * (place + 1)) for place in range(5)]), "item")}
    for entry in given:
        kind, equals, path = entry.partition("=")
        if not equals:
            raise UsageError(f"--catalogue {entry!r} must be KIND=PATH, such as film=.convrec/ml-100k")
        items, fame = _catalogue(Path(path))
        found[kind] = shelf(items, kind, fame)
    return found


def _catalogue(path: Path) -> tuple[Any, dict[str, float] | None]:
    """Items, and how popular each is where that is known."""
    from convrec.data.report import Report
    from convrec.data.sources.tables import read_files

    if path.is_dir():
        from convrec import Recommender

        with Recommender.open(path) as rec:
            counts = rec.workspace.collaborative.counts.tolist() if rec.workspace.collaborative is not None else []
            items = rec.workspace.catalogue
            return items, {item.id: float(n) for item, n in zip(items.items, counts, strict=False)} or None
    from convrec.data.catalogue import ItemTable

    return ItemTable(read_files(path, None, path.stem, Report()).items), None
