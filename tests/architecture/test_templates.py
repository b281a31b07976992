"""What no template may hold: code or style outside of static files, unescaped text, forms without protection."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template

FOLDER = settings.BASE_DIR / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.*"))
PARTS = re.compile(r"<(form|img|input|select|textarea|script)\b[^>]*>")


def found(pattern: str) -> Callable[[str], Iterator[str]]:
    return lambda text: (match.group() for match in re.finditer(pattern, text, re.IGNORECASE))


def elements(text: str, *names: str) -> Iterator[tuple[re.Match, str]]:
    for match in PARTS.finditer(text):
        if match[1] in names:
            yield match, match.group()


def scripts_inside(text: str) -> Iterator[str]:
    """JSON for a script to read is no script."""
    for _, tag in elements(text, "script"):
        if "src=" not in tag and 'type="application/json"' not in tag:
            yield tag


def forms_without_token(text: str) -> Iterator[str]:
    for match, tag in elements(text, "form"):
        if re.search("method=.post", tag, re.IGNORECASE):
            inside = text[match.end() : text.index("</form>", match.end())]
            if "{% csrf_token %}" not in inside:
                yield tag


def images_without_words(text: str) -> Iterator[str]:
    return (tag for _, tag in elements(text, "img") if "alt=" not in tag)


def inputs_without_label(text: str) -> Iterator[str]:
    for match, tag in elements(text, "input", "select", "textarea"):
        before, name = text[: match.start()], re.search(r'\bid="([^"]*)"', tag)
        labelled = "aria-label" in tag or before.rfind("<label") > before.rfind("</label>")
        unseen = 'type="hidden"' in tag or 'type="submit"' in tag
        if not labelled and not unseen and not (name and f'for="{name[1]}"' in text):
            yield tag


RULES = {  # what it finds, a text that breaks it, a text that keeps it
    "script in the page": (scripts_inside, "<script>let a</script>", '<script src="{{ a }}"></script>'),
    "style in the page": (found(r"<style\b|\sstyle\s*="), '<p style="a">', '<p class="style">'),
    "handler in an attribute": (found(r"<[^>]*\son[a-z]+\s*="), '<p onclick="a">', '<p data-on="a">'),
    "unescaped text": (found(r"\|\s*safe\b|autoescape\s+off"), "{{ a|safe }}", "{{ a }} safe"),
    "form without a token": (
        forms_without_token,
        '<form method="post"></form>',
        '<form method="post">{% csrf_token %}</form><form method="get"></form>',
    ),
    "image without words": (images_without_words, '<img src="a">', '<img src="a" alt="">'),
    "input without a label": (
        inputs_without_label,
        '<input id="a"><label for="b">',
        '<label for="a">A</label><input id="a"><label><select></select></label><input aria-label="b">',
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_no_template_breaks_the_rule(rule):
    breaks, _, _ = RULES[rule]
    broken = {name: list(breaks((FOLDER / name).read_text(encoding="utf-8"))) for name in TEMPLATES}
    assert {name: tags for name, tags in broken.items() if tags} == {}


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_finds_what_breaks_it_and_nothing_else(rule):
    breaks, bad, good = RULES[rule]
    assert list(breaks(bad))
    assert not list(breaks(good))


def test_no_code_makes_text_safe_by_itself():
    code = [
        path for app in ("cdt_portal", "teams", "training", "reporting") for path in (FOLDER.parent / app).rglob("*.py")
    ]
    assert len(code) > 100
    assert [path.name for path in code if re.search(r"mark_safe|SafeString", path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name):
    get_template(name)


def test_a_missing_name_is_an_error_in_the_portals_templates_only():
    page = Template("{{ nobody_gave_this }}")
    assert page.render(Context()) == ""
    page.nodelist[0].origin.name = str(FOLDER / "base.html")
    with pytest.raises(NameError, match="nobody_gave_this"):
        page.render(Context())
