"""convrec: an LLM-driven conversational recommender.

    from convrec import Recommender
    rec = Recommender.open(".convrec/ml-100k")
    rec.recommend(user_id="196", k=5)

Names are imported when first used, so that `import convrec` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convrec.dialogue.chat import Chat as Chat
    from convrec.errors import ConvrecError as ConvrecError
    from convrec.errors import RunError as RunError
    from convrec.errors import UsageError as UsageError
    from convrec.recommend import Recommender as Recommender
    from convrec.types import ChatEvent as ChatEvent
    from convrec.types import Conversation as Conversation
    from convrec.types import Explanation as Explanation
    from convrec.types import Filter as Filter
    from convrec.types import History as History
    from convrec.types import Interaction as Interaction
    from convrec.types import Item as Item
    from convrec.types import Profile as Profile
    from convrec.types import Recommendation as Recommendation
    from convrec.types import Request as Request
    from convrec.types import Statement as Statement
    from convrec.types import Turn as Turn

__version__ = "0.1.0"

_HOME = {
    "Recommender": "convrec.recommend",
    "Chat": "convrec.dialogue.chat",
    "ConvrecError": "convrec.errors",
    "UsageError": "convrec.errors",
    "RunError": "convrec.errors",
    **dict.fromkeys(
        (
            "ChatEvent",
            "Claim",
            "Conversation",
            "Evidence",
            "Explanation",
            "Filter",
            "History",
            "Interaction",
            "Item",
            "Profile",
            "Recommendation",
            "Request",
            "Statement",
            "Turn",
        ),
        "convrec.types",
    ),
}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'convrec' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
