"""The pages of findings: grouped, filtered, counted, taken along; the task on the commune's page."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from teams.models import DataFinding, QualityRecord
from teams.services.findings import accept_all
from teams.services.quality import check
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.quality.test_rules import Sound, missing_phone, no_households, no_officer


@pytest.fixture
def sound(cat_hai, officer) -> Sound:
    return Sound(cat_hai, officer)


@pytest.fixture
def here(sound) -> str:
    """With two findings, of two rules."""
    missing_phone(sound)
    no_households(sound)
    sound.found()
    return f"/xa/{sound.commune.pk}/chat-luong/"


def test_a_commune_reads_what_to_do_where_and_what_it_costs(sound, here, officer, viewer):
    page = client_of(officer).get(here).content.decode()
    for words in ("Thành viên thiếu số điện thoại: 1", "Thôn 1 chưa ghi số hộ.", f"/thon/{sound.unit.pk}/sua/", "mất"):
        assert words in page
    record = QualityRecord.objects.get()
    assert f"{record.score}/100" in page
    assert "Chấp nhận…" in page
    assert "Chấp nhận…" not in client_of(viewer).get(here).content.decode()


def test_a_rule_is_shown_alone_and_a_wrong_one_not_at_all(here, officer):
    client = client_of(officer)
    alone = client.get(here, {"quytac": "phone_missing"}).content.decode()
    assert "thiếu số điện thoại" in alone
    assert "số hộ." not in alone
    assert "số hộ." in client.get(here, {"quytac": "no_such", "trangthai": "no_such"}).content.decode()


def test_accepted_with_a_reason_then_opened_again(here, officer):
    client, row = client_of(officer), DataFinding.objects.get(rule="phone_missing")
    address = f"/chat-luong/{row.pk}/chap-nhan/"
    assert client.post(address, {"reason": "", "version": row.version}).status_code == 422
    assert client.post(address, {"reason": "Không dùng điện thoại", "version": row.version}).status_code == 302
    accepted = client.get(here, {"trangthai": "accepted"}).content.decode()
    assert "Không dùng điện thoại" in accepted
    assert f"({officer.full_name}, {timezone.localdate():%d/%m/%Y})" in accepted
    stale = client.post(address, {"reason": "Lần nữa", "version": row.version})
    assert stale.status_code == 422
    assert "Lần nữa" in stale.content.decode()
    client.post(f"/chat-luong/{row.pk}/mo-lai/")
    row.refresh_from_db()
    assert row.state == "open"


def test_several_are_accepted_for_one_reason_or_none_when_one_has_changed(sound, here, officer, viewer):
    client, page = client_of(officer), f"{here}chap-nhan/"
    rows = {row.rule: row for row in DataFinding.objects.all()}
    every = [f"{row.pk}-{row.version}" for row in rows.values()]
    assert client_of(viewer).get(page).status_code == 403
    only = client.get(page, {"quytac": "phone_missing"}).context["form"].fields["findings"].choices
    assert [value for value, _ in only] == [f"{rows['phone_missing'].pk}-{rows['phone_missing'].version}"]
    assert "reason" in client.post(page, {"findings": every, "reason": " "}).context["form"].errors
    DataFinding.objects.filter(rule="phone_missing").update(version=7)
    refused = client.post(page, {"findings": every, "reason": "Đúng thực tế"})
    assert (refused.status_code, states()) == (422, ["open", "open"])
    told = ("không còn trong danh sách", 'value="Đúng thực tế"')
    assert [words for words in told if words not in refused.content.decode()] == []
    seen = {row.pk: row.version for row in rows.values()}
    with pytest.raises(ValidationError, match="vừa thay đổi"):
        accept_all(commune=sound.commune, versions=seen, reason="Đúng thực tế", by=officer)
    assert states() == ["open", "open"]
    every = [value for value, _ in client.get(page).context["form"].fields["findings"].choices]
    assert client.post(page, {"findings": every, "reason": "Đúng thực tế"}).status_code == 302
    assert states() == ["accepted", "accepted"]
    assert set(DataFinding.objects.values_list("reason", "accepted_by")) == {("Đúng thực tế", officer.pk)}
    assert QualityRecord.objects.get().accepted_findings == 2


def states() -> list[str]:
    return sorted(DataFinding.objects.values_list("state", flat=True))


def test_the_commune_page_says_how_many_to_who_may_mend_them(sound, here, officer, viewer):
    home = f"/xa/{sound.commune.pk}/"
    assert "2 điều cần xem lại" in client_of(officer).get(home).content.decode()
    assert "điều cần xem lại" not in client_of(viewer).get(home).content.decode()


def test_a_province_by_commune_and_rule_and_as_a_workbook(sound, here, tran_lieu, staff):
    check([tran_lieu.pk])
    client = client_of(staff)
    page = client.get("/chat-luong/").content.decode()
    assert page.index("Phường Trần Liễu") < page.index("Đặc khu Cát Hải"), "the lowest score first"
    assert "Cộng 2 đơn vị" in page
    rows = list(
        openpyxl.load_workbook(
            BytesIO(client.get("/chat-luong/xuat/", {"quytac": "phone_missing"}).getvalue())
        ).active.values
    )
    told = [row for row in rows if row[1] == "Đặc khu Cát Hải"]
    assert [row[2] for row in told] == ["Thành viên thiếu số điện thoại"]


def test_the_month_before_is_compared(sound, here, staff):
    now = QualityRecord.objects.get()
    before = timezone.localdate().replace(day=1) - timedelta(days=1)
    QualityRecord.objects.create(
        province=now.province,
        commune=now.commune,
        month=before.replace(day=1),
        score=now.score - 7,
        open_findings=9,
        accepted_findings=0,
        checked_at=now.checked_at,
    )
    assert ">+7<" in client_of(staff).get("/chat-luong/").content.decode()
    assert f"{before:%m/%Y}: {now.score - 7}" in client_of(staff).get(here).content.decode()


def test_pages_take_as_many_queries_with_more_findings(sound, here, officer, staff):
    officers, department = client_of(officer), client_of(staff)
    counts = [count_queries(officers, here), count_queries(department, "/chat-luong/")]
    no_officer(sound)
    sound.second_team("Vũ Thị Giang", "Hai", "Ba", "Bốn", "Năm", "Sáu")
    sound.found()
    assert [count_queries(officers, here), count_queries(department, "/chat-luong/")] == counts
