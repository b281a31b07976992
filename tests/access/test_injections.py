"""Whatever is typed stays text, on every page and in every file of everybody who sees it."""

import pytest
from django.http import HttpResponse

from tests.access.crawling import own_addresses, own_files
from tests.access.injections import LONG, of_csv, of_page, plant, taken_for_more
from tests.access.texts import text_of
from tests.access.visits import Visitor

READERS = ("officer", "staff")


@pytest.mark.django_db
def test_texts_stay_texts_wherever_they_are_shown(world, callers, quiet, count_cases):
    assert plant(world) > 200
    visitor, wrong, shown, seen = Visitor(), [], 0, set()
    for caller in (each for each in callers if each.user in [world.people[role] for role in READERS]):
        for method, url, payload in all_of(world, caller):
            response, body = visitor.ask(caller, method, url, payload)
            shown += "<script>zq()" in text_of(response, body)
            seen.add(response.get("Content-Type", "").partition(";")[0])
            wrong += [f"{caller.name} at {url}: {more[:120]}" for more in taken_for_more(response, body)]
            if response.status_code >= 500:
                wrong.append(f"{caller.name} at {url}: {response.status_code}")
    count_cases("answers that show what harms", visitor.count, len(wrong))
    assert not wrong, "\n".join(["", *wrong])
    assert shown > 100 and len(seen) > 3


def all_of(world, caller):
    yield from (("get", url, {}) for url in own_addresses(world, caller))
    yield from (("post", url, payload) for url, payload in own_files(world, caller))


@pytest.mark.parametrize(
    ("page", "is_more"),
    [
        ("<p>&lt;script&gt;zq()&lt;/script&gt; {{7*191}}</p>", False),
        (f"<p>{LONG}</p>", True),
        ("<p><a href=' javascript:zq()'>x</a></p>", True),
        ("<p onclick='zq()'>x</p>", True),
        ("<p>1337</p>", True),
        ("<script type='application/json'>\"\\u003Cscript>zq()\"</script>", False),
    ],
)
def test_what_is_more_than_text_would_be_noticed(page, is_more):
    assert bool(of_page(page.encode())) is is_more
    assert bool(taken_for_more(HttpResponse(page), page.encode())) is is_more


def test_a_formula_in_a_csv_would_be_noticed():
    assert of_csv("Tên,Số\n'=zq(),-5\n") == []
    assert of_csv("Tên,Số\n=zq(),5\n") == ["=zq()"]
