"""Figures of a yes-or-no prediction, against cases worked by hand and scikit-learn."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from convrec.evaluate import plots
from convrec.evaluate.judged import Judged, auc, calibration, figures, roc, within

TINY = Judged(
    people=np.array([0, 0, 0, 1, 1, 2]),
    chances=np.array([0.9, 0.4, 0.6, 0.2, 0.7, 0.8]),
    likes=np.array([1.0, 0.0, 0.0, 1.0, 0.0, 1.0]),
    expected=np.array([4.0, 3.0, 3.0, 2.0, 4.0, 5.0]),
    ratings=np.array([5.0, 3.0, np.nan, 4.0, 2.0, 5.0]),
)


def planted(n: int = 4000, people: int = 80) -> Judged:
    """Chances that are exactly right."""
    rng = np.random.default_rng(1)
    chances = rng.random(n)
    return Judged(rng.integers(0, people, n), chances, (rng.random(n) < chances).astype(float))


def test_figures_are_those_worked_by_hand():
    found = figures({"a": TINY}, "a")[0]["a"]
    by_hand = {
        # Liked .9 .2 .8 against .4 .6 .7: three, none and three of three pairs are right.
        "AUC": 6 / 9,
        # The first person is told apart wholly, the second the wrong way round, the third has one class.
        "within-user AUC": 0.5,
        "accuracy": 3 / 6,
        "precision": 2 / 4,
        "recall": 2 / 3,
        "F1": 4 / 7,
        "Brier": (0.01 + 0.16 + 0.36 + 0.64 + 0.49 + 0.04) / 6,
        "RMSE": ((0.01 + 0.16 + 0.36 + 0.64 + 0.49 + 0.04) / 6) ** 0.5,
        # Every event has a bin of its own.
        "calibration error": (0.1 + 0.4 + 0.6 + 0.8 + 0.7 + 0.2) / 6,
        "rating RMSE": ((1 + 0 + 4 + 4 + 0) / 5) ** 0.5,
    }
    assert {name: estimate.mean for name, estimate in found.items()} == pytest.approx(by_hand)
    assert all(estimate.low <= estimate.mean <= estimate.high for estimate in found.values())
    assert np.isnan(within(TINY)[2])


def test_auc_is_that_of_scikit_learn_with_ties_and_weights():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    chances, likes = rng.random(500).round(1), (rng.random(500) < 0.4).astype(float)
    weights = rng.integers(0, 4, 500).astype(float)
    assert auc(chances, likes) == pytest.approx(roc_auc_score(likes, chances))
    assert auc(chances, likes, weights) == pytest.approx(roc_auc_score(likes, chances, sample_weight=weights))
    assert np.isnan(auc(chances, np.ones(500)))


def test_a_right_model_is_found_calibrated_and_an_overconfident_one_is_not():
    right = planted()
    sure = Judged(right.people, np.where(right.chances > 0.5, 0.99, 0.01), right.likes)
    own, differences = figures({"sure": sure, "right": right}, "right")
    assert own["right"]["calibration error"].mean < 0.03
    assert own["sure"]["calibration error"].mean > 0.2
    assert differences["sure"]["AUC"].low > 0
    assert all(abs(entry["chance"] - entry["liked"]) < 0.08 for entry in calibration(right))
    assert sum(entry["events"] for entry in calibration(right)) == len(right.likes)


def test_the_curve_encloses_the_area():
    right = planted()
    x, y = np.array(roc(right, points=1000)).T
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert np.all(np.diff(x) >= 0)
    assert np.all(np.diff(y) >= 0)
    assert float(np.trapezoid(y, x)) == pytest.approx(auc(right.chances, right.likes), abs=0.002)


def test_plots_are_well_formed_and_name_every_curve(tmp_path):
    right = planted()
    names = ["like-rate & more", "<ours>"]
    made = {"calibration": {n: calibration(right) for n in names}, "roc": {n: roc(right) for n in names}}
    for path in plots.write(made, tmp_path / "new"):
        drawing = ElementTree.fromstring(path.read_text())
        texts = [node.text for node in drawing.iter("{http://www.w3.org/2000/svg}text")]
        assert set(names) <= set(texts)
        lines = list(drawing.iter("{http://www.w3.org/2000/svg}polyline"))
        assert len(lines) == 2
        corners = [float(number) for point in lines[0].attrib["points"].split() for number in point.split(",")]
        assert all(0 <= number <= 500 for number in corners)
