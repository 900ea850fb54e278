"""Both adapters and the network as they are written after they were trained together."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

from convrec.dialogue.readers import joint, tag_head
from convrec.errors import RunError, UsageError
from convrec.llm.adapter import WEIGHTS
from convrec.llm.adapter_files import EXAMPLES
from convrec.tune import manifest
from convrec.tune.reader_pair import ReaderPair
from convrec.tune.together import Outcome, Plan
from convrec.tune.writer import CARD, PARTIAL

NAMES = ("understand", "hear")
_HEADING = "## Trained together"
_JOINT_HEADING = "## Read together with the LLM"


def refuse_present(out: Path) -> None:
    """Refuse a folder that is there.

    Raises:
        UsageError: It is.
    """
    if out.exists():
        raise UsageError(f"{str(out)!r} exists; choose another folder")


def write(out: Path, pair: ReaderPair, outcome: Outcome, plan: Plan) -> tuple[Path, Path]:
    """Write both into `<out>.partial`, which is renamed when it is whole.

    Args:
        out: The folder to make, with a folder for each adapter.
        pair: With the weights to keep.
        outcome: Of the training.
        plan: Of the training.

    Returns:
        Folders of the adapters of the LLM and of the encoder.

    Raises:
        RunError: It cannot be written.
    """
    partial = out.with_name(out.name + PARTIAL)
    folders = partial / NAMES[0], partial / NAMES[1]
    try:
        shutil.rmtree(partial, ignore_errors=True)
        for which, (source, target) in enumerate(zip(pair.folders, folders, strict=True)):
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(EXAMPLES, joint.FILE, manifest.FILE))
            _write_weights(target, pair, which)
            card = (target / CARD).read_text(encoding="utf-8")
            card = card.partition(_HEADING)[0].partition(_JOINT_HEADING)[0].rstrip("\n")
            (target / CARD).write_text(f"{card}\n\n{_section(out, outcome, plan)}", encoding="utf-8")
            facts = {name: value for name, value in manifest.read(source).items() if name not in _OF_FILES}
            if which:  # the network reads just these two: their checksums are told by the first manifest and the file
                units = int(pair.network["states"].out_features)
                manifest.write(target, {"of": "weights"})
                joint.save(target / joint.FILE, pair.network, units, folders)
                (target / manifest.FILE).unlink()
            manifest.write(target, facts | {"together": asdict(plan) | {"after": dict(outcome.after)}})
        partial.rename(out)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise RunError("tune", f"{str(out)!r} cannot be written: {error}") from error
    return out / NAMES[0], out / NAMES[1]


_OF_FILES = ("format", "files", "joint", "together")


def _write_weights(target: Path, pair: ReaderPair, which: int) -> None:
    """Put in place of the weights that learned what they learned, in the format of the others."""
    from safetensors.torch import load_file, save_file

    tensors = load_file(target / WEIGHTS)
    for name, weight in pair.tuned(which).items():
        tensors[name] = weight.to("cpu", tensors[name].dtype).contiguous()
    save_file(tensors, target / WEIGHTS, metadata={"format": "pt"})
    layers = tag_head.load(target)[1]
    tag_head.save(target, pair.head(which), layers, tag_head.load_moves(target))


def _section(out: Path, outcome: Outcome, plan: Plan) -> str:
    before, after = outcome.before, outcome.after
    rows = [f"| {name} | {before[name]:.4f} | {after[name]:.4f} |" for name in before]
    rates = ", ".join(f"{rate:g}" for rate in plan.rates)
    return "\n".join(
        [
            _HEADING,
            "The upper layers of both adapters `understand` and `hear` and the network over their states",
            f"(`{joint.FILE}`, beside `hear`) were trained on together by",
            "",
            f"    convrec tune together --out {out.name}",
            "",
            f"on {outcome.train:,} messages, {plan.passes} passes of batches of {plan.batch}, {plan.layers[0]} layers "
            f"of the LLM and {plan.layers[1]} of the encoder ({outcome.trainable:,} numbers), rates {rates} (LLM, "
            f"encoder, heads, network), dropout {plan.dropout:g} before the network, weights averaged over steps "
            f"(decay {plan.decay:g}), seed {plan.seed}; {outcome.seconds / 60:.0f} minutes. "
            f"Pass {outcome.best} is the best on validation; kept is what lies {plan.share:g} of the way from the "
            "weights before to it.",
            "",
            f"| {outcome.validation:,} held-out messages, both together | before | after |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
