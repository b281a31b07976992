"""A register for the overview: small, and with something behind each of its figures."""

from datetime import timedelta

from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.enums import MemberRole, TeamKind
from teams.models import Commune, Team
from tests.teams.makers import JULY, make_decision, make_member, make_team, make_units

YESTERDAY = timezone.localdate() - timedelta(days=1)


def make_register(cat_hai: Commune, tran_lieu: Commune, hac_thanh: Commune, officer: User) -> list[Team]:
    """Two communes of the province in which every figure counts something, and one of another province."""
    villages = make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4", "Thôn 5", by=officer, since=JULY)
    decision = make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2025", by=officer)
    full = make_team(cat_hai, "Tổ 1", *villages[:2], by=officer, founded_on=JULY, decision=decision)
    make_member(full, "Nguyễn Văn An", MemberRole.LEADER, phone="0912345678", organization="teacher", joined_on=JULY)
    make_member(full, "Trần Thị Bình", MemberRole.DEPUTY_LEADER, phone="0912345679", joined_on=JULY)
    make_member(full, "Lê Văn Cường", phone="", organization="police", joined_on=JULY)
    make_member(full, "Phạm Thị Dung", phone="", left_on=YESTERDAY, left_reason="resigned", joined_on=JULY)
    small = make_team(cat_hai, "Tổ 3", villages[2], by=officer, founded_on=JULY)
    make_member(small, "Vũ Thị Em", MemberRole.LEADER, phone="", organization="teacher", joined_on=JULY)
    make_team(cat_hai, "Tổ 4", villages[3], by=officer, founded_on=JULY)
    squad = make_team(cat_hai, "Đội", by=officer, kind=TeamKind.RAPID_RESPONSE, founded_on=JULY)
    make_member(squad, "Đỗ Văn Giang", phone="", organization="police", joined_on=JULY)
    make_team(tran_lieu, "Tổ chỉ đạo", by=officer, kind=TeamKind.STEERING_TEAM, founded_on=JULY)
    make_team(tran_lieu, "Ban chỉ đạo", by=officer, kind=TeamKind.STEERING_COMMITTEE, founded_on=JULY)
    other = make_team(tran_lieu, "Khu 1", *make_units(tran_lieu, "Khu 1", by=officer), by=officer, founded_on=JULY)
    make_member(other, "Hoàng Thị Hà", phone="", joined_on=JULY)
    far = make_team(hac_thanh, "Phố 1", *make_units(hac_thanh, "Phố 1", "Phố 2", by=officer), by=officer)
    make_member(far, "Hoàng Minh", organization="teacher")
    return [full, small, other]
