"""Officers in charge: the only people whose CCCD the portal holds; encrypted, hidden, shown with a trace."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from teams.models import FocalOfficer
from teams.services.officers import add_officer, end_officer
from tests.conftest import client_of
from tests.queries import count_queries

CCCD = "031190001234"


def typed(**more) -> dict:
    blank = {"full_name": "Phạm Thị Hà", "position": "Chuyên viên", "phone": "", "citizen_id": "", "started_on": ""}
    return blank | more


@pytest.fixture
def person(cat_hai, officer) -> FocalOfficer:
    fields = {"full_name": "Phạm Thị Hà", "phone": "0914994123", "citizen_id": CCCD}
    return add_officer(commune=cat_hai, fields=fields, by=officer)


def list_page(user, commune) -> str:
    return client_of(user).get(f"/xa/{commune.pk}/can-bo/").content.decode()


def test_an_officer_is_added_with_cleaned_values(cat_hai, officer):
    payload = typed(
        full_name="Bà Phạm Thị Hà", phone="+84 914 994 123", citizen_id="031 190 001 234", started_on="1/7/2025"
    )
    assert client_of(officer).post(f"/xa/{cat_hai.pk}/can-bo/them/", payload).status_code == 302
    row = FocalOfficer.objects.get()
    assert (row.full_name, row.phone, row.citizen_id) == ("Phạm Thị Hà", "0914994123", CCCD)
    assert row.started_on == date(2025, 7, 1)


@pytest.mark.parametrize("number", ["03119000123", "0311900012345", "03119000123A", "٠٣١١٩٠٠٠١٢٣٤"])
def test_a_cccd_is_twelve_digits(cat_hai, officer, number):
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/can-bo/them/", typed(citizen_id=number))
    assert answer.status_code == 422
    assert "12 chữ số" in answer.content.decode()
    assert not FocalOfficer.objects.exists()


def test_the_number_lies_encrypted_and_leaves_no_past(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT citizen_id, citizen_id_hash FROM teams_focalofficer")
        stored = cursor.fetchone()
    assert all(CCCD not in text for text in stored)
    columns = {field.name for field in FocalOfficer.pgh_event_model._meta.fields}
    assert not columns & {"citizen_id", "citizen_id_hash"}


def test_the_same_number_twice_in_a_commune_is_refused(cat_hai, tran_lieu, officer, person):
    with pytest.raises(ValidationError):
        add_officer(commune=cat_hai, fields={"full_name": "Lê Thu", "citizen_id": CCCD}, by=officer)
    assert add_officer(commune=tran_lieu, fields={"full_name": "Lê Thu", "citizen_id": CCCD}, by=officer).pk
    assert add_officer(commune=cat_hai, fields={"full_name": "Lê Thu", "citizen_id": ""}, by=officer).pk


def test_the_list_hides_the_number_from_everybody(cat_hai, officer, viewer, staff, person):
    for user in (officer, viewer, staff):
        page = list_page(user, cat_hai)
        assert "Đã ghi" in page
        assert CCCD[-4:] not in page


def test_phones_are_whole_for_the_commune_and_masked_above(cat_hai, officer, viewer, person):
    assert "0914 994 123" in list_page(officer, cat_hai)
    assert "0914 994 ***" in list_page(viewer, cat_hai)
    assert "0914 994 123" not in list_page(viewer, cat_hai)


def test_revealing_shows_the_number_once_and_leaves_a_trace(cat_hai, officer, person):
    client = client_of(officer)
    page = client.post(f"/can-bo/{person.pk}/cccd/").content.decode()
    assert CCCD in page
    event = FocalOfficer.pgh_event_model.objects.get(pgh_label="reveal")
    assert (event.pgh_obj_id, event.pgh_context.metadata["user"]) == (person.pk, officer.pk)
    assert CCCD not in list_page(officer, cat_hai)


def test_those_who_may_not_reveal_get_nothing_and_leave_nothing(viewer, neighbour, stranger, officer, person):
    url = f"/can-bo/{person.pk}/cccd/"
    for user, status in ((viewer, 403), (neighbour, 404), (stranger, 404)):
        answer = client_of(user).post(url)
        assert answer.status_code == status
        assert CCCD not in answer.content.decode()
    assert not FocalOfficer.pgh_event_model.objects.filter(pgh_label="reveal").exists()
    assert client_of(officer).get(url).status_code == 405
    assert client_of(officer).post(url).status_code == 200


def test_an_edit_without_a_number_keeps_the_stored_one(officer, person):
    url = f"/can-bo/{person.pk}/sua/"
    page = client_of(officer).get(url).content.decode()
    assert CCCD not in page
    assert client_of(officer).post(url, typed(position="Phó phòng", version="1")).status_code == 302
    person.refresh_from_db()
    assert (person.position, person.citizen_id) == ("Phó phòng", CCCD)
    assert client_of(officer).post(url, typed(citizen_id="031190009999", version="2")).status_code == 302
    person.refresh_from_db()
    assert person.citizen_id == "031190009999"


def test_the_department_starts_from_a_masked_phone_which_is_kept_when_it_comes_back(staff, officer, person):
    url = f"/can-bo/{person.pk}/sua/"
    page = client_of(staff).get(url).content.decode()
    assert "0914 994 ***" in page
    assert "994123" not in page.replace(" ", "")
    assert "0914 994 123" in client_of(officer).get(url).content.decode()
    payload = typed(phone="0914 994 ***", position="Phó phòng", version="1")
    assert client_of(staff).post(url, payload).status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.position) == ("0914994123", "Phó phòng")
    assert client_of(staff).post(url, payload | {"phone": "0914 994 999", "version": "2"}).status_code == 302
    person.refresh_from_db()
    assert person.phone == "0914994999"


def test_a_mask_of_another_phone_is_refused(staff, person):
    answer = client_of(staff).post(f"/can-bo/{person.pk}/sua/", typed(phone="0914 995 ***", version="1"))
    assert answer.status_code == 422
    person.refresh_from_db()
    assert person.phone == "0914994123"


def test_a_conflict_shows_the_department_no_whole_phone(staff, officer, person):
    url = f"/can-bo/{person.pk}/sua/"
    client_of(officer).post(url, typed(phone="0987 654 321", version="1"))
    page = client_of(staff).post(url, typed(phone="0914 995 995", version="1")).content.decode()
    assert "Người khác vừa ghi: 0987 654 ***" in page
    assert "654321" not in page.replace(" ", "")


def test_a_second_editor_is_told(officer, person):
    url = f"/can-bo/{person.pk}/sua/"
    client_of(officer).post(url, typed(position="Phó phòng", version="1"))
    answer = client_of(officer).post(url, typed(position="Trưởng phòng", version="1"))
    assert answer.status_code == 422
    assert "Người khác vừa ghi: Phó phòng" in answer.content.decode()


def test_who_is_no_longer_in_charge_loses_phone_and_number(cat_hai, officer, person):
    payload = {"ended_on": "1/3/2026", "version": "1"}
    preview = client_of(officer).post(f"/can-bo/{person.pk}/thoi/", payload).content.decode()
    assert "Sẽ bị xóa, không lấy lại được: số điện thoại và số CCCD." in preview
    person.refresh_from_db()
    assert person.phone == "0914994123"
    assert client_of(officer).post(f"/can-bo/{person.pk}/thoi/", payload | {"confirm": "1"}).status_code == 302
    person.refresh_from_db()
    assert (person.ended_on, person.phone, person.citizen_id, person.citizen_id_hash) == (date(2026, 3, 1), "", "", "")
    assert "Đã thôi phụ trách" in list_page(officer, cat_hai)


def test_who_ended_later_is_not_past_on_a_day_before(cat_hai, officer, person):
    end_officer(officer=person, version=1, ended_on=date(2026, 3, 1), by=officer)
    before = client_of(officer).get(f"/xa/{cat_hai.pk}/can-bo/?ngay=28/2/2026").content.decode()
    assert "Đã thôi phụ trách" not in before
    assert "Đã thôi phụ trách" in client_of(officer).get(f"/xa/{cat_hai.pk}/can-bo/?ngay=1/3/2026").content.decode()


def test_nobody_ends_before_they_began(cat_hai, officer):
    fields = {"full_name": "Lê Thu", "started_on": date(2026, 1, 1)}
    row = add_officer(commune=cat_hai, fields=fields, by=officer)
    with pytest.raises(ValidationError):
        end_officer(officer=row, version=1, ended_on=date(2025, 12, 31), by=officer)


def test_who_may(cat_hai, officer, viewer, neighbour, stranger, person):
    people = (officer, viewer, neighbour, stranger)
    seen = [client_of(user).get(f"/xa/{cat_hai.pk}/can-bo/").status_code for user in people]
    assert seen == [200, 200, 404, 404]
    for url in (f"/xa/{cat_hai.pk}/can-bo/them/", f"/can-bo/{person.pk}/sua/", f"/can-bo/{person.pk}/thoi/"):
        assert [client_of(user).get(url).status_code for user in people] == [200, 403, 404, 404], url


def test_the_list_needs_as_many_queries_for_three_officers_as_for_one(cat_hai, officer):
    counts = []
    for names in (["Lê Thu"], ["Lê Hoa", "Lê Mai"]):
        for name in names:
            add_officer(commune=cat_hai, fields={"full_name": name}, by=officer)
        counts.append(count_queries(client_of(officer), f"/xa/{cat_hai.pk}/can-bo/"))
    assert counts[0] == counts[1]
