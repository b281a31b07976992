"""Campaigns by the words of their title and letter: for the department the campaign, for a commune its report."""

from django.urls import reverse

from reporting.access import campaigns_of
from reporting.queries.reports import reports_of
from teams.access import Scope
from teams.queries.search import Found, Wanted

LOOKED = 300  # the latest campaigns; compared here, as a province has some tens of them


def search_campaigns(scope: Scope, typed: str, count: int) -> list[Found]:
    wanted = Wanted(typed)
    if any(not post.commune for post in scope.posts):
        page, rows, beside = (
            "reporting:campaign",
            campaigns_of(scope),
            ("pk", "title", "letter__raw_text", "province__name"),
        )
    else:
        page, rows = "reporting:report", reports_of(scope)
        beside = ("pk", "campaign__title", "campaign__letter__raw_text", "commune__name")
    return [
        Found(title, place, reverse(page, args=[pk]))
        for pk, title, letter, place in rows.values_list(*beside)[:LOOKED]
        if wanted.fits(f"{title} {letter or ''}")
    ][:count]
