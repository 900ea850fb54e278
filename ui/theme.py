"""Colours and type of the page for Gradio's own elements; the fonts are the visitor's."""

from __future__ import annotations

from typing import Any

import gradio as gr

SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")


def theme() -> Any:
    """The theme; every colour is a variable of `page.css`, which knows light and dark."""
    made = gr.themes.Base(font=SANS, font_mono=("ui-monospace", "monospace"), radius_size=gr.themes.sizes.radius_lg)
    both = {
        "body_background_fill": "var(--cr-ground)",
        "body_text_color": "var(--cr-ink)",
        "body_text_color_subdued": "var(--cr-muted)",
        "background_fill_primary": "var(--cr-surface)",
        "background_fill_secondary": "var(--cr-ground)",
        "border_color_primary": "var(--cr-line)",
        "block_background_fill": "transparent",
        "input_background_fill": "var(--cr-surface)",
        "input_border_color": "var(--cr-line)",
        "input_border_color_focus": "var(--cr-accent)",
        "input_placeholder_color": "var(--cr-muted)",
        "button_primary_background_fill": "var(--cr-accent)",
        "button_primary_background_fill_hover": "var(--cr-accent)",
        "button_primary_text_color": "var(--cr-on-accent)",
        "color_accent_soft": "var(--cr-soft)",
    }
    return made.set(color_accent="var(--cr-accent)", **both, **{f"{name}_dark": value for name, value in both.items()})
