"""The words of a name in a search box, compared in Python, row by row in the database, or by its word index."""

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from cdt_portal.lib import text
from teams.models import Member

# In a third of all names each: sought as whole words, and alone not by the index, which would give a third of all rows.
COMMON_WORDS = frozenset({"nguyen", "van", "thi"})


class Words:
    """A name as typed, in any order: each word is the beginning of a word of the name, with its marks if it has any."""

    def __init__(self, typed: str):
        self.folded = text.fold(typed).split()
        self.marked = [word for word in text.match_key(typed).split() if text.fold(word) not in ("", word)]

    @property
    def are_common(self) -> bool:
        return COMMON_WORDS.issuperset(self.folded)

    def fit(self, search_key: str, match_key: str) -> bool:
        name, marked_name = f" {search_key} ", f" {match_key}"
        sought = [f" {word} " if word in COMMON_WORDS else f" {word}" for word in self.folded]
        return all(word in name for word in sought) and all(f" {word}" in marked_name for word in self.marked)

    def common_in(self, rows: QuerySet[Member]) -> QuerySet[Member]:
        """The same for common words alone, compared row by row."""
        return rows.filter(self._marks(), *(Q(search_key__regex=rf"\m{word}\M") for word in self.folded))

    def found_in(self, rows: QuerySet[Member]) -> QuerySet[Member]:
        """The same by the word index; the marks are compared on what it finds."""
        wanted = " & ".join(word if word in COMMON_WORDS else f"{word}:*" for word in self.folded)
        query = SearchQuery(wanted, config="simple", search_type="raw")
        return rows.alias(words=SearchVector("search_key", config="simple")).filter(self._marks(), words=query)

    def _marks(self) -> Q:
        return Q(*(Q(match_key__startswith=word) | Q(match_key__contains=f" {word}") for word in self.marked))
