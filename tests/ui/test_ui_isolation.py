"""Two people who are logged in, a thousand interleaved actions over HTTP, forged ids among them: nothing leaks."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fake_recommender import FakeChat, FakeRecommender
from serving import awaited, served

from convrec.evaluate.page_visitor import Heard, PageVisitor
from convrec.types import ChatEvent, Interaction, Item
from convrec.ui import users
from convrec.ui.limits import Limits
from convrec.ui.login import SESSION
from convrec.ui.users import Account, hashed, write

ACTIONS = 1000
ENOUGH = Limits(per_minute=100_000, taps_per_minute=100_000, each=20, at_once=4)
REFUSED = (401, 403, 404, 405)


@dataclass
class Person:
    """One of the two, with a secret that the other must never see."""

    name: str
    secret: str
    item: str
    visitor: PageVisitor
    heard: list[str] = field(default_factory=list)
    done: int = 0

    def note(self, heard: Heard) -> None:
        assert heard.status == 200, heard
        assert not heard.failed, heard
        self.heard += heard.text
        self.done += 1


class Brief(FakeChat):
    """Answers in few steps."""

    def send(self, text: str) -> Iterator[ChatEvent]:
        yield from (event for event in super().send(text) if event.kind in ("cards", "done"))


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[FakeRecommender, Path]:
    monkeypatch.setattr(users, "_COST", 12)
    items = [Item(str(n), f"Film {n}", 1980 + n, ("Drama",)) for n in range(1, 30)]
    items += [Item("a", "Annas Hidden Film", 1990, ("Aniline",)), Item("b", "Bens Hidden Film", 1991, ("Benzene",))]
    rec = FakeRecommender(items)
    for name, item in (("anna", "a"), ("ben", "b")):
        rec.store.forget(name)
        rec.store.events.append([Interaction(name, item, 5.0, 1e9)])
    ranked = rec.ranked
    # What one of them has watched is recommended to nobody.
    monkeypatch.setattr(rec, "ranked", lambda refused, liked, k=5: ranked({*refused, "a", "b"}, liked, k))
    monkeypatch.setattr(rec, "chat", lambda user_id=None, **how: Brief(rec, user_id, **how))
    file = tmp_path / "users.toml"
    for name in ("anna", "ben"):
        write(file, Account(name, hashed(f"password of {name}"), name))
    return rec, file


async def act(person: Person, number: int, rng: random.Random) -> None:
    """Something that the person does as themselves, with words and marks that are theirs alone."""
    visitor = person.visitor
    claims = {"cr-user": rng.choice(["", "anna", "ben", "chloé"])}  # what the browser says counts for nothing
    if number % 50 == 0:
        person.note(await visitor.do("cr-box", "submit", {**claims, "cr-box": f"{person.secret} {number}"}))
    elif number % 50 == 1:
        person.note(await visitor.do("cr-bus", "answer", claims, {"act": "retry"}))
    elif number % 100 == 2:
        person.note(await visitor.do("cr-bus", "act", claims, {"act": "undo"}))
    elif number % 20 == 3:
        person.note(await visitor.do("cr-bus", "act", claims, {"act": "fresh"}))
    elif number % 3:
        taps = [{"act": "tab", "tab": tab} for tab in ("taste", "history", "talks", "settings")]
        taps += [{"act": "verdict", "item": str(rng.randint(1, 29)), "verdict": "like"}]
        taps += [{"act": "search", "query": own_words(person)}]
        person.note(await visitor.do("cr-bus", "act", claims, rng.choice(taps)))
    else:
        await named(person, rng, f"{person.secret} {number}")


def own_words(person: Person) -> str:
    """What they search for: a word of their own film, since the catalogue itself is everybody's."""
    return f"{person.name}s"


async def named(person: Person, rng: random.Random, words: str) -> None:
    """A named call, sometimes for the other, which is refused."""
    other = "ben" if person.name == "anna" else "anna"
    user = rng.choice(["", person.name, other])
    call, given = rng.choice([("recommend", [user, words, 3]), ("profile", [user]), ("chat", [words, user, None])])
    joined = await person.visitor.http.post(f"/gradio_api/call/{call}", json={"data": given})
    assert joined.status_code == 200, joined.text
    told = await person.visitor.http.get(f"/gradio_api/call/{call}/{joined.json()['event_id']}")
    person.heard.append(told.text)
    assert ("event: error" in told.text) is (user == other), told.text[:300]
    person.done += 1


async def forge(person: Person, other: Person, number: int, rng: random.Random) -> str:
    """Somebody asks with ids that are not theirs; what they are answered."""
    http, victim = person.visitor.http, other.visitor
    assert victim.layout is not None
    body = {"data": [other.name, "show me"], "fn_index": 3, "session_hash": victim.session, "event_data": {}}
    made = {
        "session of the other, joined": http.post("/gradio_api/queue/join", json=body),
        "session of the other, heard": http.get("/gradio_api/queue/data", params={"session_hash": victim.session}),
        "session of the other, kept alive": http.get(f"/gradio_api/heartbeat/{victim.session}"),
        "event of the other, cancelled": http.post(
            "/gradio_api/cancel",
            json={"session_hash": victim.session, "fn_index": 3, "event_id": secrets.token_hex(16)},
        ),
        "made-up login": httpx.AsyncClient(
            base_url=http.base_url, cookies={SESSION: secrets.token_urlsafe(32)}, trust_env=False, timeout=120
        ).get("/config"),
        "no login": httpx.AsyncClient(base_url=http.base_url, trust_env=False, timeout=120).post(
            "/gradio_api/queue/join", json={**body, "session_hash": secrets.token_hex(6)}
        ),
        "login under another name": httpx.AsyncClient(
            base_url=http.base_url,
            cookies={"convrec_visitor": other.name, SESSION: other.name},
            trust_env=False,
            timeout=120,
        ).get("/"),
        "a file": http.get(f"/gradio_api/file={rng.choice(['/etc/passwd', 'convrec.db'])}"),
    }
    names = list(made)
    chosen = names[number % len(names)]
    for name, call in made.items():
        if name != chosen:
            call.close()
    answer = await made[chosen]
    assert answer.status_code in REFUSED, (chosen, answer.status_code, answer.text[:200])
    return answer.text


async def thousand(address: str) -> tuple[list[Person], list[str]]:
    rng = random.Random(7)
    people = []
    for name, item in (("anna", "a"), ("ben", "b")):
        visitor = PageVisitor(address)
        assert await visitor.login(name, f"password of {name}") == 303
        await visitor.open()
        people.append(Person(name, f"secret{secrets.token_hex(8)}of{name}", item, visitor))
    forged: list[str] = []

    async def run(person: Person, other: Person, numbers: range) -> None:
        for number in numbers:
            if number % 5 == 4:
                forged.append(await forge(person, other, number // 5, rng))
            else:
                await act(person, number, rng)

    one, two = people
    half = ACTIONS // 2
    await asyncio.gather(run(one, two, range(half)), run(two, one, range(half)))
    for person in people:
        person.note(await person.visitor.do("cr-box", "submit", {"cr-box": person.secret}))
        await person.visitor.http.aclose()
    return people, forged


@pytest.mark.timeout(1800)
def test_a_thousand_interleaved_actions_leak_nothing(two: tuple[FakeRecommender, Path]) -> None:
    rec, file = two
    with served(rec, users=file, limits=ENOUGH) as address:
        people, forged = awaited(thousand(address))
    anna, ben = people
    assert anna.done + ben.done + len(forged) == ACTIONS + 2
    assert len(forged) == ACTIONS // 5
    for person, other in ((anna, ben), (ben, anna)):
        mine = "\n".join(person.heard)
        assert person.secret in mine  # the secrets do travel
        assert other.secret not in mine
        assert rec.catalogue[person.item].title in mine  # as evidence in their profile
        assert rec.catalogue[other.item].title not in mine
    everything = "\n".join(forged)
    assert anna.secret not in everything
    assert ben.secret not in everything
    # What each of them marked was kept for themselves, whatever name was sent along.
    assert len(rec.history("chloé").events) == 6
    for person, other in ((anna, ben), (ben, anna)):
        assert person.item in rec.history(person.name).item_ids
        assert other.item not in rec.history(person.name).item_ids
        assert len(rec.history(person.name).events) > 3


def test_the_other_sees_only_that_there_is_nothing(two: tuple[FakeRecommender, Path]) -> None:
    """The same answer for somebody's session as for one that never was: nothing is learned by asking."""
    rec, file = two

    async def ask(address: str) -> tuple[Any, Any]:
        people = []
        for name in ("anna", "ben"):
            visitor = PageVisitor(address)
            await visitor.login(name, f"password of {name}")
            await visitor.open()
            people.append(visitor)
        anna, ben = people
        await anna.say("hello")
        given = {"data": ["", "x"], "fn_index": 3, "session_hash": anna.session}
        first = await ben.http.post("/gradio_api/queue/join", json=given)
        second = await ben.http.get("/gradio_api/queue/data", params={"session_hash": anna.session})
        for one in people:
            await one.http.aclose()
        return first, second

    with served(rec, users=file) as address:
        first, second = awaited(ask(address))
    assert (first.status_code, second.status_code) == (403, 403)
    assert first.text == second.text
    assert "anna" not in json.dumps([first.text, second.text])
