"""Which number of a catalogue is the price, and what people pay it for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from convrec.dialogue.words.fields import Field, former

PAID_FOR = "(?:night|day|week|month|year|person|head|bottle|glass|copy|piece|ticket|item|unit|kilo|pair|box|pack)"
EACH = re.compile(rf"\s*(?:/\s*|\b(?:an?|per|each|every|the) ){PAID_FOR}\b|\s*(?:pp|pppn|p\.p\.|each|apiece)(?!\w)")
"""For what a price is paid."""
EXTRA = re.compile(r"fee|deposit|tax|deliver|shipping|postage|cleaning|discount|extra|service|saving")
"""What prices are called that come on top of the main one."""


def main_price(fields: Iterable[Field]) -> Field | None:
    """The field that is meant by a price: the first that holds none that comes on top (a fee) or is paid no more."""
    priced = [one for one in fields if one.measure == "money" and len(one.numbers)]
    paid = [one for one in priced if not EXTRA.search(one.label)] or priced
    return next((one for one in paid if not former(one)), next(iter(paid), None))
