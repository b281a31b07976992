"""What people may type into any field, and how an answer shows that it was taken for more than text."""

import csv
import io
import re
import zipfile

from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Concat, Right
from django.http import HttpResponse
from lxml import etree, html
from openpyxl import load_workbook

from tests.access.canaries import rows_of, takes_words
from tests.architecture.places import World

# One for all: a formula, markup in text and in attributes, a template, a format, a turned line, an end of a string.
LONG = "=zq()|'/c'!A1<script>zq()</script>\"'><img src=x onerror=zq()>{{7*191}}{% zq %}%s%(x)s\u202e');--"
SHORT = "=zq()<b onclick=zq()>{{7*191}}"
LINK = "javascript:zq()//https://vidu.vn"
ID = 4  # characters
SCRIPT_URL = re.compile(r"\s*(javascript|vbscript|data(?!:image/)):", re.IGNORECASE)


def plant(world: World) -> int:
    """All texts of all rows are what somebody wants to harm with; how many they are."""
    planted = 0
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if takes_words(field) or field.name.endswith("_url")]
        if fields and not model._meta.model_name.endswith("event"):
            for rows, _ in rows_of(model, world):
                planted += sum(rows.exclude(**{each.name: ""}).update(**{each.name: harm(each)}) for each in fields)
    return planted


def harm(field: models.Field) -> Concat:
    """What fits into the field, and the end of the row's id: some texts must differ from row to row."""
    longest = (getattr(field, "max_length", None) or 1000) - ID
    text = LINK if field.name.endswith("url") else LONG if longest >= len(LONG) else SHORT[:longest]
    return Concat(Value(text), Right(Cast("pk", models.TextField()), ID))


def taken_for_more(response: HttpResponse, body: bytes) -> list[str]:
    """What in the answer is more than text."""
    kind = response.get("Content-Type", "").partition(";")[0]
    if kind == "text/html":
        return of_page(body)
    if kind == "text/csv":
        return of_csv(body.decode("utf-8-sig"))
    if body.startswith(b"PK"):
        return of_archive(body)
    return []


def of_page(body: bytes) -> list[str]:
    if not body.strip():
        return []
    tree = html.fromstring(body)
    found = [f"<{each.tag}> {each.text}" for each in tree.xpath("//script[not(@src)]") if runs(each)]
    found += [f"<img> {each.get('src')}" for each in tree.xpath("//img[@src='x' or contains(@src, 'zq')]")]
    for each in tree.iter(etree.Element):
        for name, value in each.attrib.items():
            if name.startswith("on") or (name in ("href", "src", "action") and SCRIPT_URL.match(value)):
                found.append(f"<{each.tag} {name}={value}>")
    if "1337" in tree.text_content():
        found.append("a template was filled in")
    return found


def runs(script: etree._Element) -> bool:
    return "json" not in (script.get("type") or "") or "zq()</script" in (script.text or "")


def of_csv(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell.startswith(("=", "+", "@", "-zq"))]


def of_archive(body: bytes) -> list[str]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except zipfile.BadZipFile:  # a stand-in of a test
        return []
    if "xl/workbook.xml" in archive.namelist():
        sheets = load_workbook(io.BytesIO(body)).worksheets
        return [
            f"formula {cell.value}"
            for sheet in sheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" and "zq" in str(cell.value)
        ]
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(archive.read(name))  # raises where a text broke out
    return []
