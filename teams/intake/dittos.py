"""What officers write for "the same as above"."""

from typing import Final

_SAME_AS_ABOVE: Final = frozenset(
    (
        "nt",
        "nt.",
        "-nt-",
        "- nt -",
        "như trên",
        "như trên.",
        "như tổ trên",
        "〃",
        '"',
        "''",
        "”",
        "“",
        "″",
        "//",
        "-//-",
    )
)
_LONGEST: Final = max(map(len, _SAME_AS_ABOVE))


def is_ditto(text: str) -> bool:
    return len(text) <= _LONGEST and text.casefold() in _SAME_AS_ABOVE
