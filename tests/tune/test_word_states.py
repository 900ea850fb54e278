"""What is read of words with gradients is what the network is given when it reads for real."""

from __future__ import annotations

import numpy as np
import torch

from convrec.dialogue.readers import joint
from convrec.dialogue.readers.joint import Heard
from convrec.dialogue.readers.tags import LABELS, Encoded
from convrec.dialogue.readers.votes import word_places
from convrec.tune.word_states import Pairing

TEXTS = ("no don't, spider-man", "ok")
TOKENS = (
    # "don't" in two pieces of which one spans two words, "-" read by none, "spider" in two
    ((0, 2), (3, 7), (7, 8), (8, 9), (10, 13), (13, 16), (17, 20)),
    ((0, 2),),
)


def heard(seed: int) -> list[Heard]:
    draw = np.random.default_rng(seed)
    made = []
    for places in TOKENS:
        size = len(places)
        marks = draw.normal(size=(size, LABELS)).astype(np.float32) * 3
        states = draw.normal(size=(size, 4)).astype(np.float32)
        made.append(Heard(marks, np.zeros(1, np.float32), Encoded((0,) * size, 0, np.array(places)), states))
    return made


def test_both_ways_see_the_same() -> None:
    llm, encoder = heard(1), heard(2)
    places = [word_places(text) for text in TEXTS]
    wanted = [joint.inputs(text, (one, other)) for text, one, other in zip(TEXTS, llm, encoder, strict=True)]
    states, chances = [], []
    for side in (llm, encoder):
        pair = Pairing.of([one.encoded for one in side], places).to("cpu")
        states.append(pair.mean(torch.from_numpy(np.concatenate([one.states for one in side]))))
        chances.append(pair.log_chances(torch.from_numpy(np.concatenate([one.marks for one in side]))))
    np.testing.assert_allclose(torch.cat(states, 1).numpy(), np.concatenate([row[0] for row in wanted]), atol=1e-5)
    np.testing.assert_allclose(torch.cat(chances, 1).numpy(), np.concatenate([row[1] for row in wanted]), atol=0.02)


def test_what_it_gives_can_be_learned_from() -> None:
    (one, _) = heard(1)
    marks = torch.from_numpy(one.marks).requires_grad_()
    pair = Pairing.of([one.encoded], [word_places(TEXTS[0])])
    pair.log_chances(marks)[:, 0].sum().backward()
    assert torch.isfinite(marks.grad).all()
    assert float(marks.grad.abs().sum()) > 0


def test_messages_without_a_word_are_no_row() -> None:
    pair = Pairing.of([Encoded((), 0, np.zeros((0, 2), np.int64))], [word_places(" ")])
    assert pair.mean(torch.zeros(0, 3)).shape == (0, 3)
