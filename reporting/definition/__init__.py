"""What a report form asks, as data: a JSON object that the department edits, read into frozen dataclasses.

`parse` is the door; `examine` is for who shows what is wrong.
A published definition never changes; reports name the version they were written in.
"""

from reporting.definition.reading import examine, parse
from reporting.definition.shapes import (
    CODE,
    FORM_WORDS,
    Check,
    Column,
    Definition,
    DefinitionError,
    Indicator,
    Kind,
    Nature,
    Problem,
    Section,
    Severity,
)
from reporting.definition.templates import codes_in
from reporting.definition.writing import to_json

__all__ = [
    "CODE",
    "FORM_WORDS",
    "Check",
    "Column",
    "Definition",
    "DefinitionError",
    "Indicator",
    "Kind",
    "Nature",
    "Problem",
    "Section",
    "Severity",
    "codes_in",
    "examine",
    "parse",
    "to_json",
]
