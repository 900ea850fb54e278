"""Reading reviews right: the regression on sentence vectors beside two lexicons, on sets it was not fitted on."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.config import home
from convrec.errors import RunError
from convrec.evaluate.interval import bootstrap, difference
from convrec.profile.sentiment import Head

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Encoder

    Floats = NDArray[np.float64]

SOURCE = "vaderSentiment==3.3.2"
SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
INSIDE = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
SETS = {"films": "movieReviewSnippets_GroundTruth.txt", "shops": "amazonReviewSnippets_GroundTruth.txt"}
MIDDLE = 0.5
"""Ratings, of -4 to 4, nearer to 0 than this take no side."""
_STRENGTH = 1.0
"""Inverse of the L2 penalty."""
_PIP_S = 300

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Snippets:
    """Sentences of reviews with the mean of twenty people's ratings, -4 to 4; those that take a side."""

    texts: tuple[str, ...]
    well: NDArray[np.bool_]


def evaluate(
    encoder: Encoder, *, most: int | None = None, seed: int = 0, progress: Progress = lambda message: None
) -> dict[str, Any]:
    """Accuracy on either set, fitted on the other, beside the lexicons VADER and TextBlob where these are installed.

    Args:
        encoder: Makes the vectors.
        most: At most so many sentences a set.
        seed: Of the sample and the bootstrap.
        progress: Told each step.

    Raises:
        RunError: The sentences cannot be fetched.
    """
    sets = {name: _sample(found, most, seed) for name, found in snippets(progress).items()}
    vectors = {}
    for name, found in sets.items():
        progress(f"reading {len(found.texts)} sentences about {name}")
        vectors[name] = encoder.encode(list(found.texts), role="document")
    lexicons, absent = _lexicons()
    table: dict[str, Any] = {}
    for name, other in (("films", "shops"), ("shops", "films")):
        fitted = fit(vectors[other], sets[other].well, encoder.name)
        ours = _right(fitted.read(vectors[name]), sets[name].well)
        rows: dict[str, Any] = {f"convrec, fitted on {other}": bootstrap(ours, seed=seed)}
        for peer, read in lexicons.items():
            theirs = _right(np.array([read(text) for text in sets[name].texts]), sets[name].well)
            rows[peer] = bootstrap(theirs, seed=seed)
            rows[f"convrec over {peer}"] = difference(ours, theirs, seed=seed)
        table[name] = {"sentences": len(ours), **rows}
    return {"source": SOURCE, "seed": seed, "accuracy": table, "absent": absent}


def fit(vectors: NDArray[np.float32], well: NDArray[np.bool_], encoder: str) -> Head:
    """Logistic regression, both sides counted alike."""
    from sklearn.linear_model import LogisticRegression

    made = LogisticRegression(C=_STRENGTH, max_iter=2000, class_weight="balanced").fit(vectors, well)
    return Head(encoder, made.coef_[0].astype(np.float32), float(made.intercept_[0]))


def write(encoder: Encoder, file: Path, progress: Progress = lambda message: None) -> None:
    """Fit on both sets and write what comes with convrec."""
    found = snippets(progress)
    texts = [text for each in found.values() for text in each.texts]
    head = fit(
        encoder.encode(texts, role="document"), np.concatenate([each.well for each in found.values()]), encoder.name
    )
    about = {"encoder": head.encoder, "source": SOURCE, "sentences": len(texts), "bias": round(head.bias, 5)}
    weights = [round(float(weight), 5) for weight in head.weights]
    file.write_text(json.dumps({**about, "weights": weights}) + "\n", encoding="utf-8")


def snippets(progress: Progress = lambda message: None) -> dict[str, Snippets]:
    """The two sets, fetched once."""
    with tarfile.open(_fetched(progress)) as outer:
        packed = outer.extractfile(INSIDE)
        if packed is None:
            raise RunError("data", f"{SOURCE} has no {INSIDE}")
        with tarfile.open(fileobj=io.BytesIO(packed.read())) as inner:
            return {name: _parsed(inner, file) for name, file in SETS.items()}


def _parsed(archive: tarfile.TarFile, file: str) -> Snippets:
    member = next(one for one in archive.getmembers() if one.name.endswith(f"/{file}"))
    content = archive.extractfile(member)
    lines = (content.read() if content else b"").decode("utf-8", errors="replace").splitlines()
    rows = [line.split("\t", 2) for line in lines if line.count("\t") >= 2]
    kept = [(float(rating), text.strip()) for _, rating, text in rows if abs(float(rating)) >= MIDDLE]
    return Snippets(tuple(text for _, text in kept), np.array([rating > 0 for rating, _ in kept]))


def _sample(found: Snippets, most: int | None, seed: int) -> Snippets:
    if most is None or len(found.texts) <= most:
        return found
    chosen = np.sort(np.random.default_rng(seed).choice(len(found.texts), most, replace=False))
    return Snippets(tuple(found.texts[place] for place in chosen.tolist()), found.well[chosen])


def _right(read: Floats, well: NDArray[np.bool_]) -> Floats:
    return np.asarray((read > 0) == well, dtype=np.float64)


def _lexicons() -> tuple[dict[str, Callable[[str], float]], list[str]]:
    found: dict[str, Callable[[str], float]] = {}
    absent = []
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        vader = SentimentIntensityAnalyzer()
        found["VADER"] = lambda text: float(vader.polarity_scores(text)["compound"])
    except ImportError:
        absent.append("vaderSentiment")
    try:
        from textblob import TextBlob

        found["TextBlob"] = lambda text: float(TextBlob(text).sentiment.polarity)
    except ImportError:
        absent.append("textblob")
    return found, absent


def _fetched(progress: Progress) -> Path:
    kept = home() / "datasets" / f"{SOURCE.replace('==', '-')}.tar.gz"
    if kept.is_file() and _is_right(kept):
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    progress(f"fetching {SOURCE}")
    with TemporaryDirectory(dir=kept.parent, prefix=".fetch-") as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        command += ["--disable-pip-version-check", "--dest", scratch, SOURCE]
        run = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_S, check=False)
        files = list(Path(scratch).glob("*.tar.gz"))
        if not files or not _is_right(files[0]):
            raise RunError("data", f"{SOURCE} cannot be fetched from the package index: {run.stderr.strip()[-200:]}")
        return files[0].replace(kept)


def _is_right(file: Path) -> bool:
    return hashlib.sha256(file.read_bytes()).hexdigest() == SHA256
