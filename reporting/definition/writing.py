"""A `Definition` back to the JSON that `parse` reads; what has its usual value is left out."""

from dataclasses import MISSING, fields

from reporting.definition.shapes import Definition


def to_json(definition: Definition) -> dict:
    return _object(definition)


def _object(part) -> dict:
    written = {}
    for each in fields(part):
        value = getattr(part, each.name)
        if each.compare and (each.default is MISSING or value != each.default):
            written[each.name] = _value(value)
    return written


def _value(value: object) -> object:
    if isinstance(value, tuple):
        return [each if isinstance(each, str) else _object(each) for each in value]
    return str(value) if isinstance(value, str) else value
