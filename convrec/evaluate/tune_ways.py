"""One way of training, measured in a process of its own: `python -m convrec.evaluate.tune_ways SPEC.json`."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from convrec.errors import ConvrecError
from convrec.evaluate.tune_examples import FILE
from convrec.tune.recipe import Recipe

WAYS = ("bf16", "4bit", "dora", "trl")


@dataclass(frozen=True)
class Measured:
    """What one way took.

    Attributes:
        tokens_per_s: Median over the steps but the first; padding is not counted.
        loaded_mib: Highest resident memory by the time the first step began.
        peak_mib: The same at the end.
        cuda_peak_mib: Highest memory that torch held on the GPU; None without one.
        nll_before: Nats a token on the examples before training, by the same code for every way.
        nll_after: The same after the last step.
        trainable: Numbers trained.
        device: Computed on.
    """

    tokens_per_s: float
    loaded_mib: int
    peak_mib: int
    cuda_peak_mib: int | None
    nll_before: float
    nll_after: float
    trainable: int
    device: str


def recipe_of(plan: Recipe, way: str, checkpointing: bool) -> Recipe:
    """The recipe of a way: the same data, batches, rank and steps in each."""
    lora = {"4bit": {"quantize": "4bit"}, "dora": {"method": "dora"}}.get(way, {})
    return plan.model_copy(
        update={
            "lora": plan.lora.model_copy(update=lora),
            "train": plan.train.model_copy(update={"checkpointing": checkpointing}),
        }
    )


def measure(recipe: Recipe, base: Path, folder: Path, *, way: str, device: str = "auto") -> Measured:
    """Train and measure.

    Args:
        recipe: Of `recipe_of`.
        base: Folder of the model.
        folder: With the examples; what is written goes there too.
        way: Of `WAYS`.
        device: `auto` or `cpu`.
    """
    return (_with_trl if way == "trl" else _with_convrec)(recipe, base, folder, device)


def _with_convrec(recipe: Recipe, base: Path, folder: Path, device: str) -> Measured:
    from convrec.tune import curve
    from convrec.tune.model import prepare
    from convrec.tune.trainer import Trainer, accelerator

    processes = accelerator(device)
    model, tokenizer = prepare(recipe, base, device=str(processes.device))
    task = _task(recipe, folder, tokenizer, model, base)
    run = folder / "run"
    trainer = Trainer(model, [(task, recipe.task[0])], recipe, run, identity={}, accelerator=processes)
    loaded = peak_mib()
    outcome = trainer.fit()
    entries = curve.read(run)
    name = f"{task.name}.nll"
    return _measured(
        [entry["tokens_per_s"] for entry in entries], loaded, outcome.before[task.name]["nll"],
        entries[-1]["validation"][name], outcome.trainable, str(processes.device),
    )  # fmt: skip


def _with_trl(recipe: Recipe, base: Path, folder: Path, device: str) -> Measured:
    """TRL's SFTTrainer on the very same tokens, batch by batch."""
    import torch
    from datasets import Dataset
    from transformers import AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    from convrec.tune.model import config, load_base

    its = recipe.train
    tokenizer = AutoTokenizer.from_pretrained(str(base), local_files_only=True)
    model = load_base(base, layers=recipe.layers, device=device, dtype=its.dtype)
    task = _task(recipe, folder, tokenizer, model, base)
    rows = [task.row(example) for step in range(its.steps) for example in task.batch(step)]
    size = len(rows) // its.steps
    data = Dataset.from_list(
        [{"input_ids": tokens, "labels": [-100] * prompt + tokens[prompt:]} for tokens, prompt in rows]
    )
    seconds: list[float] = []

    class Watch(TrainerCallback):  # type: ignore[misc]  # transformers is untyped here
        def on_step_begin(self, *_: Any, **__: Any) -> None:
            seconds.append(-time.monotonic())

        def on_step_end(self, *_: Any, **__: Any) -> None:
            seconds[-1] += time.monotonic()

    arguments = SFTConfig(
        output_dir=str(folder / "trl"), use_cpu=model.device.type == "cpu", bf16=False, max_steps=its.steps,
        per_device_train_batch_size=size, learning_rate=its.lr, lr_scheduler_type="constant", warmup_steps=0,
        weight_decay=its.weight_decay, max_grad_norm=its.clip, gradient_checkpointing=its.checkpointing,
        gradient_checkpointing_kwargs={"use_reentrant": False}, train_sampling_strategy="sequential",
        max_length=None, logging_strategy="no", save_strategy="no", report_to="none", disable_tqdm=True, seed=its.seed,
    )  # fmt: skip
    torch.manual_seed(its.seed)
    trainer = SFTTrainer(
        model, arguments, train_dataset=data, processing_class=tokenizer, peft_config=config(recipe.lora),
        callbacks=[Watch()],
    )  # fmt: skip
    before = _nll(task, trainer.model)
    loaded = peak_mib()
    trainer.train()
    counts = [sum(len(tokens) for tokens, _ in rows[size * step : size * (step + 1)]) for step in range(its.steps)]
    rates = [count / spent for count, spent in zip(counts, seconds, strict=True)]
    trainable = sum(weight.numel() for weight in trainer.model.parameters() if weight.requires_grad)
    return _measured(rates, loaded, before, _nll(task, trainer.model), trainable, str(model.device))


def _nll(task: Any, model: Any) -> float:
    import torch

    model.eval()
    with torch.no_grad():
        return float(task.validate(model)["nll"])


def _task(recipe: Recipe, folder: Path, tokenizer: Any, model: Any, base: Path) -> Any:
    from convrec.tune.task import Context
    from convrec.tune.tasks import build

    context = Context(None, tokenizer, model.config, base, recipe.train.seed, folder, recipe)
    return build(recipe.task[0], context)


def _measured(
    rates: list[float], loaded: int, before: float, after: float, trainable: int, device: str
) -> Measured:  # fmt: skip
    import torch

    cuda = torch.cuda.max_memory_allocated() >> 20 if device.startswith("cuda") else None
    # Linux counts pages a thread at a time and adds them up later: its mark may read a little lower the second time.
    peak = max(loaded, peak_mib())
    return Measured(median(rates[1:] or rates), loaded, peak, cuda, before, after, trainable, device)


def peak_mib() -> int:
    """Highest resident memory of this process so far, in MiB.

    `ru_maxrss` alone would be wrong in a child: Linux hands it down from the process that started it.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) >> 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> (20 if sys.platform == "darwin" else 10)


def main(spec: Path) -> int:
    """Measure what a specification says; one line of JSON to stdout."""
    given = json.loads(spec.read_text(encoding="utf-8"))
    plan = recipe_of(Recipe.model_validate(given["recipe"]), given["way"], given["checkpointing"])
    with tempfile.TemporaryDirectory(prefix="convrec-bench-") as place:
        (Path(place) / FILE).write_text(Path(given["examples"]).read_text(encoding="utf-8"), encoding="utf-8")
        try:
            found = measure(plan, Path(given["base"]), Path(place), way=given["way"], device=given["device"])
        except ConvrecError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    sys.stdout.write("\n" + json.dumps(asdict(found)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
