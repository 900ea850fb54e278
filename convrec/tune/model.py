"""The model to train: the frozen base, cut where the recipe says so, with a fresh adapter on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convrec.errors import RunError, UsageError
from convrec.llm.device import FOUR_BIT, choose, loading
from convrec.llm.quiet import quiet
from convrec.tune.recipe import LoraRecipe, Recipe


def prepare(recipe: Recipe, base: Path, *, device: str = "auto") -> tuple[Any, Any]:
    """Load the base, frozen, and put the recipe's adapter on it.

    The adapter's weights are in the format the base computes in; `Weights` keeps the float32 copies. With
    `backbone = "random"` the base itself is trained and the adapter stays at zero, with `[lora] frozen` neither is.

    Args:
        recipe: Its `base` is taken as given by `base`.
        base: The model's folder, of `llm.embedded.locate`.
        device: `auto` or a torch device.

    Returns:
        The PEFT-wrapped model, causal or an encoder as the base is, and its tokenizer.

    Raises:
        UsageError: `layers` or `targets` do not fit the model, the device or dtype is not here, or a random backbone
            is to be quantised.
        RunError: The files cannot be read.
    """
    import torch
    from peft import get_peft_model
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(base), local_files_only=True)
    if recipe.backbone == "random":
        model = random_base(recipe, base, device=device)
    else:
        model = load_base(base, layers=recipe.layers, device=device, dtype=recipe.train.dtype,
                          quantize=recipe.lora.quantize)  # fmt: skip
    torch.manual_seed(recipe.train.seed)
    try:
        # PEFT warns that the base was cut; the manifest says so too.
        with quiet():
            tuned = get_peft_model(model, config(recipe.lora, encoder=is_encoder(base)), autocast_adapter_dtype=False)
    except ValueError as error:
        raise UsageError(f"recipe {recipe.name!r}: [lora] targets do not fit {recipe.base}: {error}") from error
    for parameter in tuned.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(model.dtype)
            parameter.requires_grad_(not (recipe.lora.frozen or recipe.backbone == "random"))
    if recipe.backbone == "random":
        _train_whole(tuned, recipe)
    if recipe.train.checkpointing:
        tuned.get_base_model().gradient_checkpointing_enable({"use_reentrant": False})
    return tuned, tokenizer


def load_base(base: Path, *, layers: int = 0, device: str = "auto", dtype: str = "auto", quantize: str = "none") -> Any:
    """The base model, frozen, with all its layers or only the first; of an encoder always with all.

    Raises:
        UsageError: It has fewer layers than that, or is an encoder to be cut or quantised.
        RunError: The files cannot be read.
    """
    from safetensors import SafetensorError
    from transformers import AutoModel, AutoModelForCausalLM

    encoder = is_encoder(base)
    if encoder and (layers or FOUR_BIT in (quantize, dtype)):
        raise UsageError(f"{base.name} is an encoder: it is tuned with all its layers and not in 4 bits")

    where, kind = choose(device, "auto" if dtype == FOUR_BIT else dtype)
    options = loading(where, kind, four_bit=FOUR_BIT in (quantize, dtype))
    try:
        with quiet():
            kind_of_model = AutoModel if encoder else AutoModelForCausalLM
            model = kind_of_model.from_pretrained(str(base), **options)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        raise RunError("tune", f"could not load the model at {base}: {error}") from error
    cut(model, layers)
    if "quantization_config" not in options:
        model = model.to(where)
    model.requires_grad_(False)
    model.config.use_cache = False
    _keep_gradients(model)
    return model


def random_base(recipe: Recipe, base: Path, *, device: str = "auto") -> Any:
    """A model of the same shapes with fresh weights, drawn from the recipe's seed as its makers would.

    Raises:
        UsageError: It is to be quantised, or has fewer layers than the recipe wants.
        RunError: The configuration cannot be read.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    if FOUR_BIT in (recipe.lora.quantize, recipe.train.dtype):
        raise UsageError(f"recipe {recipe.name!r}: a random backbone is trained whole and cannot be 4-bit")
    where, kind = choose(device, recipe.train.dtype)
    torch.manual_seed(recipe.train.seed)
    try:
        with quiet():
            shapes = AutoConfig.from_pretrained(str(base), local_files_only=True)
            model = AutoModelForCausalLM.from_config(shapes, dtype=torch.float32)
    except (OSError, ValueError, KeyError) as error:
        raise RunError("tune", f"could not read the configuration of the model at {base}: {error}") from error
    cut(model, recipe.layers)
    model.config.use_cache = False
    return model.to(where, kind).requires_grad_(False)


def _train_whole(tuned: Any, recipe: Recipe) -> None:
    """Train every weight of the base; its words only where a task reads words."""
    model = tuned.get_base_model()
    in_words = any("data" in spec.options for spec in recipe.task)
    words = [model.get_input_embeddings(), model.get_output_embeddings()]
    idle = {id(weight) for module in words if module is not None for weight in module.parameters()}
    for name, parameter in tuned.named_parameters():
        if "lora_" not in name and (in_words or id(parameter) not in idle):
            parameter.requires_grad_(True)


def _keep_gradients(model: Any) -> None:
    """Keep bitsandbytes from repacking 4-bit weights at validation.

    On processors with AVX512-BF16 a `Linear4bit` called once in `eval()` is packed for a kernel that has no backward
    pass; training that goes on afterwards would get no gradient through any layer, and no error
    (bitsandbytes 0.50, `Linear4bit.forward`).
    """
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False


def cut(model: Any, layers: int) -> None:
    """Keep only the first decoder layers of a causal model; 0: all of them.

    Raises:
        UsageError: It has fewer.
    """
    if not layers:
        return
    import torch

    there = model.get_decoder().layers
    if layers > len(there):
        raise UsageError(f"layers = {layers}, but the model has {len(there)}")
    model.get_decoder().layers = torch.nn.ModuleList(list(there)[:layers])
    model.config.num_hidden_layers = layers
    if getattr(model.config, "layer_types", None):
        model.config.layer_types = list(model.config.layer_types)[:layers]


def is_encoder(base: Path) -> bool:
    """Whether a model's folder is a sentence transformer's."""
    return (base / "modules.json").is_file()


def config(lora: LoraRecipe, *, encoder: bool = False) -> Any:
    """PEFT's configuration of a recipe's adapter.

    Args:
        lora: Of the recipe.
        encoder: Whether it sits on an encoder, whose states are read before they are pooled.
    """
    from peft import LoraConfig

    return LoraConfig(
        r=lora.r,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=lora.targets,
        use_rslora=lora.method == "rslora",
        use_dora=lora.method == "dora",
        task_type="FEATURE_EXTRACTION" if encoder else "CAUSAL_LM",
        exclude_modules=["pooler.dense"] if encoder else None,
    )
