import pytest

from teams.enums import MemberRole
from teams.intake.roles import ROLE_LABELS, role_of


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Tổ trưởng", "leader"),
        ("TỔ TRƯỞNG", "leader"),
        ("TT", "leader"),
        ("T.T", "leader"),
        ("Trưởng", "leader"),
        ("Đội trưởng", "leader"),
        ("Trưởng ban", "leader"),
        ("Tổ trưởng (Bí thư chi bộ)", "leader"),
        ("Tổ phó", "deputy_leader"),
        ("Phó tổ trưởng", "deputy_leader"),
        ("TP", "deputy_leader"),
        ("Đội phó", "deputy_leader"),
        ("Tổ phó thường trực", "deputy_leader"),
        ("Thư ký", "secretary"),
        ("Thư kí", "secretary"),
        ("TV", "member"),
        ("Tổ viên", "member"),
        ("Thành viên", "member"),
        ("Uỷ viên", "member"),
        ("Ủy viên", "member"),
        ("Tổ trưởng tổ dân phố", ""),
        ("Tổ trưởng TDP", ""),
        ("Trưởng thôn", ""),
        ("Bí thư", ""),
        ("", ""),
    ],
)
def test_a_role_is_understood(text, role):
    assert role_of(text) == role


def test_the_roles_are_those_of_the_register():
    assert dict(MemberRole.choices) == ROLE_LABELS
