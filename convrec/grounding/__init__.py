"""Whether a written sentence says only what it was given: every word accounted for, every opinion the right way round.

A small model contradicts the facts it is shown, and no prompt prevents that, so its sentences are read by code. A
sentence passes when, with the given titles and values taken out, only small talk is left (a closed list of words that
assert nothing), when no opinion is turned round, when no fact is moved from one item to another, and when every number
is a count that was given. So a title, a name, a genre or a number that was not given cannot be shown.
"""

from convrec.grounding.marks import masked, sentences, title_forms
from convrec.grounding.material import STRONG, Count, Given, Material, Named, Reading
from convrec.grounding.mending import repair
from convrec.grounding.reading import read

__all__ = [
    "STRONG",
    "Count",
    "Given",
    "Material",
    "Named",
    "Reading",
    "masked",
    "read",
    "repair",
    "sentences",
    "title_forms",
]
