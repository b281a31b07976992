"""What belongs to others, sent with a form of one's own: as the id of a choice, in a list, in the name of a field.

Whatever is sent, either nothing is written, or nothing of others is changed and nothing of one's own speaks of theirs.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, product

import pytest
from django import forms
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model
from django.test.signals import template_rendered

from cdt_portal.lib.row_security import EVERYTHING
from teams.access import Scope
from tests.access.addresses import address_at
from tests.access.people import Caller
from tests.access.visits import Visitor
from tests.architecture.pages import Page
from tests.architecture.places import Place, World
from tests.architecture.url_table import TABLE

# Who sends it, at the own place: those of a commune with what is a neighbour's, the department with what is another
# province's.
SENDERS = {"officer": "neighbour", "leader": "neighbour", "staff": "other"}


class Foreign:
    """Whether, in some tables, rows that name another's commune have changed, or rows refer to another unit's."""

    def __init__(self, place: Place, tables: Iterable[str]):
        self.code = rf"(?<![.\w]){place.commune.pk}(?!\w)"  # and not among the figures of a moment or of a sum
        self.before = {table: self._state(table) for table in tables}

    def is_touched(self, tables: Iterable[str]) -> bool:
        return any(self._state(table) != self.before[table] for table in tables)

    def _state(self, table: str) -> tuple[object, ...]:
        rows = f"SELECT t::text AS line FROM {table} t WHERE t::text ~ %s"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT md5(string_agg(line, '' ORDER BY line)), {crossings().get(table, '0')} FROM ({rows}) lines",
                [self.code],
            )
            return cursor.fetchone()


@cache
def crossings() -> dict[str, str]:
    """By table how to count its rows of one commune or province that refer to a row of another."""
    counts = defaultdict(list)
    for model in apps.get_models(include_auto_created=True):
        keys = [key for key in model._meta.get_fields() if isinstance(key, ForeignKey)]
        for key, unit in product(keys, ("province_id", "commune_id")):
            if has(model, unit) and has(key.related_model, unit):
                counts[model._meta.db_table].append(
                    f"(SELECT count(*) FROM {model._meta.db_table} a JOIN {key.related_model._meta.db_table} b"
                    f" ON a.{key.column} = b.{key.target_field.column} WHERE a.{unit} <> b.{unit})"
                )
    return {table: " + ".join(each) for table, each in counts.items()}


def has(model: type[Model], column: str) -> bool:
    return any(field.column == column for field in model._meta.concrete_fields)


class Smuggler(Visitor):
    """Looks at what was written before it is taken back."""

    def __init__(self, others: Place):
        super().__init__()
        self.foreign = Foreign(others, self.tables.counts)
        self.touched, self.written = False, 0

    def sends(self, caller: Caller, url: str, payload: dict) -> bool:
        """Whether something of others was touched."""
        self.touched = False
        self.written += self.visit(caller, "post", url, payload).wrote
        return self.touched

    def _take_back(self) -> None:
        self.touched = self.foreign.is_touched(self.tables.written_to)
        super()._take_back()


@pytest.mark.django_db
@pytest.mark.parametrize("role", SENDERS)
def test_nothing_of_others_comes_in_by_a_form_of_ones_own(role, world, callers, quiet, count_cases):
    smuggler, wrong = smuggle(role, world, callers)
    count_cases("foreign ids in forms of one's own", smuggler.count, len(wrong))
    assert smuggler.written  # some of them reach the service that writes
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.django_db
def test_choices_that_take_any_row_would_be_noticed(world, callers, quiet, monkeypatch):
    monkeypatch.setattr(forms.ModelChoiceField, "to_python", any_row)
    monkeypatch.setattr(
        forms.ModelMultipleChoiceField, "clean", lambda self, value: self.queryset.model.objects.filter(pk__in=value)
    )
    monkeypatch.setattr(Scope, "sight", EVERYTHING)  # else the database holds what the forms let pass
    _, wrong = smuggle("officer", world, callers)
    assert len(wrong) > 2


def any_row(self: forms.ModelChoiceField, value: str) -> Model | None:
    return self.queryset.model.objects.filter(pk=value).first() if value else None


def smuggle(role: str, world: World, callers: list[Caller]) -> tuple[Smuggler, list[str]]:
    sender = next(caller for caller in callers if caller.user == world.people[role])
    own, theirs = world.places["own"], world.places[SENDERS[role]]
    smuggler = Smuggler(theirs)
    wrong = []
    for name, page in TABLE.items():
        if page.post.writes and page.post.grid["own", role] == "ok":
            url = address_at(own, name, page)
            for what, payload in chain(swaps(page, own, theirs), choices(smuggler, sender, url, page, own, theirs)):
                if smuggler.sends(sender, url, payload):
                    wrong.append(f"{name}, {role}: {what}")
    return smuggler, wrong


def swaps(page: Page, own: Place, theirs: Place) -> Iterator[tuple[str, dict]]:
    """The payload of one's own with one value, or with the names of fields, of what would be sent there."""
    mine, yours = page.payload(own), page.payload(theirs)
    for key in mine.keys() & yours.keys():
        if mine[key] != yours[key]:
            yield f"{key} = {yours[key]}", page.payload(own) | {key: page.payload(theirs)[key]}
            if isinstance(mine[key], list):
                yield f"{key} += {yours[key]}", page.payload(own) | {key: mine[key] + yours[key]}
    if mine.keys() - yours.keys():
        yield "fields of both", page.payload(theirs) | page.payload(own)
        yield "their fields", page.payload(theirs)


def choices(
    smuggler: Smuggler, sender: Caller, url: str, page: Page, own: Place, theirs: Place
) -> Iterator[tuple[str, dict]]:
    """Another's row, or code, in each field of the page's forms that takes a row or a commune."""
    for form in forms_of(smuggler, sender, url):
        for name, field in form.fields.items():
            for value in others(field, own, theirs):
                yield f"{name} := {value}", page.payload(own) | {form.add_prefix(name): value}


def forms_of(smuggler: Smuggler, sender: Caller, url: str) -> list[forms.BaseForm]:
    found: dict[int, forms.BaseForm] = {}

    def look(context, **kwargs) -> None:
        for value in context.flatten().values():
            for each in value if isinstance(value, list | tuple) else [value]:
                if isinstance(each, forms.BaseForm):
                    found[id(each)] = each

    template_rendered.connect(look)
    try:
        smuggler.visit(sender, "get", url)
    finally:
        template_rendered.disconnect(look)
    return list(found.values())


def others(field: forms.Field, own: Place, theirs: Place) -> list[object]:
    """What that field must not take."""
    if isinstance(field, forms.ModelChoiceField):
        rows = field.queryset.model._default_manager.exclude(pk__in=field.queryset.values("pk"))
        return [row.pk for row in rows if belongs_to(row, theirs)][:2]
    if isinstance(field, forms.ChoiceField) and own.commune.pk in [str(code) for code, _ in field.choices]:
        return [theirs.commune.pk]
    return []


def belongs_to(row: Model, place: Place) -> bool:
    unit = getattr(row, "commune_id", None) or getattr(row, "province_id", None) or row.pk
    return unit in (place.commune.pk, place.commune.province_id)
