"""Goes through all that a user can reach by links, by searches and by the files of the pages' own buttons."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

from tests.access.addresses import address_at
from tests.access.canaries import WORDS, phones_in, words_in
from tests.access.people import Caller
from tests.access.texts import text_of
from tests.access.visits import Visitor
from tests.architecture.pages import Door
from tests.architecture.places import Place, World
from tests.architecture.url_table import TABLE

LINKS = "//@href | //@data-url | //@data-href | //iframe/@src"
LEAVES = ("/static/", "/tai-khoan/dang-xuat/", "/quan-tri/logout/")


@dataclass(slots=True)
class Crawl:
    """`leaks`: "address: unit" of what stands in answers to somebody who must not read it."""

    answers: int = 0
    kinds: Counter = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)


def crawl(visitor: Visitor, world: World, caller: Caller, *, variants: int, most: int) -> Crawl:
    """From the start page and from all addresses of the table that are the caller's own; at most `variants` queries of
    one path and `most` pages by link."""
    found, seen, queries = Crawl(), set(), Counter()
    waiting = deque(["/", *own_addresses(world, caller)])
    most += len(waiting)
    while waiting and len(seen) < most:
        url = waiting.popleft()
        path = urlsplit(url).path
        if url in seen or queries[path] >= variants:
            continue
        seen.add(url)
        queries[path] += 1
        waiting.extend(links(look(visitor, world, caller, "get", url, {}, found), url))
    for url, payload in own_files(world, caller):
        look(visitor, world, caller, "post", url, payload, found)
    return found


def look(visitor: Visitor, world: World, caller: Caller, method: str, url: str, payload: dict, found: Crawl) -> bytes:
    """The page, whose words have been looked at; nothing of a file."""
    response, body = visitor.ask(caller, method, url, payload)
    text = text_of(response, body)
    kind = response.get("Content-Type", "").partition(";")[0]
    found.answers += 1
    found.kinds[kind] += 1
    foreign = (words_in(text) | phones_in(text, world)) - allowed(world, caller)
    found.leaks += [f"{caller.name} at {url}: {unit}" for unit in sorted(foreign)]
    return body if kind == "text/html" and response.status_code == 200 else b""


def allowed(world: World, caller: Caller) -> set[str]:
    if caller.role == "admin":
        return set(WORDS)
    places = {label for label, place in world.places.items() if caller.works_at(place) and caller.province}
    return places | {caller.province}


def links(page: bytes, url: str) -> Iterator[str]:
    """Addresses of the portal on the page; a form that asks is sent with the word of another commune in each field."""
    if not page:
        return
    tree = html.fromstring(page)
    for link in tree.xpath(LINKS):
        target = urlsplit(urljoin(url, link))
        if not target.netloc and target.scheme in ("", "http") and not target.path.startswith(LEAVES):
            yield target._replace(fragment="").geturl()
    for form in tree.xpath("//form[translate(@method, 'GET', 'get') = 'get' or not(@method)]"):
        for name in form.xpath(".//input[@type='search' or @type='text' or not(@type)]/@name"):
            for word in ("Zqbax", "Zqhai"):
                yield f"{urljoin(url, form.get('action') or '')}".partition("?")[0] + f"?{urlencode({name: word})}"


def own_addresses(world: World, caller: Caller) -> list[str]:
    place = home(world, caller)
    return [
        address_at(place, name, page)
        for name, page in TABLE.items()
        if is_open(page.get, caller) and page.get.status == 200 and "logout" not in name
    ]


def own_files(world: World, caller: Caller) -> list[tuple[str, dict]]:
    """What answers a POST with a page, data or a file."""
    place = home(world, caller)
    return [
        (address_at(place, name, page), page.payload(place))
        for name, page in TABLE.items()
        if is_open(page.post, caller) and page.post.status == 200 and "logout" not in name
    ]


def is_open(door: Door, caller: Caller) -> bool:
    return door.grid.get(("own", caller.role)) == "ok"


def home(world: World, caller: Caller) -> Place:
    return next((each for each in world.places.values() if caller.works_at(each)), world.places["own"])
