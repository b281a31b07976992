"""Cát Hải's register as its report of December 2025 tells it: 58 villages, 58 teams, 386 members on one decision.

The villages stand already; people and phones are invented.
"""

from datetime import date
from random import Random

from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.decisions import decision_key
from teams.demo.province import TeamSeed, copy_members, write_teams
from teams.enums import DecisionKind, Share, UnitKind
from teams.models import Commune, Decision, Letterhead, ResidentialUnit, Team
from teams.services.bulk import new_ids
from teams.services.unit_changes import NewUnit
from teams.services.unit_plans import draft_plan
from teams.services.units import UnitDraft, UnitEvent

CODE = "11914"
VILLAGES, MEMBERS = 58, 386
SUBJECT = (
    "về việc thành lập Tổ công nghệ số cộng đồng và Đội hỗ trợ chuyển đổi số phản ứng nhanh Ủy ban nhân dân đặc khu "
    "Cát Hải"
)
SIGNER = "Nguyễn Minh Hải"  # invented
FOUNDED = date(2025, 10, 31)
RECIPIENTS = (
    "Sở Khoa học và Công nghệ",
    "CT, các PCT UBND đặc khu",
    "C, PCVP HĐND và UBND Đặc khu",
    "Lưu: VT, VHXH",
)
OFFICER = "canbo.cathai"
MERGER = "Dự thảo Nghị quyết của HĐND đặc khu Cát Hải về sáp nhập thôn"
ZALO = "https://zalo.me/g/xuubpv554"


def seed_roster(rng: Random, commune: Commune) -> None:
    """Teams and members for the villages of `commune`."""
    decision = Decision.objects.create(
        province_id=commune.province_id,
        commune=commune,
        kind=DecisionKind.ESTABLISH,
        number="1907",
        issued_on=FOUNDED,
        issuer="Ủy ban nhân dân đặc khu Cát Hải",
        subject=SUBJECT,
        raw_text="Quyết định số 1907 ngày 31/10/2025",
        match_key=decision_key("1907", ""),
    )
    units = list(ResidentialUnit.objects.filter(commune=commune, ended_on=None).order_by("sort_key"))
    least, more = divmod(MEMBERS, len(units))
    seeds = [
        TeamSeed(pk, commune, unit.pk, unit.name, decision.pk, FOUNDED, least + (index < more))
        for index, (pk, unit) in enumerate(zip(new_ids(Team, len(units)), units, strict=True))
    ]
    write_teams(seeds)
    Team.objects.filter(commune=commune).update(zalo_url=ZALO)
    copy_members(rng, seeds, flawless=True)


def draft_merger(commune: Commune) -> None:
    """What an officer prepares for the new year: two villages are to be one; the register does not know yet."""
    officer = User.objects.get(username=OFFICER)
    olds = ResidentialUnit.objects.filter(commune=commune, ended_on=None).order_by("sort_key")[:2]
    sources = {unit.pk: Share.WHOLE for unit in olds}
    draft_plan(
        province=commune.province,
        commune=commune,
        event=UnitEvent(date(timezone.localdate().year + 1, 1, 1), MERGER),
        rows=[NewUnit(commune.pk, UnitDraft("Thôn Đông Hải", UnitKind.VILLAGE), sources)],
        seen={unit.pk: unit.version for unit in olds},
        by=officer,
    )


def write_letterhead(commune: Commune) -> None:
    """Who signs for its chairman, and who gets its papers."""
    Letterhead.objects.create(
        province_id=commune.province_id,
        commune=commune,
        signer_titles="TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
        signer_name=SIGNER,
        recipients="\n".join(RECIPIENTS),
    )
