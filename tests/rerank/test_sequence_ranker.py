"""The tuned LLM as a ranker of a catalogue."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.errors import RunError
from convrec.rerank.sequence import files
from convrec.testing.shelf import games, played
from convrec.types import History, Interaction, Item, Message

PAST = played([("castle-1", 5.0), ("crypt-2", 1.0), ("garden-3", 3.0)])


class Counted:
    """Counts the passes of a model."""

    def __init__(self, model):
        self._model, self.passes = model, 0

    def run(self, work, adapter=None):
        self.passes += 1
        return self._model.run(work, adapter)


def test_scores_are_those_of_the_tokens_and_the_state(ranker, tuned_model, adapter, texts_of):
    import torch

    from convrec.rerank.sequence.tokens import states

    tokens, shape, _ = files.load(adapter, games().items, texts_of(games().items))
    rows = torch.tensor([[games().row(item_id) for item_id in PAST.item_ids]])
    with torch.inference_mode():
        read = tokens(rows, torch.tensor([[5, 1, 3]]), tokens.ids())
        with tuned_model.using("rank") as model:
            state = states(model, read, shape.layers)[:, -1]
        expected = tokens.scores(state, tokens.ids())[0].numpy()
        liked = torch.sigmoid(tokens.likes(state.expand(2, -1), torch.tensor([8, 30]), tokens.ids())).numpy()
    np.testing.assert_allclose(ranker.scores(PAST), expected, atol=1e-4)
    np.testing.assert_allclose(ranker.chances(PAST, [8, 30]), liked, atol=1e-4)
    assert ranker.held_out_newest == 2


def test_nothing_is_said_of_somebody_unknown(ranker, tuned_model):
    elsewhere = History("ann", (Interaction("ann", "no such game", 5.0),))
    for past in (History(), elsewhere):
        assert ranker.scores(past).tolist() == [0.0] * len(games())
        assert ranker.chances(past, [0, 3]).tolist() == [0.5, 0.5]


def test_a_state_is_computed_once_and_stays_the_same(ranker_on, tuned_model):
    model = Counted(tuned_model)
    ranker = ranker_on(games(), model)
    first = ranker.scores(PAST)
    chances = ranker.chances(PAST, [0, 1])
    np.testing.assert_array_equal(ranker.scores(PAST), first)
    np.testing.assert_array_equal(ranker.chances(PAST, [0, 1]), chances)
    assert model.passes == 1
    np.testing.assert_array_equal(ranker_on(games()).scores(PAST), first)
    for n in range(300):
        ranker.scores(played([(f"garden-{n % 10}", 1.0 + n % 4), (f"castle-{n // 30}", 5.0)]))
    np.testing.assert_array_equal(ranker.scores(PAST), first)


def test_order_and_liking_tell_histories_apart(ranker):
    first = ranker.scores(PAST)
    turned = played([("garden-3", 3.0), ("crypt-2", 1.0), ("castle-1", 5.0)])
    loved = played([("castle-1", 5.0), ("crypt-2", 5.0), ("garden-3", 3.0)])
    assert np.abs(ranker.scores(turned) - first).max() > 1e-3
    assert np.abs(ranker.scores(loved) - first).max() > 1e-3


def test_of_a_long_history_the_newest_events_are_read(ranker, shape):
    events = [(f"harbour-{n}", 1.0 + n % 5) for n in range(10)]
    newest = ranker.scores(played(events[-shape.length :]))
    np.testing.assert_array_equal(ranker.scores(played(events)), newest)
    assert np.abs(ranker.scores(played(events[-shape.length + 1 :])) - newest).max() > 1e-3


def test_what_is_not_in_the_catalogue_takes_no_place(ranker, shape):
    strange = [("no such game", 5.0)] * shape.length
    np.testing.assert_array_equal(ranker.scores(played([("castle-1", 5.0), *strange])),
                                  ranker.scores(played([("castle-1", 5.0)])))  # fmt: skip


def test_chances_lie_between_0_and_1(ranker):
    found = ranker.chances(PAST, list(range(len(games()))))
    assert found.shape == (len(games()),)
    assert found.dtype == np.float32
    assert ((found > 0) & (found < 1)).all()
    assert len(set(found.tolist())) > 20


def test_chances_never_reach_0_or_1(ranker):
    import torch

    with torch.no_grad():
        ranker._tokens.like_bias[0], ranker._tokens.like_bias[1] = 500, -500
    with np.errstate(all="raise"):
        sure, never = ranker.chances(PAST, [0, 1]).tolist()
    assert 0 < never < 1e-6
    assert 1 - 1e-6 < sure < 1


def test_another_catalogue_is_ranked_by_its_texts(ranker_on):
    shop = ItemTable([Item(f"harbour-{n}", f"Tea {n}", text=f"Leaves of hill {n % 7}") for n in range(30)])
    ranker = ranker_on(shop)
    scores = ranker.scores(played([("harbour-1", 5.0), ("harbour-4", 2.0)]))
    assert ranker.found == 0
    assert np.isfinite(scores).all()
    assert scores.std() > 0


def test_the_item_vectors_and_the_persons_vector_make_the_scores(ranker, adapter):
    bias = files.read(adapter)[1]["bias"].float().numpy()
    made = ranker.item_vectors @ ranker.vector(PAST) + bias
    np.testing.assert_allclose(ranker.scores(PAST), made, atol=1e-5)


def test_several_threads_get_the_same(ranker_on, tuned_model):
    pasts = [played([(f"castle-{n % 10}", 5.0), (f"crypt-{n // 3}", 1.0 + n % 5)]) for n in range(24)]
    alone = ranker_on(games())
    expected = [alone.scores(past) for past in pasts]
    prompt = [Message("user", "the man goes to the city")]
    spoken = tuned_model.generate([prompt], max_tokens=6)
    shared, together = ranker_on(games()), threading.Barrier(6)

    def work(number):
        together.wait()
        said = tuned_model.generate([prompt], max_tokens=6) if number % 3 == 0 else spoken
        return [shared.scores(past) for past in (pasts[number:] + pasts[:number])], said

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(work, range(6)))
    for number, (found, said) in enumerate(results):
        assert said == spoken
        np.testing.assert_array_equal(np.stack(found), np.stack(expected[number:] + expected[:number]))


def answers(model):
    prompt = [Message("user", "the film is about a man")]
    return model.score(prompt, ["green", "blue city"]), model.generate([prompt], max_tokens=8)


def test_the_models_own_answers_stay_what_they_were(ranker, tuned_model):
    before = answers(tuned_model)
    ranker.scores(PAST)
    assert answers(tuned_model) == before
    with tuned_model.using() as model:
        assert model.config.num_hidden_layers == 2


def test_a_failing_pass_leaves_the_model_whole(ranker, ranker_on, tuned_model, monkeypatch):
    before, scores = answers(tuned_model), ranker_on(games()).scores(PAST)
    with tuned_model.using("rank") as model:
        layer = model.get_decoder().layers[0]

    def fail(*_, **__):
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(layer, "forward", fail)
        with pytest.raises(RunError, match="out of memory"):
            ranker.scores(PAST)
    assert model.get_decoder().config.num_hidden_layers == 2
    assert answers(tuned_model) == before
    np.testing.assert_array_equal(ranker.scores(PAST), scores)
