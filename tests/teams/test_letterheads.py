"""How a unit's papers begin and end: worded from its name until the unit words it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import Letterhead
from teams.queries.letterheads import letterhead_of, letterheads_of
from teams.services.concurrency import Conflict
from teams.services.letterheads import save_letterhead
from tests.conftest import client_of, make_commune

BLANK = dict.fromkeys(("name", "symbol", "place", "signer_titles", "signer_name", "recipients"), "")


def url(code: str, unit: str = "xa") -> str:
    return f"/{unit}/{code}/the-thuc/"


def test_a_commune_has_no_body_above_it(cat_hai):
    head = letterhead_of(cat_hai)
    assert (head.parent, head.name) == ((), ("ỦY BAN NHÂN DÂN", "ĐẶC KHU CÁT HẢI"))
    assert (head.symbol, head.place, head.signer_name) == ("UBND", "Cát Hải", "")
    assert head.signer_titles == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    assert head.recipients == ("Sở Khoa học và Công nghệ", "CT, các PCT UBND đặc khu Cát Hải", "Lưu: VT, VHXH")


def test_a_department_has_its_province_above_it(hai_phong, hac_thanh):
    head = letterhead_of(hai_phong)
    assert (head.parent, head.name) == (("UBND THÀNH PHỐ HẢI PHÒNG",), ("SỞ KHOA HỌC VÀ CÔNG NGHỆ",))
    assert (head.symbol, head.place, head.signer_titles) == ("SKHCN", "Hải Phòng", ("GIÁM ĐỐC",))
    assert letterhead_of(hac_thanh.province).parent == ("UBND TỈNH THANH HÓA",)


def test_what_a_unit_writes_stands_and_the_rest_stays_worded(cat_hai, hai_phong):
    titles = "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\r\n\n PHÓ CHỦ TỊCH "
    Letterhead.objects.create(province=hai_phong, commune=cat_hai, signer_titles=titles, signer_name="Vũ Hữu Vững")
    head = letterhead_of(cat_hai)
    assert head.signer_titles == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert (head.signer_name, head.place) == ("Vũ Hữu Vững", "Cát Hải")
    assert letterhead_of(hai_phong).signer_titles == ("GIÁM ĐỐC",)


def test_many_communes_take_one_query(cat_hai, tran_lieu, hai_phong):
    Letterhead.objects.create(province=hai_phong, commune=tran_lieu, place="Kinh Môn")
    with CaptureQueriesContext(connection) as queries:
        heads = letterheads_of([cat_hai, tran_lieu])
    assert len(queries) == 1
    assert [heads[each.pk].place for each in (cat_hai, tran_lieu)] == ["Cát Hải", "Kinh Môn"]


def test_a_name_without_its_kind_is_left_whole(hai_phong):
    assert letterhead_of(make_commune("11000", "Xã Xã Hội", "rural_commune", hai_phong)).place == "Xã Hội"
    assert letterhead_of(make_commune("11001", "Phườngan", "ward", hai_phong)).place == "Phườngan"


def test_the_officer_words_the_communes_papers(cat_hai, officer):
    client = client_of(officer)
    page = client.get(url(cat_hai.pk)).content.decode()
    assert "Nếu để trống: ỦY BAN NHÂN DÂN / ĐẶC KHU CÁT HẢI" in page
    assert "Cơ quan chủ quản" not in page
    typed = BLANK | {"signer_name": "  Vũ Hữu  Vững ", "recipients": "Sở KHCN\r\nLưu: VT", "version": "0"}
    assert client.post(url(cat_hai.pk), typed).status_code == 302
    row = Letterhead.objects.get()
    assert (row.signer_name, row.recipients, row.version) == ("Vũ Hữu Vững", "Sở KHCN\nLưu: VT", 1)
    assert client.post(url(cat_hai.pk), typed | {"signer_name": "Lê Thị Hoa", "version": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.signer_name, row.version, row.events.count()) == ("Lê Thị Hoa", 2, 2)


def test_staff_word_the_departments_papers(hai_phong, staff):
    page = client_of(staff).get(url("31", "tinh")).content.decode()
    assert "Cơ quan chủ quản" in page
    assert client_of(staff).post(url("31", "tinh"), BLANK | {"parent": "", "version": "0"}).status_code == 302
    assert Letterhead.objects.get().commune is None


def test_two_who_word_them_at_once_do_not_lose_a_word(cat_hai, officer):
    client = client_of(officer)
    client.post(url(cat_hai.pk), BLANK | {"place": "Cát Bà", "version": "0"})
    answer = client.post(url(cat_hai.pk), BLANK | {"place": "Cát Hải", "version": "0"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Người khác vừa ghi: Cát Bà" in page
    assert 'value="Cát Hải"' in page
    assert client.post(url(cat_hai.pk), BLANK | {"place": "Cát Hải", "version": "1"}).status_code == 302


def test_a_stale_version_is_refused(cat_hai, hai_phong, officer):
    where = {"province": hai_phong, "commune": cat_hai, "by": officer}
    save_letterhead(version=0, fields={"place": "Cát Bà"}, **where)
    save_letterhead(version=1, fields={"place": "Cát Hải"}, **where)
    with pytest.raises(Conflict):
        save_letterhead(version=1, fields={"place": "Khác"}, **where)
    assert Letterhead.objects.get().place == "Cát Hải"
