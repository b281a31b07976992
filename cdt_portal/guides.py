"""The guides of docs/guide, read for the help pages: one text, on paper and on screen."""

from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from django.conf import settings
from django.urls import reverse
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from cdt_portal.lib import text

FOLDER = settings.BASE_DIR / "docs" / "guide"
COMMUNE, DEPARTMENT = "can-bo-xa", "so-khcn"
GUIDES = (COMMUNE, DEPARTMENT)
PICTURES = "guide"  # where settings.STATICFILES_DIRS puts docs/images


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a guide, of a kind that `templates/help/_node.html` draws. `address` is a picture's static name, or
    where a link leads."""

    kind: str
    words: str
    address: str
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    name: str
    title: str
    opening: tuple[Node, ...]
    sections: tuple[Section, ...]


@cache
def read_guide(name: str) -> Guide:
    """One of GUIDES; a heading of the first level is its title, those of the second begin its sections."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").parse((FOLDER / f"{name}.md").read_text(encoding="utf-8")))
    title, opening = "", []
    sections: list[tuple[str, list[Node]]] = []
    for each in tree.children:
        if each.type == "heading" and each.tag == "h1":
            title = _words(each)
        elif each.type == "heading":
            sections.append((_words(each), []))
        else:
            (sections[-1][1] if sections else opening).append(_node(each))
    return Guide(
        name,
        title,
        tuple(opening),
        tuple(Section(anchor_of(heading), heading, tuple(nodes)) for heading, nodes in sections),
    )


def anchor_of(heading: str) -> str:
    """ "Việc cần làm" as viec-can-lam."""
    return text.fold(heading).replace(" ", "-")


def _words(heading: SyntaxTreeNode) -> str:
    return heading.children[0].content


def _node(each: SyntaxTreeNode) -> Node:
    words = each.content if each.type in ("text", "code_inline", "image") else ""
    return Node(each.type, words, _address(each), tuple(map(_node, each.children)))


def _address(each: SyntaxTreeNode) -> str:
    """Pictures and guides stand beside each other in the repository, and have addresses of their own in the portal."""
    if each.type == "image":
        return f"{PICTURES}/{PurePosixPath(str(each.attrs['src'])).name}"
    if each.type == "link":
        path = PurePosixPath(str(each.attrs["href"]))
        return reverse("guide", args=[path.stem]) if path.suffix == ".md" else str(each.attrs["href"])
    return ""
