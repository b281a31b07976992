"""Limited HTML: what may stand in it stands, everything else is text or gone."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdt_portal.lib import richtext
from cdt_portal.lib.documents.parts import Paragraph, Run
from cdt_portal.lib.richtext import canonical, from_text, parse, plain, web_address

PIECE = (
    r"(?:[^<>]|<br>|<b>(?:[^<>]|<br>)+</b>|<i>(?:[^<>]|<br>)+</i>|<b><i>(?:[^<>]|<br>)+</i></b>"
    r"|<a href=\"https?://[^\"<>\s]+\">(?:<b>)?(?:<i>)?(?:[^<>]|<br>)+(?:</i>)?(?:</b>)?</a>)+"
)
LIMITED = re.compile(rf"(?:<p>{PIECE}</p>|<ul>(?:<li>{PIECE}</li>)+</ul>)*")


def paragraph(*runs: Run | str) -> Paragraph:
    return Paragraph(tuple(Run(run) if isinstance(run, str) else run for run in runs))


@pytest.mark.parametrize(
    ("html", "paragraphs"),
    [
        ("", ()),
        ("  <p> </p><p><br></p><ul><li></li></ul>", ()),
        ("một dòng", (paragraph("một dòng"),)),
        ("<p>Có <b>58</b> thôn</p>", (paragraph("Có ", Run("58", bold=True), " thôn"),)),
        ("<strong>a<em>b</em></strong>", (paragraph(Run("a", bold=True), Run("b", bold=True, italic=True)),)),
        ("<ul><li>a</li><li><p>b</p></li></ul>c", (paragraph("- a"), paragraph("- b"), paragraph("c"))),
        ("<p>- a</p><li>- b</li><p>•&nbsp;&nbsp; c</p>", (paragraph("- a"), paragraph("- b"), paragraph("- c"))),
        ("<li><b>a</b> b</li>", (paragraph("- ", Run("a", bold=True), " b"),)),
        ("<p>a <br> b</p>", (paragraph("a\nb"),)),
        ("<p>a<br><br>b<br></p>", (paragraph("a"), paragraph("b"))),
        ("<div>a</div><div>b</div>", (paragraph("a"), paragraph("b"))),
        ("<tr><td>a</td><td>b</td></tr>", (paragraph("a b"),)),
        ("a <span> b</span>\n c&nbsp;d", (paragraph("a b c d"),)),
        ('<a href="https://zalo.me/g/x">nhóm</a>', (paragraph(Run("nhóm", href="https://zalo.me/g/x")),)),
    ],
)
def test_what_may_stand_is_read(html, paragraphs):
    assert parse(html) == paragraphs
    assert parse(canonical(html)) == paragraphs


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<script>alert(1)</script>a", "<p>a</p>"),
        ("a<script>alert(1)", "<p>a</p>"),
        ("a<STYLE>p{color:red}</STYLE>b", "<p>ab</p>"),
        ("<p onclick=\"alert(1)\" style='color:red' class=x>a</p>", "<p>a</p>"),
        ("<b onmouseover=alert(1)>a</b>", "<p><b>a</b></p>"),
        ('<img src=x onerror="alert(1)">a', "<p>a</p>"),
        ("<svg onload=alert(1)>a</svg>", "<p>a</p>"),
        ("<iframe src='file:///etc/passwd'></iframe>a", "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', "<p>a</p>"),
        ('<a href=" jav\tascript:alert(1)">a</a>', "<p>a</p>"),
        ('<a href="data:text/html,x">a</a>', "<p>a</p>"),
        ('<a href="//zalo.me">a</a>', "<p>a</p>"),
        ('<a href="file:///etc/passwd" rel=attachment>a</a>', "<p>a</p>"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<scr<script>ipt>a", "<p>ipt&gt;a</p>"),
        ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("<!-- a --><![CDATA[b]]><?php c ?>d", "<p>d</p>"),
        ("a<!-- b --->c<![if !supportLists]>-<![endif]>d<!-- e", "<p>ac-d</p>"),
        ("<<!-- -->![a<<!-- -->b onclick=c>d", "<p>&lt;![a&lt;b onclick=c&gt;d</p>"),
        ("<![<![", ""),
        ("a <b", "<p>a &lt;b</p>"),
        ("<o:p>a</o:p><font color=red>b</font>", "<p>ab</p>"),
        ("<b><p>a<p>b</b>c", "<p><b>a</b></p><p><b>b</b>c</p>"),
        ("</p></b></i></li>a", "<p>a</p>"),
        ("a\x00\u200b\u202eb", "<p>ab</p>"),
    ],
)
def test_everything_else_is_text_or_gone(html, kept):
    assert canonical(html) == kept


def test_text_comes_out_in_nfc():
    typed = "Kiện toàn tổ"
    decomposed = unicodedata.normalize("NFD", typed)
    assert decomposed != typed
    assert canonical(decomposed) == f"<p>{typed}</p>"
    assert canonical("a<b>\u0301</b>b") == "<p>áb</p>"  # a mark goes with its letter
    assert canonical("<p>\u0338a</p><p><b>x</b>\u0338</p>") == "<p>a</p><p><b>x\u0338</b></p>"  # never with a ">"


@pytest.mark.parametrize("address", ["https://zalo.me/g/xuubpv554", " http://a.vn/?a=1&b=2 ", "HTTPS://a.vn"])
def test_a_web_address_is_one(address):
    assert web_address(address) == address.strip()


@pytest.mark.parametrize(
    "address",
    ["", "a.vn", "ftp://a.vn", "https://", "https:///a", "javascript:alert(1)", "https://a.vn\n.b", "https://a b",
     "http://[", "https://sokhcn.vn@a.vn/", "java\nscript:alert(1)"],
)  # fmt: skip
def test_nothing_else_is_a_web_address(address):
    assert web_address(address) == ""


def test_lines_become_html_and_lines_again():
    text = "Một số đề xuất <mới>:\n- Phối hợp với Đoàn & Hội\n- Lồng ghép\nHết"
    html = from_text(text)
    assert html == (
        "<p>Một số đề xuất &lt;mới&gt;:</p><ul><li>Phối hợp với Đoàn &amp; Hội</li><li>Lồng ghép</li></ul><p>Hết</p>"
    )
    assert plain(html) == text
    assert from_text("\n \n") == ""


TAGS = ["p", "li", "ul", "b", "strong", "i", "em", "br", "a", "div", "span", "script", "style", "td", "img", "o:p"]
tags = st.builds(
    lambda slash, tag, attribute, end: f"<{slash}{tag}{attribute}{end}>",
    st.sampled_from(["", "", "/"]),
    st.sampled_from(TAGS),
    st.sampled_from(["", ' href="https://a.vn/?a=1&b=2"', ' href="javascript:a()"', " onclick='a()'", ' href="'])
    | st.text(max_size=8),
    st.sampled_from(["", "/"]),
)
texts = st.text(
    st.sampled_from("aộĐ -•<>&\"';\u0301\u0338\u00a0\n\u200b=/") | st.characters(codec="utf-8"), max_size=12
)
marks = st.sampled_from(["<!--", "-->", "<![", "]]>", "<?", "<!", "</", "<", ">", "&", "&#"])
soups = st.lists(tags | marks | texts, max_size=20).map("".join)


@given(soups)
@settings(max_examples=400, deadline=None)
def test_whatever_comes_in_only_limited_html_goes_out(html):
    written = canonical(html)
    assert LIMITED.fullmatch(written), written
    assert canonical(written) == written
    assert parse(written) == parse(html)
    assert unicodedata.is_normalized("NFC", written)


@pytest.mark.parametrize(
    "html", ["<p>a", "<p onclick='a()'>a</p>", "<script>a</script>", '<a href="javascript:a">a</a>']
)
def test_the_grammar_of_the_test_before_refuses_what_it_should(html):
    assert not LIMITED.fullmatch(html)


OPEN_ENDS = re.compile("<[!?]|<[^>]*$")


@given(soups)
@settings(max_examples=400, deadline=None)
def test_the_parser_is_given_nothing_that_it_fails_over_or_tries_again_and_again(html):
    assert not OPEN_ENDS.search(richtext._without_open_ends(html))


@pytest.mark.parametrize("html", ["<![<![a", "<!--" * 9, "a<a<a", "<p></"])
def test_such_texts_are_read_and_would_be_noticed(html):
    assert OPEN_ENDS.search(html)
    assert LIMITED.fullmatch(canonical(html))
