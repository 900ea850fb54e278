"""An instruction model behind an OpenAI-protocol server: vLLM, llama.cpp, Ollama, transformers serve..."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from convrec.errors import RunError, UsageError
from convrec.types import Message

KEY = "CONVREC_API_KEY"
"""Environment variable with the server's key, where it wants one."""

_BUSY = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a server can do beside plain chat.

    Attributes:
        scores: Log-probabilities of given texts (vLLM's `prompt_logprobs`); None: found out at the first use.
        parallel: Requests sent at once.
        attempts: Tries for one request while the server says it is busy.
        timeout: Seconds one request may take.
        wait: Longest pause between two tries, in seconds.
    """

    scores: bool | None = None
    parallel: int = 8
    attempts: int = 4
    timeout: float = 120.0
    wait: float = 10.0


class RemoteModel:
    """Implements `protocols.ChatModel` over HTTP. Safe to use from several threads.

    Attributes:
        name: The model's name on the server, known after the first use where it was not given.
        capabilities: What the server can do, as far as known.
    """

    def __init__(
        self,
        url: str,
        model: str = "",
        *,
        adapters: Mapping[str, str] | None = None,
        capabilities: Capabilities | None = None,
        key: str | None = None,
    ) -> None:
        """Connects at first use.

        Args:
            url: `http://host:port`, with or without `/v1`.
            model: Name on the server; empty: its only one.
            adapters: Name on the server (vLLM serves adapters as models) by task.
            capabilities: Of the server.
            key: Sent as bearer token; None: from `CONVREC_API_KEY`.
        """
        import httpx

        base = url.rstrip("/")
        self._url = base if base.endswith("/v1") else f"{base}/v1"
        self.name = model
        self.adapters = dict(adapters or {})
        self.capabilities = capabilities or Capabilities()
        secret = os.environ.get(KEY, "") if key is None else key
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(self.capabilities.timeout, connect=10.0))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def generate(
        self,
        prompts: Sequence[Sequence[Message]],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        adapter: str | None = None,
    ) -> list[str]:
        """One text a prompt; the requests run side by side and the server forms the batch.

        Raises:
            UsageError: No such adapter, or the server has no such model.
            RunError: The server cannot be reached, refuses or answers nonsense; stage "llm".
        """
        bodies = [self._body(prompt, adapter, max_tokens, temperature, stop) for prompt in prompts]
        return [_text(answer) for answer in self._all(bodies)]

    def stream(
        self,
        prompt: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        adapter: str | None = None,
    ) -> Iterator[str]:
        """The text of one prompt in pieces, as they arrive; errors as for `generate`."""
        import httpx

        body = {**self._body(prompt, adapter, max_tokens, temperature, stop), "stream": True}
        try:
            with self._client.stream("POST", f"{self._url}/chat/completions", json=body) as answer:
                if answer.status_code != 200:
                    answer.read()
                    raise self._refusal(answer)
                for line in answer.iter_lines():
                    data = line.removeprefix("data:").strip()
                    if not line.startswith("data:") or data == "[DONE]":
                        continue
                    if piece := _delta(data):
                        yield piece
        except httpx.HTTPError as error:
            raise RunError("llm", f"the server at {self._url} failed: {_said(error)}") from error

    def score(
        self, prompt: Sequence[Message], continuations: Sequence[str], *, adapter: str | None = None
    ) -> list[float]:
        """Mean log-probability per token of each continuation, where the server tells those of given texts.

        Raises:
            UsageError: No such adapter, or a continuation is empty.
            RunError: The server cannot score given texts, or as for `generate`; stage "llm".
        """
        if not continuations:
            return []
        if empty := [text for text in continuations if not text]:
            raise UsageError(f"continuation {empty[0]!r} has no tokens, so it has no score")
        if self.capabilities.scores is False:
            raise self._no_scores()
        plain = self._body(prompt, adapter, 1, 0.0, ())
        begun = [
            {
                **plain,
                "messages": [*plain["messages"], {"role": "assistant", "content": text}],
                "add_generation_prompt": False,
                "continue_final_message": True,
                "prompt_logprobs": 0,
            }
            for text in continuations
        ]
        first, *answers = self._all([plain, *begun])
        length = _prompt_tokens(first)
        scores = []
        for answer in answers:
            found = answer.get("prompt_logprobs")
            if not isinstance(found, list) or length is None or len(found) <= length:
                self.capabilities = replace(self.capabilities, scores=False)
                raise self._no_scores()
            values = [_logprob(entry) for entry in found[length:]]
            scores.append(min(0.0, sum(values) / len(values)))
        self.capabilities = replace(self.capabilities, scores=True)
        return scores

    def _body(
        self, prompt: Sequence[Message], adapter: str | None, max_tokens: int, temperature: float, stop: Sequence[str]
    ) -> dict[str, Any]:
        if adapter is not None and adapter not in self.adapters:
            known = ", ".join(self.adapters) or "none"
            raise UsageError(
                f"no adapter {adapter!r} is known on {self._url}; known: {known} (settings: [models.adapters])"
            )
        body: dict[str, Any] = {
            "model": self._model() if adapter is None else self.adapters[adapter],
            "messages": [{"role": message.role, "content": message.content} for message in prompt],
            "max_tokens": max_tokens,
            "temperature": temperature,
        }
        return {**body, "stop": list(stop)} if stop else body

    def _model(self) -> str:
        if not self.name:
            listed = self._request("GET", "/models", None).get("data")
            names = (
                [str(entry.get("id")) for entry in listed if isinstance(entry, dict)]
                if isinstance(listed, list)
                else []
            )
            if len(names) != 1:
                raise UsageError(
                    f"the server at {self._url} has {len(names)} models ({', '.join(names[:8]) or 'none listed'}); "
                    "choose one with [models] remote_model"
                )
            self.name = names[0]
        return self.name

    def _all(self, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(bodies) < 2:
            return [self._request("POST", "/chat/completions", body) for body in bodies]
        with ThreadPoolExecutor(max_workers=min(len(bodies), self.capabilities.parallel)) as pool:
            return list(pool.map(lambda body: self._request("POST", "/chat/completions", body), bodies))

    def _request(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        import httpx

        for attempt in range(1, self.capabilities.attempts + 1):
            last = attempt == self.capabilities.attempts
            try:
                answer = self._client.request(method, f"{self._url}{path}", json=body)
            except httpx.ConnectError as error:
                if last:
                    raise RunError("llm", f"no server answers at {self._url}: {_said(error)}") from error
                time.sleep(min(0.2 * 2**attempt, self.capabilities.wait))
                continue
            except httpx.HTTPError as error:
                raise RunError("llm", f"the server at {self._url} failed: {_said(error)}") from error
            if answer.status_code not in _BUSY or last:
                break
            time.sleep(_pause(answer.headers.get("Retry-After"), attempt, self.capabilities.wait))
        if answer.status_code != 200:
            raise self._refusal(answer)
        try:
            found = answer.json()
        except ValueError as error:
            raise RunError("llm", f"the server at {self._url} answered no JSON: {answer.text[:80]!r}") from error
        if not isinstance(found, dict):
            raise RunError("llm", f"the server at {self._url} answered a {type(found).__name__}, not an object")
        return found

    def _refusal(self, answer: Any) -> RunError | UsageError:
        said = " ".join(answer.text.split())[:200]
        if answer.status_code in (401, 403):
            return UsageError(f"the server at {self._url} wants a key: set {KEY} ({said})")
        if answer.status_code == 404:
            return UsageError(f"the server at {self._url} knows no such model or path: {said}")
        return RunError("llm", f"the server at {self._url} answered {answer.status_code}: {said}")

    def _no_scores(self) -> RunError:
        return RunError(
            "llm",
            f"the server at {self._url} does not tell log-probabilities of given texts (vLLM does); "
            "set [rerank] depth = 0, or use a local model",
        )


def _text(answer: Mapping[str, Any]) -> str:
    try:
        return str(answer["choices"][0]["message"]["content"] or "")
    except (KeyError, IndexError, TypeError) as error:
        raise RunError("llm", f"the server's answer has no message: {json.dumps(answer)[:120]}") from error


def _delta(data: str) -> str:
    try:
        choices = json.loads(data)["choices"]
        return str(choices[0].get("delta", {}).get("content") or "") if choices else ""
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError("llm", f"the server streamed something that is no answer: {data[:80]!r}") from error


def _prompt_tokens(answer: Mapping[str, Any]) -> int | None:
    usage = answer.get("usage")
    count = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return count if isinstance(count, int) else None


def _logprob(entry: Any) -> float:
    """The form vLLM has: `{"<token id>": {"logprob": -1.2, ...}}`, one entry with `prompt_logprobs = 0`."""
    try:
        return float(next(iter(entry.values()))["logprob"])
    except (AttributeError, StopIteration, KeyError, TypeError, ValueError) as error:
        raise RunError("llm", f"the server's log-probabilities have an unknown form: {str(entry)[:80]}") from error


def _pause(retry_after: str | None, attempt: int, longest: float) -> float:
    try:
        wanted = float(retry_after) if retry_after else 0.25 * 2**attempt
    except ValueError:  # a date; the next try will show
        wanted = 0.25 * 2**attempt
    return max(0.0, min(wanted, longest))


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
