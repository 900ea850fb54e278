"""Logging in: accounts in files, the form, sessions, how often one may try, and that nobody is anybody else."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fake_recommender import FakeRecommender
from gradio_client import Client
from serving import awaited, served
from typer.testing import CliRunner

from convrec.cli.ui import app
from convrec.errors import UsageError
from convrec.ui import users
from convrec.ui.asgi import set_cookie
from convrec.ui.login import IDLE, SESSION, LoginDoor, Tries
from convrec.ui.server import check, create_app
from convrec.ui.users import Account, Users, hashed, matches, plain_name, write

PASSWORDS = {"anna": "correct horse", "ben": "battery staple"}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that are hashed quickly."""
    monkeypatch.setattr(users, "_COST", 12)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "users.toml"
    for name, password in PASSWORDS.items():
        write(made, Account(name, hashed(password), name))
    return made


@pytest.fixture
def address(rec: FakeRecommender, file: Path) -> Iterator[str]:
    with served(rec, users=file) as found:
        yield found


def client(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=20)


def sign_in(http: httpx.Client, name: str, password: str) -> httpx.Response:
    seal = http.get("/login").text.split('name="seal" value="')[1].split('"')[0]
    return http.post("/login", data={"seal": seal, "name": name, "password": password})


@pytest.mark.parametrize("suffix", [".toml", ".csv"])
def test_accounts_are_kept_where_only_their_owner_reads_them(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"users{suffix}"
    write(path, Account("anna", hashed("correct horse"), "196"))
    write(path, Account('o"hara, bo', hashed("battery staple"), "x"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "correct" not in path.read_text()
    known = Users(path)
    found = known.check("anna", "correct horse")
    assert found is not None
    assert found.user_id == "196"
    assert known.check("anna", "battery staple") is None
    assert known.check("nobody", "correct horse") is None
    assert known.check('o"hara, bo', "battery staple") is not None
    write(path, None, remove="anna")
    assert known.check("anna", "correct horse") is None  # the file is read again
    with pytest.raises(UsageError, match="nobody called 'anna'"):
        write(path, None, remove="anna")
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_password_is_never_hashed_to_the_same() -> None:
    one, other = hashed("correct horse"), hashed("correct horse")
    assert one != other
    assert matches("correct horse", one)
    assert not matches("Correct horse", one)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[users.anna]\npassword = 'plain words'\n", "'anna'.*not hashed"),
        ("[users.anna]\nuser_id = 'x'\n", "'anna'.*not hashed"),
        ("[users.anna]\npassword = 'scrypt$40$8$1$AAAA$AAAA'\n", "'anna'.*not hashed"),
        ("[users", "no file of users"),
        ("users = 'anna'\n", "no file of users"),
        ("", "names nobody"),
    ],
)
def test_files_that_are_none_are_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "users.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        Users(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        Users(tmp_path / "none.toml")


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\nb", "a\u202eb"])
def test_names_can_be_seen(name: str) -> None:
    with pytest.raises(UsageError):
        plain_name(name)


def test_short_passwords_are_refused() -> None:
    with pytest.raises(UsageError, match="8 to"):
        hashed("short")


def test_nothing_is_shown_to_who_is_not_logged_in(address: str) -> None:
    with client(address) as http:
        page = http.get("/", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["location"]) == (303, "/login")
        for path in ("/config", "/gradio_api/info", "/gradio_api/heartbeat/x", "/gradio_api/queue/data?session_hash=x"):
            assert http.get(path).status_code == 401, path
        for path in ("/gradio_api/queue/join", "/gradio_api/call/chat", "/gradio_api/cancel"):
            assert http.post(path, json={"data": ["hi"]}).status_code == 401, path
        form = http.get("/login")
        assert form.status_code == 200
        assert "form-action 'self'" in form.headers["content-security-policy"]
        assert "script" not in form.text


def test_who_logs_in_is_themselves_and_can_leave(address: str, rec: FakeRecommender) -> None:
    with client(address) as http:
        answer = sign_in(http, " anna ", "correct horse")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(SESSION))
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert http.get("/").status_code == 200
        config = http.get("/config").json()
        chooser = next(one for one in config["components"] if one["props"].get("elem_id") == "cr-user")
        assert chooser["props"]["visible"] is False
        assert "chloé" not in str(config)  # nobody is listed
        kept = dict(http.cookies)
        assert http.get("/logout").status_code == 405
        assert http.post("/logout").status_code == 303
        assert http.get("/config").status_code == 401
        http.cookies.update(kept)  # the old token is dead, not only forgotten by the browser
        assert http.get("/config").status_code == 401


def test_cookies_are_for_encrypted_connections_where_there_is_one() -> None:
    for scheme, marked in (("https", True), ("http", False)):
        _, value = set_cookie("name", "value", {"scheme": scheme, "root_path": "/films"}, seconds=5)
        assert ("; Secure" in value) is marked
        assert "Path=/films/" in value


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "wrong password"), ("nobody", "correct horse"), ("", ""), ("anna", "x" * 5000), ("a\x00b", "y" * 10)],
)
def test_wrong_tries_are_told_the_same(address: str, name: str, password: str) -> None:
    with client(address) as http:
        answer = sign_in(http, name, password)
        assert answer.status_code == 401
        assert "do not belong together" in answer.text
        assert SESSION not in http.cookies


def test_the_form_speaks_the_language_of_the_browser_or_the_one_that_was_set(address: str) -> None:
    with client(address) as http:
        answer = sign_in(http, "anna", "wrong password")
        assert 'lang="en"' in answer.text
        chinese = http.get("/login", headers={"accept-language": "zh-CN,zh;q=0.9"}).text
        assert 'lang="zh"' in chinese
        assert "登录" in chinese
        http.cookies.set("convrec_choices", "language=zh")
        assert "密码" in http.get("/login", headers={"accept-language": "en"}).text
        assert "不匹配" in sign_in(http, "anna", "wrong password").text


def test_a_form_of_another_page_is_not_taken(address: str) -> None:
    with client(address) as http:
        http.get("/login")
        given = {"name": "anna", "password": "correct horse"}
        assert http.post("/login", data=given).status_code == 403
        assert http.post("/login", data={**given, "seal": "0" * 64}).status_code == 403
        foreign = http.post("/login", data=given, headers={"origin": "https://evil.example"})
        assert foreign.status_code == 403
        fetched = http.post("/logout", headers={"sec-fetch-site": "cross-site"})
        assert fetched.status_code == 403
        assert http.post("/login", content=b"\xff\xfe" * 10).status_code == 403
        assert http.post("/login", content=b"a" * 9000).status_code == 413


def test_ten_tries_a_minute(address: str) -> None:
    with client(address) as http:
        answers = [sign_in(http, "anna", f"wrong {n}").status_code for n in range(10)]
        assert answers == [401] * 10
        late = sign_in(http, "anna", "correct horse")
        assert late.status_code == 429
        assert 1 <= int(late.headers["retry-after"]) <= 61
        assert sign_in(http, "ben", "battery staple").status_code == 303


def test_tries_come_back_with_time() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    assert [tries.wait("k", 2) for _ in range(3)] == [0, 0, 60]
    now[0] = 59
    assert tries.wait("k", 2) == 1
    now[0] = 60
    assert tries.wait("k", 2) == 0


def test_an_unknown_name_takes_as_long_as_a_wrong_password(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work: list[int] = []
    real = users._scrypt
    monkeypatch.setattr(users, "_scrypt", lambda *how: (work.append(how[2]), real(*how))[1])
    known = Users(file)
    work.clear()
    known.check("anna", "wrong")
    known.check("nobody", "wrong")
    known.check("a\nb", "wrong")
    assert work == [12, 12, 12]  # the same work, whoever is named


def test_sessions_end_when_they_are_silent_and_when_the_account_changes(file: Path) -> None:
    now = [0.0]
    door = LoginDoor(Users(file), "films", lambda: now[0])

    def who(token: str) -> str | None:
        scope = {"headers": [(b"cookie", f"{SESSION}={token}".encode())], "path": "/", "type": "http"}
        found = awaited(door.who(scope))
        return found.user_id if found else None

    def enter(name: str) -> str:
        sent: list[dict[str, object]] = []

        async def send(message: object) -> None:
            sent.append(message)  # type: ignore[arg-type]

        ticket = "t"
        body = f"seal={door._seal(ticket)}&name={name}&password={PASSWORDS[name].replace(' ', '+')}".encode()

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        scope = {"headers": [(b"cookie", b"convrec_login=t")], "path": "/login", "type": "http", "method": "POST"}
        awaited(door.serve(scope, receive, send))  # type: ignore[arg-type]
        cookies = [value.decode() for name_, value in sent[0]["headers"] if name_ == b"set-cookie"]  # type: ignore[attr-defined]
        return next(one for one in cookies if one.startswith(SESSION)).split("=")[1].split(";")[0]

    anna, ben = enter("anna"), enter("ben")
    assert (who(anna), who(ben), who("made up"), who("")) == ("anna", "ben", None, None)
    write(file, Account("anna", hashed("a new password"), "anna"))
    assert who(anna) is None
    now[0] += IDLE - 1
    assert who(ben) == "ben"
    now[0] += IDLE + 1
    assert who(ben) is None


def test_the_named_calls_answer_for_oneself_alone(address: str) -> None:
    with client(address) as http:
        sign_in(http, "anna", "correct horse")
        token = http.cookies[SESSION]
    mine = Client(address, verbose=False, headers={"cookie": f"{SESSION}={token}"})
    assert mine.predict("", "", 3, api_name="/recommend")["user"] == "anna"
    assert mine.predict("anna", "", 3, api_name="/recommend")["user"] == "anna"
    assert mine.predict("", api_name="/profile")["user_id"] == "anna"
    for call, given in (("/recommend", ("ben", "", 3)), ("/profile", ("ben",)), ("/chat", ("hi", "ben", None))):
        with pytest.raises(Exception, match="for yourself only"):
            mine.predict(*given, api_name=call)


def test_a_public_address_is_served_with_a_login() -> None:
    assert check("0.0.0.0", login=True) is None
    with pytest.raises(UsageError, match="--users FILE"):
        check("0.0.0.0")


def test_logins_are_not_mixed(rec: FakeRecommender, file: Path) -> None:
    with pytest.raises(UsageError, match="not by both"):
        create_app(rec, users=file, identify=lambda request: "x")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="cannot be chosen"):
        create_app(rec, "anna", users=file)  # type: ignore[arg-type]


def test_people_are_added_and_removed_by_a_command(tmp_path: Path) -> None:
    file = str(tmp_path / "users.csv")
    run = CliRunner()
    added = run.invoke(
        app, ["users", "add", "anna", "--file", file, "--user-id", "196", "--password-stdin"], "long enough\n"
    )
    assert added.exit_code == 0, added.output
    found = Users(file).check("anna", "long enough")
    assert found is not None
    assert found.user_id == "196"
    listed = run.invoke(app, ["users", "list", "--file", file])
    assert listed.output == "anna\t196\n"
    short = run.invoke(app, ["users", "add", "bo", "--file", file, "--password-stdin"], "short\n")
    assert isinstance(short.exception, UsageError)
    assert run.invoke(app, ["users", "remove", "anna", "--file", file]).exit_code == 0
    assert isinstance(run.invoke(app, ["users", "list", "--file", "users.yaml"]).exception, UsageError)
