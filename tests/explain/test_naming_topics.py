"""Topics are said as they are: `about true crime`, where a theme may be a thing: `about a heist`."""

from __future__ import annotations

from convrec.language import noun_phrase


def test_topics_have_no_article_and_themes_may_have_one() -> None:
    assert noun_phrase([("topics", ["true crime"])], "episode") == "an episode about true crime"
    assert noun_phrase([("theme", ["heist"])], "film") == "a film about a heist"
