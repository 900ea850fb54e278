from __future__ import annotations

import pytest

from convrec.llm import embedded
from convrec.testing.tiny_llm import make_model


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    """A random two-layer model that behaves as a real one: grouped heads, rotary positions, chat template."""
    folder = tmp_path_factory.mktemp("tiny-model")
    make_model(folder)
    return folder


@pytest.fixture(scope="session")
def adapter_folders(tiny_folder, tmp_path_factory):
    """Two LoRA adapters whose weights do something."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    folders = {}
    for seed, name in enumerate(("rank", "explain")):
        torch.manual_seed(10 + seed)
        base = AutoModelForCausalLM.from_pretrained(tiny_folder)
        tuned = get_peft_model(base, LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM"))
        for key, weight in tuned.named_parameters():
            if "lora_B" in key:
                torch.nn.init.normal_(weight, std=0.3)
        folders[name] = tmp_path_factory.mktemp(f"adapter-{name}")
        tuned.save_pretrained(folders[name])
    return folders


def pytest_collection_modifyitems(items):
    missing = [name for name in embedded.EMBEDDED if embedded.faults(name, deep=False)]
    for item in items:
        if missing and item.get_closest_marker("models"):
            item.add_marker(pytest.mark.skip(reason=f"not here: {', '.join(missing)} (convrec models pull)"))
