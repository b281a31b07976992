"""A code as a picture inside a page."""

import re
from base64 import b64decode

import segno

from cdt_portal.lib.qr import qr_image

ADDRESS = "https://cdt.example/bao-cao/gui/12-1a2b3c.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG/"


def svg(text: str) -> str:
    head, _, body = qr_image(text).partition(",")
    assert head == "data:image/svg+xml;base64"
    return b64decode(body).decode()


def test_the_picture_has_the_quiet_zone_of_the_standard():
    code = segno.make(ADDRESS, error="m", micro=False)
    width = (len(code.matrix) + 2 * 4) * 4
    assert re.search(rf'<svg [^>]*width="{width}" height="{width}"', svg(ADDRESS))


def test_another_text_is_another_picture():
    assert svg(ADDRESS) == svg(ADDRESS)
    assert svg(ADDRESS) != svg(ADDRESS + "a")
