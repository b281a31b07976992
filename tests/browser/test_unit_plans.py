"""Three villages become one: chosen, described, looked at, confirmed, followed up, called off; wide and narrow."""

import pytest
from playwright.sync_api import expect

from teams.enums import MemberRole
from teams.models import ResidentialUnit
from tests.browser.test_follow_up import assert_sound, window
from tests.teams.makers import JULY, make_member, make_team, make_units

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_three_villages_become_one(window_of, cat_hai, officer, width, height):
    for unit in make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4", by=officer):
        team = make_team(cat_hai, f"Tổ {unit.name}", unit, by=officer, founded_on=JULY)
        make_member(team, f"Nguyễn Văn {unit.name[-1]}", MemberRole.LEADER, phone="0914994123")
    page, said = window(window_of, officer, width, height)
    page.goto(f"/xa/{cat_hai.pk}/thon/")
    page.get_by_role("link", name="Sáp nhập, chia tách").click()
    assert_sound(page, width)
    for name in ("Thôn 1", "Thôn 2", "Thôn 3"):
        page.get_by_label(name, exact=True).check()
    page.get_by_label("Ngày có hiệu lực").fill("1/1/2026")
    page.get_by_label("Căn cứ").fill("Nghị quyết 05/NQ-HĐND ngày 01/12/2025")
    page.get_by_role("button", name="Tiếp tục").click()

    page.get_by_label("Tên đơn vị mới").fill("Thôn Đông")
    expect(page.get_by_label("Thôn 3")).to_have_value("whole")
    assert_sound(page, width)
    page.get_by_role("button", name="Xem trước").click()

    expect(page.get_by_text("3 hết hiệu lực, 1 mới, 3 tổ, 3 thành viên")).to_be_visible()
    page.get_by_label("Tổ Thôn 3").select_option("dissolved")
    assert_sound(page, width)
    assert not ResidentialUnit.objects.filter(name="Thôn Đông").exists()
    page.get_by_role("button", name="Xác nhận và ghi").click()
    assert_sound(page, width)
    assert ResidentialUnit.objects.filter(name="Thôn Đông").exists()

    page.goto(f"/xa/{cat_hai.pk}/")
    page.get_by_role("link", name="Xem từng việc").click()
    expect(page.get_by_text("ghi quyết định kiện toàn theo đơn vị mới")).to_be_visible()
    assert_sound(page, width)
    page.goto(f"/xa/{cat_hai.pk}/thon/lich-su/")
    expect(page.get_by_text("Nghị quyết 05/NQ-HĐND").first).to_be_visible()
    assert_sound(page, width)
    page.goto(f"/xa/{cat_hai.pk}/thon/")
    page.get_by_role("link", name="Nghị quyết 05/NQ-HĐND").click()
    page.get_by_role("button", name="Rút lại").click()
    expect(page.get_by_text("trở lại như trước").first).to_be_visible()
    assert set(ResidentialUnit.objects.filter(ended_on=None).values_list("name", flat=True)) == {
        "Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4"
    }  # fmt: skip
    assert said == []
