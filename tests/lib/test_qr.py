"""A code as a picture inside a page: its modules are those that another library makes of the text."""

import re
from base64 import b64decode

import qrcode
import segno

from cdt_portal.lib.qr import qr_image

ADDRESS = "https://cdt.example/bao-cao/gui/12-1a2b3c.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG/"


def svg(text: str) -> str:
    head, _, body = qr_image(text).partition(",")
    assert head == "data:image/svg+xml;base64"
    return b64decode(body).decode()


def modules(code) -> list[list[bool]]:
    return [[bool(module) for module in row] for row in code]


def test_another_library_makes_the_same_code():
    code = segno.make(ADDRESS, error="m", micro=False, boost_error=False)
    other = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0, mask_pattern=code.mask)
    other.add_data(ADDRESS, optimize=0)
    other.make()
    assert modules(code.matrix) == modules(other.get_matrix())


def test_the_picture_has_the_quiet_zone_of_the_standard():
    code = segno.make(ADDRESS, error="m", micro=False)
    width = (len(code.matrix) + 2 * 4) * 4
    assert re.search(rf'<svg [^>]*width="{width}" height="{width}"', svg(ADDRESS))


def test_another_text_is_another_picture():
    assert svg(ADDRESS) == svg(ADDRESS)
    assert svg(ADDRESS) != svg(ADDRESS + "a")
