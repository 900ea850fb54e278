import gzip
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from convrec.data.sources import fetch, load
from convrec.data.sources.recbole import split_words
from convrec.errors import RunError, UsageError
from convrec.types import Interaction

Write = Callable[..., Path]

GENRES = ["unknown", "Action", "Children's", "Sci-Fi"]
FILMS = [
    ("1", "Usual Suspects, The (1995)", "Action"),
    ("2", "Café: A Story (Mépris, Le) (1963)", "Children's|Sci-Fi"),
    ("3", "unknown", "unknown"),
]
RATINGS = [("7", "2", "5", "881250949"), ("7", "1", "3", "881250949"), ("8", "3", "1", "881250000")]


@pytest.fixture(params=["grouplens-100k", "grouplens-1m", "grouplens-csv", "recbole"])
def edition(request: pytest.FixtureRequest, write: Write, tmp_path: Path) -> Path:
    """The same three films and three ratings as each edition packs them."""
    root = tmp_path / "download" / "ml-few"
    name = "download/ml-few/{}".format
    if request.param == "grouplens-100k":
        flags = ["|".join("1" if genre in words.split("|") else "0" for genre in GENRES) for *_, words in FILMS]
        rows = [f"{key}|{title}|01-Jan-1995||http://x|{row}" for (key, title, _), row in zip(FILMS, flags, strict=True)]
        write(name("u.item"), "\n".join(rows) + "\n", "latin-1")
        write(name("u.genre"), "".join(f"{genre}|{place}\n" for place, genre in enumerate(GENRES)))
        write(name("u.data"), "".join("\t".join(row) + "\n" for row in RATINGS))
    elif request.param == "grouplens-1m":
        write(name("movies.dat"), "".join("::".join(film) + "\n" for film in FILMS), "latin-1")
        write(name("ratings.dat"), "".join("::".join(row) + "\n" for row in RATINGS))
    elif request.param == "grouplens-csv":
        rows = [
            f'{key},"{title}",{"(no genres listed)" if words == "unknown" else words}' for key, title, words in FILMS
        ]
        write(name("movies.csv"), "movieId,title,genres\n" + "\n".join(rows) + "\n")
        write(
            name("ratings.csv"), "userId,movieId,rating,timestamp\n" + "".join(",".join(row) + "\n" for row in RATINGS)
        )
    else:
        head = "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
        rows = [
            "1\tUsual Suspects, The\t1995\tAction",
            "2\tCafé: A Story (Mépris, Le)\t1963\tChildren's Sci-Fi",
            "3\tunknown\tV\tunknown",
        ]
        write(name("ml-few.item"), head + "\n".join(rows) + "\n")
        head = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
        write(name("ml-few.inter"), head + "".join("\t".join(row) + "\n" for row in RATINGS))
    return root


def test_every_edition_gives_the_same_films_and_ratings(edition: Path) -> None:
    dataset = load(source=edition)
    assert [(item.id, item.title, item.year, item.genres) for item in dataset.items] == [
        ("1", "The Usual Suspects", 1995, ("Action",)),
        ("2", "Café: A Story", 1963, ("Children's", "Sci-Fi")),
        ("3", "unknown", None, ()),
    ]
    assert dataset.items[1].facts["also"] == ("Le Mépris",)
    assert list(dataset.log.interactions()) == [
        Interaction(user, item, float(rating), float(time)) for user, item, rating, time in RATINGS
    ]
    assert (dataset.noun, dataset.verb, dataset.name) == ("film", "watched", "ml-few")
    assert "GroupLens" in dataset.licence
    assert dataset.report.refused == 0


def test_an_archive_and_a_folder_around_it_read_the_same(edition: Path, tmp_path: Path) -> None:
    archive = tmp_path / "ml-few.zip"
    with zipfile.ZipFile(archive, "w") as content:
        for path in edition.iterdir():
            content.write(path, f"inner/{path.name}")
    direct = load(source=edition)
    for source in (archive, edition.parent):
        read = load(source=source)
        assert read.items == direct.items
        assert read.log.table.equals(direct.log.table)


def test_a_part_of_ml_100k_does_not_pass_for_it(edition: Path) -> None:
    with pytest.raises(
        UsageError, match=r"2 users, 3 items, 3 ratings, but ml-100k has 943 users|holds no files of ml-100k"
    ):
        load("ml-100k", source=edition)


def test_sources_without_data_say_what_was_found(write: Write, tmp_path: Path) -> None:
    write("odd/readme.md", "hello")
    with pytest.raises(UsageError, match=r"found: readme\.md"):
        load(source=tmp_path / "odd")
    with pytest.raises(UsageError, match="neither a folder nor a zip"):
        load(source=tmp_path / "odd" / "readme.md")
    with pytest.raises(UsageError, match="no file or folder"):
        load(source=tmp_path / "none")
    with pytest.raises(UsageError, match="no dataset 'netflix'"):
        load("netflix")


def test_a_recbole_shop_keeps_its_own_words(write: Write, tmp_path: Path) -> None:
    write(
        "games/games.item",
        "product_id:token\tapp_name:token_seq\tcategories:token_seq\tprice:float\ttags:token_seq\n"
        "a\tPortal (Still Alive)\t'Video Games', 'PC'\t9.99\tpuzzle first-person\nb\tTetris\t'Puzzle'\t1\t\n",
    )
    write("games/games.inter", "user_id:token\tproduct_id:token\tplay_hours:float\nu\ta\t3\nu\tb\t1\n")
    dataset = load(source=tmp_path / "games")
    assert [(item.id, item.title, item.genres) for item in dataset.items] == [
        ("a", "Portal (Still Alive)", ("Video Games", "PC")),
        ("b", "Tetris", ("Puzzle",)),
    ]
    assert dataset.items[0].facts == {"price": 9.99, "tags": ("puzzle", "first-person")}
    assert list(dataset.log.interactions()) == [Interaction("u", "a", kind="view"), Interaction("u", "b", kind="view")]
    assert dataset.noun == "item"
    write("games/games.item", "product_id:token\tprice:float\na\t1\n")
    with pytest.raises(UsageError, match="no column with titles"):
        load(source=tmp_path / "games")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Animation Children's Film-Noir", ["Animation", "Children's", "Film-Noir"]),
        ("'Video Games', 'PC'", ["Video Games", "PC"]),
        ("Free to Play, Action", ["Free to Play", "Action"]),
        ("", []),
    ],
)
def test_words_of_a_recbole_sequence(cell: str, words: list[str]) -> None:
    assert split_words(cell) == words


def test_amazon_products_and_reviews(write: Write, tmp_path: Path) -> None:
    meta = [
        {
            "parent_asin": "B1",
            "title": "Chess",
            "categories": ["Games", "Board"],
            "description": ["A game."],
            "features": ["Wood"],
            "price": 12.5,
            "store": "Woody",
            "main_category": "Toys",
            "average_rating": 4.9,
            "details": {"x": 1},
        },
        {
            "parent_asin": "B2",
            "title": "Go",
            "categories": [],
            "description": [],
            "features": [],
            "price": "from 3.00",
            "store": None,
            "main_category": "Toys",
        },
        {"parent_asin": "B3", "title": "", "categories": []},
    ]
    reviews = [
        {
            "user_id": "U",
            "parent_asin": "B1",
            "asin": "B1x",
            "rating": 5.0,
            "timestamp": 1588687728923,
            "title": "Nice",
            "text": "Very.",
            "verified_purchase": True,
        },
        {
            "user_id": "U",
            "parent_asin": "B3",
            "asin": "B3",
            "rating": 5.0,
            "timestamp": 1588687728923,
            "title": "",
            "text": "",
        },
        {
            "user_id": "V",
            "parent_asin": "B2",
            "asin": "B2",
            "rating": 1.0,
            "timestamp": 1588687729923,
            "title": "",
            "text": "",
        },
    ]
    write("toys/meta_Toys.jsonl.gz", "\n".join(map(json.dumps, meta)))
    write("toys/Toys.jsonl", "\n".join(map(json.dumps, reviews)))
    dataset = load(source=tmp_path / "toys")
    chess, go = dataset.items
    assert (chess.genres, chess.text) == (("Games", "Board"), "A game. Wood")
    assert chess.facts == {"price": 12.5, "store": "Woody", "department": "Toys"}
    assert go.facts == {"department": "Toys"}
    assert [(event.user_id, event.item_id, event.timestamp, event.review) for event in dataset.log.interactions()] == [
        ("U", "B1", 1588687728.923, "Nice\nVery."),
        ("V", "B2", 1588687729.923, ""),
    ]
    assert {refusal.reason for refusal in dataset.report.refusals} == {"no title", "unknown item"}
    assert (dataset.noun, dataset.verb) == ("product", "bought")


def kept(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "home" / "datasets").iterdir()]


class TestFetch:
    @pytest.fixture(autouse=True)
    def own_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CONVREC_HOME", str(tmp_path / "home"))

    def archive(self, tmp_path: Path) -> bytes:
        path = tmp_path / "made.zip"
        with zipfile.ZipFile(path, "w") as content:
            content.writestr("ml-1m/movies.dat", "1::A (1990)::Drama\n")
            content.writestr("ml-1m/ratings.dat", "u::1::5::1\n")
        return path.read_bytes()

    def serve(self, monkeypatch: pytest.MonkeyPatch, reply: Callable[[httpx.Request], httpx.Response]) -> list[str]:
        asked: list[str] = []

        def stream(method: str, url: str, **options: object) -> object:
            asked.append(url)
            return httpx.Client(transport=httpx.MockTransport(reply)).stream(method, url)

        monkeypatch.setattr(httpx, "stream", stream)
        return asked

    def test_what_is_whole_is_kept_and_not_fetched_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = self.archive(tmp_path)
        asked = self.serve(monkeypatch, lambda request: httpx.Response(200, content=whole))
        monkeypatch.setattr("convrec.data.sources.COUNTS", {})
        assert [item.title for item in load("ml-1m").items] == ["A"]
        assert [item.title for item in load("ml-1m").items] == ["A"]
        assert asked == ["https://files.grouplens.org/datasets/movielens/ml-1m.zip"]
        assert kept(tmp_path) == ["ml-1m.zip"]

    def test_half_a_download_is_never_kept(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = self.archive(tmp_path)
        self.serve(monkeypatch, lambda request: httpx.Response(200, content=whole[: len(whole) // 2]))
        with pytest.raises(RunError, match="--source"):
            load("ml-1m")
        assert kept(tmp_path) == []

    def test_a_cached_file_cut_off_later_is_fetched_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = self.archive(tmp_path)
        asked = self.serve(monkeypatch, lambda request: httpx.Response(200, content=whole))
        monkeypatch.setattr("convrec.data.sources.COUNTS", {})
        load("ml-1m")
        (tmp_path / "home" / "datasets" / "ml-1m.zip").write_bytes(whole[:40])
        assert len(load("ml-1m").items) == 1
        assert len(asked) == 2

    def test_an_error_page_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.serve(monkeypatch, lambda request: httpx.Response(503))
        with pytest.raises(RunError, match="503"):
            load("ml-1m")

    def test_pypi_steps_in_for_ml_100k_only_with_the_known_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("no route")

        self.serve(monkeypatch, refuse)
        commands: list[list[str]] = []

        def pip(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
            commands.append(command)
            (Path(command[command.index("--dest") + 1]) / "recbole-1.2.1-py3-none-any.whl").write_bytes(b"other")
            return subprocess.CompletedProcess(command, 0)

        monkeypatch.setattr(fetch.subprocess, "run", pip)
        with pytest.raises(RunError, match="not the file convrec knows"):
            load("ml-100k")
        assert commands[0][:4] == [sys.executable, "-m", "pip", "download"]
        assert {"--no-deps", "recbole==1.2.1"} <= set(commands[0])
        assert kept(tmp_path) == []

        def broken(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
            raise subprocess.CalledProcessError(1, command, stderr="noise\nERROR: no matching distribution")

        monkeypatch.setattr(fetch.subprocess, "run", broken)
        with pytest.raises(RunError, match=r"no route.*no matching distribution.*--source"):
            load("ml-100k")


def test_gzip_is_what_the_name_says_only(write: Write) -> None:
    path = write("items.csv", gzip.compress(b"item_id,title\n1,A\n"))
    with pytest.raises(UsageError):
        load(items=path)
