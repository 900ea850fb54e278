from __future__ import annotations

import time

import pytest

from convrec.config import ModelSettings
from convrec.errors import RunError, UsageError
from convrec.llm import open_model
from convrec.llm.remote import KEY, Capabilities, RemoteModel
from convrec.testing.chat_model_contract import PROMPTS, ChatModelContract
from convrec.testing.openai_server import OpenAIServer
from convrec.testing.scripted import ScriptedChatModel

FAST = Capabilities(wait=0.02, attempts=3)


def scripted():
    return ScriptedChatModel(
        replies=lambda messages: f"An answer to {len(messages[-1].content)} characters",
        scores=lambda messages, text: -0.5 - len(text) / 100,
    )


class TestContract(ChatModelContract):
    @pytest.fixture
    def model(self):
        with OpenAIServer(scripted()) as server:
            yield RemoteModel(server.url)


def test_the_settings_name_a_server():
    with OpenAIServer(scripted(), models=["base", "tuned"]) as server:
        model = open_model(ModelSettings(llm=f"{server.url}/v1/", remote_model="base", adapters={"rank": "tuned"}))
        assert model is not None
        assert model.generate(PROMPTS, max_tokens=9) == [
            f"An answer to {len(p[-1].content)} characters" for p in PROMPTS
        ]
        model.generate([PROMPTS[0]], max_tokens=9, adapter="rank", stop=["x"], temperature=0.5)
    assert {request["model"] for request in server.requests[:3]} == {"base"}
    last = server.requests[-1]
    assert (last["model"], last["stop"], last["temperature"], last["max_tokens"]) == ("tuned", ["x"], 0.5, 9)


def test_scores_are_of_the_continuation_alone():
    with OpenAIServer(scripted()) as server:
        scores = RemoteModel(server.url).score(PROMPTS[0], ["green", "blue and green"])
    assert scores == pytest.approx([-0.55, -0.64])
    # They are sent at once and arrive in any order, the one for the prompt alone among them.
    assert sum(request.get("continue_final_message") is True for request in server.requests) >= 2


def test_a_server_without_scores_is_asked_once():
    with OpenAIServer(scripted(), scores=False) as server:
        model = RemoteModel(server.url)
        for _ in range(2):
            with pytest.raises(RunError, match=r"\[rerank\] depth = 0"):
                model.score(PROMPTS[0], ["green"])
        assert model.capabilities.scores is False
        assert len(server.requests) == 2


def test_a_busy_server_is_tried_again_and_then_given_up():
    with OpenAIServer(scripted(), failures=[503, 429]) as server:
        assert RemoteModel(server.url, "test-model", capabilities=FAST).generate([PROMPTS[0]], max_tokens=4)
        assert len(server.requests) == 3
    with OpenAIServer(scripted(), failures=[503] * 9) as server:
        with pytest.raises(RunError, match="503"):
            RemoteModel(server.url, "test-model", capabilities=FAST).generate([PROMPTS[0]], max_tokens=4)
        assert len(server.requests) == 3


@pytest.mark.parametrize(("status", "family", "said"), [
    (401, UsageError, KEY), (404, UsageError, "no such model"), (400, RunError, "400"), (500, RunError, "500"),
])  # fmt: skip
def test_refusals_are_told_apart(status, family, said):
    with OpenAIServer(scripted(), failures=[status, status]) as server:
        model = RemoteModel(server.url, "test-model", capabilities=FAST)
        with pytest.raises(family, match=said):
            model.generate([PROMPTS[0]], max_tokens=4)
        with pytest.raises(family, match=said):
            list(model.stream(PROMPTS[0], max_tokens=4))


@pytest.mark.parametrize("raw", ["<html>", "[]", "{}", '{"choices": []}', '{"choices": [{"message": null}]}'])
def test_nonsense_is_a_run_error(raw):
    with OpenAIServer(scripted(), raw=raw) as server, pytest.raises(RunError, match="llm: "):
        RemoteModel(server.url, "test-model").generate([PROMPTS[0]], max_tokens=4)


def test_nothing_listening_is_said():
    with OpenAIServer(scripted()) as server:
        url = server.url
    with pytest.raises(RunError, match="no server answers"):
        RemoteModel(url, "test-model", capabilities=FAST).generate([PROMPTS[0]], max_tokens=4)


def test_several_models_need_a_choice_and_the_key_is_sent(monkeypatch):
    monkeypatch.setenv(KEY, "secret-1")
    with OpenAIServer(scripted(), models=["a", "b"]) as server:
        with pytest.raises(UsageError, match=r"2 models \(a, b\)"):
            RemoteModel(server.url).generate([PROMPTS[0]], max_tokens=4)
        with pytest.raises(UsageError, match="no adapter 'rank'"):
            RemoteModel(server.url, "a").generate([PROMPTS[0]], max_tokens=4, adapter="rank")
    assert server.headers[0]["Authorization"] == "Bearer secret-1"


def test_many_prompts_go_side_by_side():
    def slow(messages):
        time.sleep(0.001)
        return messages[-1].content[::-1]

    from convrec.types import Message

    prompts = [[Message("user", f"number {at}")] for at in range(40)]
    with OpenAIServer(ScriptedChatModel(slow)) as server:
        texts = RemoteModel(server.url, "test-model").generate(prompts, max_tokens=4)
    assert texts == [prompt[0].content[::-1] for prompt in prompts]
