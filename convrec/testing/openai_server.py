"""A small OpenAI-protocol server on this machine, answering from a chat model such as `ScriptedChatModel`."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from convrec.protocols import ChatModel
from convrec.types import Message


class OpenAIServer:
    """Serves `/v1/models` and `/v1/chat/completions` inside a `with` block.

    Attributes:
        url: Where it listens.
        requests: Every request body, in order of arrival.
        headers: Their headers.
    """

    def __init__(
        self,
        model: ChatModel,
        *,
        models: Sequence[str] = ("test-model",),
        scores: bool = True,
        failures: Sequence[int] = (),
        raw: str | None = None,
    ) -> None:
        """Prepare to serve.

        Args:
            model: What answers.
            models: Names that are listed.
            scores: Whether log-probabilities of given texts are told, as vLLM does; a word counts as a token.
            failures: HTTP statuses that the first requests get instead of an answer.
            raw: Sent as the body of every answer in place of a real one.
        """
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._model, self._models, self._scores, self._raw = model, tuple(models), scores, raw
        self._failures = list(failures)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> OpenAIServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, body: dict[str, Any] | None) -> tuple[int, Any]:
        """Status and JSON of one request."""
        with self._lock:
            if body is not None:
                self.requests.append(body)
            if self._failures:
                return self._failures.pop(0), {"error": {"message": "failed on purpose"}}
            if path == "/v1/models":
                return 200, {"data": [{"id": name} for name in self._models]}
            if path != "/v1/chat/completions" or body is None:
                return 404, {"error": {"message": f"no {path}"}}
            if body["model"] not in self._models:
                return 404, {"error": {"message": f"no model {body['model']}"}}
            return 200, self._completion(body)

    def _completion(self, body: dict[str, Any]) -> dict[str, Any]:
        messages = [Message(message["role"], message["content"]) for message in body["messages"]]
        tokens = sum(len(message.content.split()) for message in messages)
        usage = {"prompt_tokens": tokens}
        if "prompt_logprobs" not in body:
            stop = body.get("stop", ())
            text = self._model.generate([messages], max_tokens=body["max_tokens"], stop=stop)[0]
            return {"choices": [{"message": {"role": "assistant", "content": text}}], "usage": usage}
        done: dict[str, Any] = {"choices": [{"message": {"role": "assistant", "content": ""}}], "usage": usage}
        if self._scores:
            value = self._model.score(messages[:-1], [messages[-1].content])[0]
            done["prompt_logprobs"] = [None, *({"7": {"logprob": value}} for _ in range(tokens - 1))]
        return done

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: tests read `requests`."""

            def _answer(self, body: dict[str, Any] | None) -> None:
                owner.headers.append(dict(self.headers.items()))
                status, content = owner.answer(self.path, body)
                if status == 200 and body is not None and body.get("stream"):
                    text = content["choices"][0]["message"]["content"]
                    lines = [json.dumps({"choices": [{"delta": {"content": word + " "}}]}) for word in text.split()]
                    data = "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"])
                else:
                    data = json.dumps(content)
                data = data if owner._raw is None else owner._raw
                self.send_response(status)
                self.send_header("Content-Length", str(len(data.encode())))
                self.end_headers()
                self.wfile.write(data.encode())

        return Handler
