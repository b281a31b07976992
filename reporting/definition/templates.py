"""Sentence templates: text with {codes}."""

import re

from reporting.definition.shapes import CODE

PLACE = re.compile(r"\{([^{}]*)\}")


def codes_in(template: str) -> list[str]:
    """What stands in braces, in order. Raises ValueError on a brace without its twin, or on what can be no code."""
    if "{" in (rest := PLACE.sub("", template)) or "}" in rest:
        raise ValueError("dấu ngoặc nhọn { } không đi thành cặp")
    codes = PLACE.findall(template)
    for code in codes:
        if not CODE.fullmatch(code):
            raise ValueError(f"“{{{code}}}” không phải mã chỉ tiêu")
    return codes
