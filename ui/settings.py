"""The settings of one visitor, each in force at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .choices import Choices
from .markup import esc
from .words import LANGUAGES, Words


@dataclass(frozen=True, slots=True)
class Machinery:
    """What does the work, to be shown.

    Attributes:
        model: Name of the language model; `none`.
        encoder: Of the encoder.
        adapters: Name by task.
        writer: Who words reasons when the model may; `template` where no model does.
    """

    model: str
    encoder: str
    adapters: Mapping[str, str]
    writer: str


def settings(chosen: Choices, machinery: Machinery, words: Words, more: str = "") -> str:
    """The pane as HTML; `more` stands below what changes the list."""
    title = esc(words("settings.title"))
    sliders = "".join(
        _slider(name, value, low, words)
        for name, value, low in (
            ("explore", chosen.explore, -100),
            ("fame", chosen.fame, -100),
            ("diversity", chosen.diversity, 0),
        )
    )
    reasons = _radios(
        "reasons", chosen.reasons, [(one, words(f"settings.reasons_{one}")) for one in ("full", "short", "none")], words
    )
    wording = ""
    if machinery.writer != "template":
        offered = [("model", machinery.writer), ("template", words("settings.wording_template"))]
        wording = _radios("wording", chosen.wording, offered, words)
    language = _select("language", words.language, list(LANGUAGES.items()), words)
    theme = _select(
        "theme", chosen.theme, [(one, words(f"settings.theme_{one}")) for one in ("auto", "light", "dark")], words
    )
    return (
        f'<section class="cr-panel cr-settings" aria-label="{title}"><h2>{title}</h2>{sliders}{more}{reasons}{wording}'
        f"{language}{theme}{_machinery(machinery, words)}{_keys(words)}</section>"
    )


def _slider(name: str, value: float, low: int, words: Words) -> str:
    label = esc(words(f"settings.{name}"))
    return (
        f'<div class="cr-slider"><label for="cr-set-{name}">{label}</label>'
        f'<input id="cr-set-{name}" type="range" min="{low}" max="100" step="10" value="{value * 100:.0f}" '
        f'data-change="choose" data-as="value" data-name="{name}" data-scale="100">'
        f"<span><small>{esc(words(f'settings.{name}_low'))}</small><small>{esc(words(f'settings.{name}_high'))}</small></span></div>"
    )


def _radios(name: str, now: str, offered: Sequence[tuple[str, str]], words: Words) -> str:
    made = "".join(
        f'<label><input type="radio" name="cr-{name}" value="{value}"{" checked" if value == now else ""} '
        f'data-change="choose" data-as="value" data-name="{name}"><span>{esc(text, 80)}</span></label>'
        for value, text in offered
    )
    return f'<fieldset class="cr-radios"><legend>{esc(words(f"settings.{name}"))}</legend>{made}</fieldset>'


def _select(name: str, now: str, offered: Sequence[tuple[str, str]], words: Words) -> str:
    made = "".join(
        f'<option value="{value}"{" selected" if value == now else ""}>{esc(text, 60)}</option>'
        for value, text in offered
    )
    return (
        f'<div class="cr-choice"><label for="cr-set-{name}">{esc(words(f"settings.{name}"))}</label>'
        f'<select id="cr-set-{name}" data-change="choose" data-as="value" data-name="{name}">{made}</select></div>'
    )


def _machinery(one: Machinery, words: Words) -> str:
    rows = [(words("settings.model"), one.model), (words("settings.encoder"), one.encoder)]
    rows += [(words("settings.adapter", task=words.stage(task)), name) for task, name in one.adapters.items()]
    made = "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(value, 80)}</dd></div>" for name, value in rows)
    return f'<h3>{esc(words("settings.machinery"))}</h3><dl class="cr-facts">{made}</dl>'


def _keys(words: Words) -> str:
    keys = (("/", "focus"), ("↑", "edit"), ("Alt 1–6", "chips"), ("Esc", "stop"), ("Alt P", "panel"))
    made = "".join(
        f"<div><dt><kbd>{esc(key)}</kbd></dt><dd>{esc(words(f'keys.{what}'))}</dd></div>" for key, what in keys
    )
    return f'<div class="cr-keys"><h3>{esc(words("keys.title"))}</h3><dl class="cr-facts">{made}</dl></div>'
