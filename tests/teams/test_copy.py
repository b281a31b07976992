"""Rows by COPY arrive as they were, whatever characters they hold."""

import pytest

from teams.models import Decision
from teams.services import bulk
from teams.services.bulk import BATCH, QUOTE, SEPARATOR, copy

COLUMNS = [
    "province_id", "commune_id", "kind", "number", "symbol", "issuer", "subject", "scan", "match_key", "issued_on",
    "version", "raw_text",
]  # fmt: skip
ODD = [
    f"a{SEPARATOR}b",
    f"{QUOTE}a{QUOTE}b",
    "a\nb",
    "a\r\nb",
    "a\rb",
    "\\.",
    "\\N",
    "a\\tb",
    'nói "thế", rồi',
    "\t",
    " a ",
]


def copied(commune, texts: list[str]) -> list[str]:
    """What stands of the texts, each in a row of its own beside empty columns and an unknown day."""
    place = [commune.province_id, commune.pk, "establish"]
    copy(Decision, COLUMNS, ([*place, *[""] * 5, str(n), None, 1, text] for n, text in enumerate(texts)))
    stored = Decision.objects.filter(issued_on=None, number="").order_by("pk")
    return list(stored.values_list("raw_text", flat=True))


@pytest.mark.parametrize("text", ODD)
def test_every_character_arrives(cat_hai, text):
    assert copied(cat_hai, ["thường", text, "thường"]) == ["thường", text, "thường"]


def test_batches_with_and_without_odd_rows_mix(cat_hai):
    texts = [str(n) for n in range(2 * BATCH + 1)]
    texts[BATCH] = f"a{SEPARATOR}\n{QUOTE}"
    assert copied(cat_hai, texts) == texts


def test_a_batch_of_ordinary_texts_is_not_looked_at_value_by_value(cat_hai, monkeypatch):
    monkeypatch.setattr(bulk, "_quoted", None)
    assert copied(cat_hai, ["12/QĐ-UBND", 'nói "thế", rồi']) == ["12/QĐ-UBND", 'nói "thế", rồi']


def test_unquoted_an_odd_row_would_be_another(cat_hai, monkeypatch):
    """The control: without the look for what has to be quoted."""
    monkeypatch.setattr(bulk, "_is_plain", lambda text, rows: True)
    assert copied(cat_hai, [f"{QUOTE}a{QUOTE}b"]) == ["ab"]
