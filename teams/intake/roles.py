"""Roles as officers write them."""

import re
from functools import lru_cache
from typing import Final

from cdt_portal.lib.text import fold

ROLE_LABELS: Final = {
    "leader": "Tổ trưởng",
    "deputy_leader": "Tổ phó",
    "secretary": "Thư ký",
    "member": "Thành viên",
}

# The deputy first: "Phó tổ trưởng" also holds the word for the leader.
_ROLES: Final = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        ("deputy_leader", r"(to|doi) pho\b.*|pho (to|doi|ban|truong|truong ban)\b.*|t ?p|pho"),
        ("leader", r"(to|doi) truong\b(?! (to )?(dan pho|tdp)).*|truong (to|doi|ban)\b(?! dan pho).*|t ?t|truong"),
        ("secretary", r"thu k[iy]\b.*|t ?k"),
        ("member", r"(thanh|to|doi|uy|u) vien\b.*|t ?v"),
    )
)


@lru_cache(maxsize=2048)
def role_of(text: str) -> str:
    """leader, deputy_leader, secretary, member, or "" when the text names none of them."""
    plain = fold(text)
    return next((role for role, pattern in _ROLES if pattern.fullmatch(plain)), "")
