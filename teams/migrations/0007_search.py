"""Word indexes for units and teams, and one of decisions by their number."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models

# Each letter with what it is without marks; `cdt_portal.lib.text.fold` says the same in Python.
FOLDED = {
    "a": "àáâãäåāăąǎǟǡǻȁȃȧḁẚạảấầẩẫậắằẳẵặ",
    "b": "ḃḅḇ",
    "c": "çćĉċčḉ",
    "d": "ðďđḋḍḏḑḓ",
    "e": "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
    "g": "ĝğġģǧǵḡ",
    "h": "ĥȟḣḥḧḩḫẖ",
    "i": "ìíîïĩīĭįǐȉȋḭḯỉị",
    "j": "ĵǰ",
    "k": "ķǩḱḳḵ",
    "l": "ĺļľḷḹḻḽ",
    "m": "ḿṁṃ",
    "n": "ñńņňǹṅṇṉṋ",
    "o": "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ",
    "p": "ṕṗ",
    "r": "ŕŗřȑȓṙṛṝṟ",
    "s": "śŝşšșṡṣṥṧṩ",
    "t": "ţťțṫṭṯṱẗ",
    "u": "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
    "w": "ŵẁẃẅẇẉẘ",
    "y": "ýÿŷȳẏẙỳỵỷỹ",
    "z": "źżžẑẓẕ",
}
SPACES = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»–—‘’“”…·\u00a0"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARKS = "".join(map(chr, range(0x300, 0x370)))  # not put together with a letter; no letter stands for them
# `translate` looks for a letter from the first on: those that stay come first, then those of Vietnamese names.
PLAIN = " abcdefghijklmnopqrstuvwxyz0123456789"
VIETNAMESE = set("àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ")
LOWER = [(letter, base) for base, letters in FOLDED.items() for letter in letters]
UPPER = [(letter.upper(), base) for letter, base in LOWER if len(letter.upper()) == 1]
MARKED = sorted([*LOWER, *UPPER], key=lambda pair: pair[0].lower() not in VIETNAMESE)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def sql() -> str:
    spaces, blanks = quoted(SPACES), quoted(" " * len(SPACES))
    letters = quoted(PLAIN + CAPITALS + "".join(letter for letter, _ in MARKED) + SPACES + MARKS)
    bases = quoted(PLAIN + CAPITALS.lower() + "".join(base for _, base in MARKED) + " " * len(SPACES))
    return f"""
        CREATE FUNCTION teams_words(name text, key text, province text, commune text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
            SELECT array_to_tsvector(
                ARRAY['#' || province, '#' || commune]
                || array_remove(string_to_array(translate(name || ' ' || key, {letters}, {bases}), ' '), '')
                || array_remove(string_to_array(
                    replace(' ' || translate(key, {spaces}, {blanks}), ' ', ' ='), ' '), '')
            )
        $$
    """


def words(commune: str) -> models.Func:
    columns = ("name", "match_key", "province_id", commune)
    return models.Func(*columns, function="teams_words", output_field=SearchVectorField())


class Migration(migrations.Migration):
    dependencies = [("teams", "0006_counters_plan")]

    operations = [
        migrations.RunSQL(sql(), "DROP FUNCTION teams_words(text, text, text, text)"),
        migrations.AddIndex("commune", GinIndex(words("code"), name="commune_words")),
        migrations.AddIndex("residentialunit", GinIndex(words("commune_id"), name="unit_words")),
        migrations.AddIndex("team", GinIndex(words("commune_id"), name="team_words")),
        migrations.AddIndex("decision", models.Index(fields=["match_key"], name="decision_by_number")),
    ]
