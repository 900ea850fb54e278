"""Small shops of phones, creams and podcasts as tables write them: options, units, what is free of what."""

from __future__ import annotations

from pathlib import Path

from messy_shops import shop_of
from shelf_pipeline import ShelfPipeline

_PHONE = (
    "title", "brand", "kind", "os", "screen", "ram", "storage", "battery", "battery_life", "weight", "old price",
    "price", "camera mp", "condition", "features", "warranty",
)  # fmt: skip
_PHONES = """
Ace Onyx 5|Ace|phone|Android 13|6.1"|8 GB|128 GB / 256 GB|4000 mAh|20 h|174 g|699 €|599 €|50+12|new|NFC; card slot|2 yrs
Ace Onyx 6|Ace|phone|Android 14|6.5 in|12 GB|256 GB / 1 TB|5000 mAh|30 h|201 g|1.199 €|999 €|108|used|card slot|24 mths
Bolt S|Bolt|phone|Android|5.4 inch|4 GB|64 GB|2900 mAh|up to 12 hours|139 g||149 €|12|refurbished|NFC|1 yr
Pear 3|Pear|phone|pOS|6.1 in|6 GB|128 GB|3300 mAh||166 g|899 €|749 €|48|new|NFC; face unlock|1 yr
Pear Book 13|Pear|laptop|pOS|13.3 in|8 / 16 GB|256 GB / 512 GB|52 Wh|18 h|1.24 kg|1.399 €|1.199 €||new|touchscreen|2 yrs
Bolt Book|Bolt|laptop|Windows 11|15.6 in|8 GB|512 GB SSD|47 Wh|8 h|1.7 kg|499 €|399 €||refurbished|keypad|1 yr
Bolt Book Pro|Bolt|laptop|Windows 11 Pro|14 in|16 / 32 GB|1 TB|60 Wh|10 h|1.4 kg|1.299 €|1.099 €||new|touchscreen|3 yrs
Ace Slab|Ace|laptop|Linux / Windows 11|17 in|32 GB|2 TB|90 Wh|6 h|2.6 kg|2.199 €|1.899 €||used|touchscreen; keypad|2 yrs
Ace Slab Mini|Ace|laptop|none|12.5"|16 GB|512 GB|40 Wh|9 h|980 g|799 €|699 €||used|touchscreen|2 yrs
Bolt Note|Bolt|laptop|Windows 10|14 in|8 GB|256 GB|44 Wh|7 h|1.5 kg|349 €|279 €||used|keypad|1 yr
""".strip().splitlines()

_CREAM = ("title", "type", "skin type", "free of", "contains", "size", "rating", "price", "texture")
_CREAMS = """
Calm|moisturiser|dry / sensitive|fragrance, parabens|glycerin|50 ml / 1.7 oz|4.3 (213)|$20|cream
Shine Stop|moisturiser|oily, combination|alcohol|fragrance, zinc|30 ml|4.0 (12)|$25|gel
Night|serum|dry|fragrance, alcohol|retinol|1 oz|3.9 (1,012)|$48|serum
Day|sunscreen|all skin types||alcohol, zinc|100 ml|4.6 (88)|$19|fluid
Rose|toner|all|parabens|alcohol, fragrance|200ml|no reviews yet|$12|liquid
Peel|toner|oily|alcohol, parabens|acid|100 ml|4.1 (45)|$16|liquid
Rich|moisturiser|dry|parabens, fragrance|shea butter|50 ml|4.8 (301)|$33|cream
Baby|moisturiser|sensitive|fragrance, alcohol, parabens|glycerin|150 ml / 250 ml|4.2 (60)|$15|cream
""".strip().splitlines()

_SHOW = ("title", "hosts", "topics", "released", "episodes", "minutes_per_episode", "explicit", "price")
_SHOWS = """
Fuse|Dana West; Jo Reyes|crime; history|weekly|79|45 min|no|£3/month
Deep|Lena Fisch|science; nature|daily|200|20-30 min|no|free
Rocket|Sam Oka|science; nature|monthly|12|ca. 15 min|no|free
Wreck|Jo Reyes; Sam Oka|history; crime|weekly|400|1h 30 min|yes|£5/month
Sleep|Ann Howe|stories; kids|daily|900|60|no|free
Bears|Ann Howe|stories; kids|finished|50|10 minutes|no|£3/month
Rome|Hugo Vance|history; crime|weekly|33|75 min|yes|free
Gut|Lena Fisch|science; nature|weekly|120|30 min|no|free
""".strip().splitlines()


def _rows(names: tuple[str, ...], lines: list[str]) -> list[dict[str, str]]:
    return [{"item_id": str(at), **dict(zip(names, line.split("|"), strict=True))} for at, line in enumerate(lines)]


def phones(folder: Path) -> ShelfPipeline:
    return shop_of(_rows(_PHONE, _PHONES), folder, "device", "bought")


def creams(folder: Path) -> ShelfPipeline:
    return shop_of(_rows(_CREAM, _CREAMS), folder, "product", "bought")


def shows(folder: Path) -> ShelfPipeline:
    return shop_of(_rows(_SHOW, _SHOWS), folder, "podcast", "heard")
