"""Words by which units and teams are found: a word index that knows their units too.

`teams_words` (migration 0006) gives each row the words of its name and of its key without marks, the words of its key
with marks behind "=", and the codes of its province and commune behind "#". What is asked inside a scope is so looked
up in one index, and costs the same in a province of its own and in the nation.

A word index serves no table that a policy guards (adr/0009), so that words are asked of views of the rows in sight.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func


def ids_having(rows: str, pk: str = "id", commune: str = "commune_id") -> str:
    """SQL for the ids of those of `rows`, a table or a view of it, that have the words of its one parameter."""
    return f"SELECT {pk} AS id FROM {rows} WHERE teams_words(name, match_key, province_id, {commune}) @@ %s::tsquery"  # noqa: S608  our own names


def words_of(commune: str) -> Func:
    """The words of a row whose commune's code is the column `commune`."""
    columns = ("name", "match_key", "province_id", commune)
    return Func(*columns, function="teams_words", output_field=SearchVectorField())


def words_index(name: str, commune: str = "commune_id") -> GinIndex:
    return GinIndex(words_of(commune), name=name)
