"""QR codes as pictures that stand inside a page."""

from base64 import b64encode
from io import BytesIO

import segno


def qr_image(text: str) -> str:
    """A `data:` address of an SVG, for <img src>; with its quiet zone, so that it can be scanned from any ground."""
    picture = BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", scale=4, xmldecl=False)
    return f"data:image/svg+xml;base64,{b64encode(picture.getvalue()).decode()}"
