"""Words that stand in the rows of one unit alone: whoever reads one has read that unit's rows."""

import re

from django.apps import apps
from django.db import models
from django.db.models import F, Model, Value
from django.db.models.functions import Concat, Left

from teams.models import Member
from tests.architecture.places import World

# By the place's relation to Cát Hải; of what a province's communes share, by its code.
WORDS = {"own": "Zqmot", "neighbour": "Zqhai", "other": "Zqbax", "31": "Zqtinhmot", "38": "Zqtinhhai"}
PHONE = "09{}"  # and the commune's code; the rest is the member's
NOT_WORDS = re.compile(
    r"^kind$|key|code|number|symbol|sha256|stamp|receipt|citizen|phone|basis|rule|slug|url|group|titles"
)
# What a commune's people may read of others in their province: where classes take place.
SHARED = {"training.Venue"}


def plant(world: World) -> int:
    """How many rows carry a word now."""
    planted = 0
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if takes_words(field)]
        if fields and not model._meta.model_name.endswith("event") and model._meta.label not in SHARED:
            planted += sum(mark(rows, fields, word) for rows, word in rows_of(model, world))
    for place in world.places.values():
        members = Member.objects.filter(commune=place.commune).exclude(phone="")
        for number, member in enumerate(members):
            Member.objects.filter(pk=member.pk).update(phone=f"{PHONE.format(place.commune.pk)}{number:03}")
    return planted


def takes_words(field: models.Field) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.FileField)
    return is_text and not field.choices and not field.primary_key and not NOT_WORDS.search(field.name)


def rows_of(model: type[Model], world: World) -> list[tuple[models.QuerySet, str]]:
    """Each unit's own rows, with its word."""
    columns = {field.column for field in model._meta.concrete_fields}
    communes = {label: place.commune for label, place in world.places.items()}
    rows = model._base_manager
    if "commune_id" in columns:
        return [(rows.filter(commune=commune), WORDS[label]) for label, commune in communes.items()]
    if "commune_code" in columns:
        return [(rows.filter(commune_code=commune.pk), WORDS[label]) for label, commune in communes.items()]
    if "roster_import_id" in columns:
        return [(rows.filter(roster_import__commune=commune), WORDS[label]) for label, commune in communes.items()]
    if "province_id" in columns and model._meta.label != "teams.Commune":
        return [(rows.filter(province=code), WORDS[code]) for code in ("31", "38")]
    return []


def mark(rows: models.QuerySet, fields: list[models.Field], word: str) -> int:
    count = 0
    for field in fields:
        longest = getattr(field, "max_length", None)
        filled = rows.exclude(**{field.name: ""})
        kept = F(field.name) if longest is None else Left(field.name, longest - len(word) - 1)
        count += filled.update(**{field.name: Concat(kept, Value(f" {word}"))})
    return count


def words_in(text: str) -> set[str]:
    """The places and provinces whose words stand in it."""
    return {label for label, word in WORDS.items() if re.search(rf"\b{word}\b", text)}


def phones_in(text: str, world: World) -> set[str]:
    """Those whose members' phones stand in it, masked or not."""
    figures = re.sub(r"(?<=\d)[ .](?=[\d*])", "", text)
    return {
        label
        for label, place in world.places.items()
        if re.search(rf"(?<!\d){PHONE.format(place.commune.pk)}(\d{{3}}|\*{{3}})(?!\d)", figures)
    }
