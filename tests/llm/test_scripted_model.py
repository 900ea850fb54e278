from __future__ import annotations

import pytest

from convrec.errors import RunError
from convrec.protocols import ChatModel
from convrec.testing.chat_model_contract import PROMPTS, ChatModelContract
from convrec.testing.scripted import RUBBISH, FailingModel, RubbishModel, ScriptedChatModel


class TestContract(ChatModelContract):
    @pytest.fixture
    def model(self):
        return ScriptedChatModel(lambda messages: f"It ends with {messages[-1].content}")


def test_the_script_is_followed_and_remembered():
    model = ScriptedChatModel(["one", "two three"], scores=lambda messages, text: -float(len(text)))
    assert model.generate([PROMPTS[0]], max_tokens=3, adapter="explain") == ["one"]
    assert list(model.stream(PROMPTS[1], max_tokens=3)) == ["two", " three"]
    assert model.score(PROMPTS[0], ["a", "bb"]) == [-1.0, -2.0]
    assert [call.kind for call in model.calls] == ["generate", "stream", "score"]
    assert model.calls[0].adapter == "explain"
    assert model.calls[2].continuations == ("a", "bb")
    with pytest.raises(RunError, match="2 replies"):
        model.generate([PROMPTS[0]], max_tokens=3)


def test_rubbish_is_the_same_rubbish_again():
    model = RubbishModel(seed=3)
    said = model.generate(PROMPTS, max_tokens=9)
    assert set(said) <= set(RUBBISH)
    assert RubbishModel(seed=3).generate(PROMPTS, max_tokens=9) == said
    assert {RubbishModel(seed).generate(PROMPTS[:1], max_tokens=9)[0] for seed in range(60)} == set(RUBBISH)
    assert "".join(model.stream(PROMPTS[0], max_tokens=9)) == said[0]
    assert all(score <= 0 for score in model.score(PROMPTS[0], ["a", "b"]))


def test_the_failing_model_fails_everywhere():
    model = FailingModel()
    assert isinstance(model, ChatModel)
    for call in (
        lambda: model.generate(PROMPTS, max_tokens=3),
        lambda: list(model.stream(PROMPTS[0], max_tokens=3)),
        lambda: model.score(PROMPTS[0], ["a"]),
    ):
        with pytest.raises(RunError) as caught:
            call()
        assert caught.value.stage == "llm"
