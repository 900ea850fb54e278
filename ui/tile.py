"""The picture of an item: the catalogue's own, or one drawn from its genres and its id, the same on every run."""

from __future__ import annotations

from hashlib import blake2b

from convrec.language import said
from convrec.types import Item

from .markup import esc

_WIDE, _HIGH = 52, 72


def tile(item: Item, picture: str = "") -> str:
    """A small upright picture that says nothing to a screen reader.

    Colours are those of the first genre, so that a genre is known again at a glance; the drawing is the item's own.

    Args:
        item: What to draw.
        picture: Address of the catalogue's own picture on this page; empty: draw one.
    """
    if picture:
        return (
            f'<img class="cr-tile" src="{esc(picture)}" alt="" loading="lazy" decoding="async" width="52" height="72">'
        )
    seed = blake2b(item.id.encode(), digest_size=16).digest()
    genres = [genre for genre in item.genres if said(genre)] or [item.title]
    hue = _hue(genres[0])
    second = _hue(genres[-1]) if len(genres) > 1 else hue + 40 + seed[0] % 50
    shapes = _MOTIFS[seed[11] % len(_MOTIFS)](seed)
    initial = next((letter for letter in item.title if letter.isalnum()), "·").upper()
    return (
        f'<span class="cr-tile" style="--hue:{hue};--second:{second % 360}" aria-hidden="true">'
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}">{shapes}</svg><b>{esc(initial)}</b></span>'
    )


def _hue(word: str) -> int:
    return int.from_bytes(blake2b(word.lower().encode(), digest_size=2).digest(), "big") % 360


def _circle(x: float, y: float, r: float, strength: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" opacity="{strength:.2f}"/>'


def _moon(seed: bytes) -> str:
    x, y, r = 12 + seed[1] % 28, 14 + seed[2] % 22, 7 + seed[3] % 7
    ground = 44 + seed[4] % 10
    hill = f"M0 {ground}Q{seed[5] % 52} {ground - 14} {_WIDE} {ground - seed[6] % 8}V{_HIGH}H0Z"
    return _circle(x, y, r, 0.55) + f'<path d="{hill}" opacity=".22"/>'


def _waves(seed: bytes) -> str:
    made = []
    for place in range(4):
        y = 26 + place * 11 + seed[place] % 6
        bend = 5 + seed[place + 4] % 7
        made.append(
            f'<path d="M0 {y}C13 {y - bend} 26 {y + bend} 39 {y}S58 {y - bend} 60 {y}V{_HIGH}H0Z" opacity=".16"/>'
        )
    return "".join(made)


def _rings(seed: bytes) -> str:
    x, y = seed[1] % _WIDE, seed[2] % _HIGH
    return "".join(_circle(x, y, 8 + 10 * place + seed[3] % 5, 0.13) for place in range(5))


def _rays(seed: bytes) -> str:
    x, y = 8 + seed[1] % 36, 10 + seed[2] % 20
    made = []
    for place in range(5):
        left = -20 + place * 22 + seed[3 + place] % 8
        made.append(f'<path d="M{x} {y}L{left} 80L{left + 10} 80Z" opacity=".18"/>')
    return "".join(made) + _circle(x, y, 4, 0.6)


def _blocks(seed: bytes) -> str:
    made = []
    for place in range(6):
        height = 10 + seed[place] % 36
        made.append(f'<rect x="{place * 9}" y="{_HIGH - height}" width="7.5" height="{height}" opacity=".24"/>')
    return "".join(made) + _circle(12 + seed[7] % 28, 14 + seed[8] % 10, 5, 0.45)


def _dots(seed: bytes) -> str:
    return "".join(
        _circle(6 + seed[place] % 42, 6 + seed[15 - place] % 52, 1.5 + seed[place] % 6, 0.14 + 0.05 * (place % 4))
        for place in range(8)
    )


def _bands(seed: bytes) -> str:
    tilt = 10 + seed[0] % 26
    return "".join(
        f'<path d="M-10 {y}L62 {y - tilt}v{5 + seed[place] % 6}L-10 {y + 5 + seed[place] % 6}Z" opacity=".2"/>'
        for place, y in enumerate(range(16, 100, 15))
    )


def _leaves(seed: bytes) -> str:
    made = []
    for place in range(5):
        x, y, s = 4 + seed[place] % 44, 10 + seed[place + 5] % 50, 7 + seed[place + 10] % 9
        made.append(f'<path d="M{x} {y}q{s} {-s} {s * 2} 0q{-s} {s} {-s * 2} 0Z" opacity=".2"/>')
    return "".join(made)


_MOTIFS = (_moon, _waves, _rings, _rays, _blocks, _dots, _bands, _leaves)
