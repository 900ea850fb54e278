"""What every chat model must do; a test class inherits this and gives the model as a fixture."""

from __future__ import annotations

from typing import Any

from convrec.types import Message

PROMPTS = (
    [Message("system", "Answer with one word."), Message("user", "Which colour is grass?")],
    [Message("system", "Answer with one word."), Message("user", "Which colour is the sky on a clear day at noon?")],
    [Message("user", "Say yes.")],
)


class ChatModelContract:
    """Inherit, and define a fixture `model` that answers the same prompt in the same way each time."""

    def test_it_has_a_name(self, model: Any) -> None:
        """Something to show beside what it wrote."""
        model.generate([PROMPTS[0]], max_tokens=1)
        assert model.name
        assert isinstance(model.name, str)

    def test_one_text_a_prompt(self, model: Any) -> None:
        """In the order of the prompts, for any number of them."""
        assert model.generate([], max_tokens=4) == []
        together = model.generate(PROMPTS, max_tokens=6)
        alone = [model.generate([prompt], max_tokens=6)[0] for prompt in PROMPTS]
        assert together == alone

    def test_pieces_make_the_text(self, model: Any) -> None:
        """A stream says what `generate` says."""
        for prompt in PROMPTS:
            whole = model.generate([prompt], max_tokens=8)[0]
            assert "".join(model.stream(prompt, max_tokens=8)).split() == whole.split()

    def test_a_stop_text_ends_the_answer_and_is_not_part_of_it(self, model: Any) -> None:
        """Wherever in the answer it comes."""
        whole = model.generate([PROMPTS[1]], max_tokens=8)[0]
        middle = whole[len(whole) // 2 :][:2]
        assert middle, "the model of this contract must answer with at least two characters"
        cut = model.generate([PROMPTS[1]], max_tokens=8, stop=[middle])[0]
        assert cut == whole[: whole.index(middle)]

    def test_scores_are_log_probabilities_of_each_continuation_alone(self, model: Any) -> None:
        """At most 0, and the same whatever else is scored beside."""
        words = ["green", "blue", "a longer answer of several words", "green"]
        scores = model.score(PROMPTS[0], words)
        assert all(score <= 0 for score in scores)
        assert abs(scores[0] - scores[3]) < 1e-4
        backwards = model.score(PROMPTS[0], words[::-1])[::-1]
        alone = [model.score(PROMPTS[0], [word])[0] for word in words]
        assert max(abs(a - b) for a, b in zip(scores, backwards, strict=True)) < 1e-4
        assert max(abs(a - b) for a, b in zip(scores, alone, strict=True)) < 1e-4
        assert model.score(PROMPTS[0], []) == []
