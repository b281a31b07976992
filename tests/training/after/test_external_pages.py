"""Courses held elsewhere: recorded with what proves them, by the commune's officer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from teams.enums import UserRole
from tests.conftest import client_of, make_user
from tests.training.after.makers import PDF
from training.models import ExternalTraining


def course(*members, **more) -> dict:
    return {
        "members": [member.pk for member in members],
        "title": "Kỹ năng số cơ bản",
        "provider": "Bình dân học vụ số",
        "finished_on": "10/7/2025",
        "hours": "1,5",
    } | more


def test_a_course_of_two_people_keeps_its_file_once_and_gives_it_out(people, cat_hai, officer, viewer):
    client, url = client_of(officer), f"/tap-huan/xa/{cat_hai.pk}/noi-khac/them/"
    file = SimpleUploadedFile("anh chụp.exe", PDF)
    assert client.post(url, course(*people[:2], evidence=file)).status_code == 302
    first, second = ExternalTraining.objects.order_by("member_id")
    assert (first.evidence.name, str(first.hours), first.commune_id) == (second.evidence.name, "1.5", cat_hai.pk)
    answer = client_of(viewer).get(f"/tap-huan/noi-khac/{first.pk}/tep/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="minh-chung-{first.pk}.pdf"'
    shown = client.get(f"/tap-huan/thanh-vien/{people[0].pk}/").content.decode()
    assert "Kỹ năng số cơ bản" in shown
    assert "1,5 giờ" in shown


REFUSED = {
    "no proof": ({}, "kèm tệp minh chứng"),
    "a program": ({"evidence": b"MZ\x90"}, "Chỉ nhận bản quét"),
    "a script": ({"evidence_url": "javascript:alert(1)"}, ""),
    "a day to come": ({"evidence_url": "https://a.vn", "finished_on": "1/1/2099"}, "chưa đến"),
    "no hours": ({"evidence_url": "https://a.vn", "hours": "lâu"}, "số giờ"),
    "nobody": ({"evidence_url": "https://a.vn", "members": []}, "ít nhất một người"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_wrong_is_told_and_kept_in_the_form(people, cat_hai, officer, why):
    more, said = REFUSED[why]
    if isinstance(more.get("evidence"), bytes):
        more = {"evidence": SimpleUploadedFile("a.pdf", more["evidence"])}
    answer = client_of(officer).post(f"/tap-huan/xa/{cat_hai.pk}/noi-khac/them/", course(people[0]) | more)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown
    assert "Bình dân học vụ số" in shown
    assert not ExternalTraining.objects.exists()


def test_a_neighbours_member_cannot_be_named(people, others, cat_hai, officer):
    answer = client_of(officer).post(
        f"/tap-huan/xa/{cat_hai.pk}/noi-khac/them/", course(others[0], evidence_url="https://a.vn")
    )
    assert answer.status_code == 422
    assert not ExternalTraining.objects.exists()


def test_the_same_course_twice_is_refused(people, cat_hai, officer):
    client, url = client_of(officer), f"/tap-huan/xa/{cat_hai.pk}/noi-khac/them/"
    assert client.post(url, course(people[0], evidence_url="https://a.vn")).status_code == 302
    answer = client.post(url, course(*people[:2], evidence_url="https://a.vn"))
    assert "đã có khóa học này" in answer.content.decode()
    assert ExternalTraining.objects.count() == 1


def test_a_course_is_corrected_and_a_conflict_is_told(external, officer):
    client, url = client_of(officer), f"/tap-huan/noi-khac/{external.pk}/sua/"
    posted = course(title="Kỹ năng số nâng cao", version="1")
    assert client.post(url, posted).status_code == 302
    external.refresh_from_db()
    assert (external.title, external.version, bool(external.evidence)) == ("Kỹ năng số nâng cao", 2, True)
    answer = client.post(url, posted | {"title": "Khác"})
    assert answer.status_code == 422
    assert "Người khác vừa ghi: Kỹ năng số nâng cao" in answer.content.decode()


def test_a_course_recorded_by_mistake_goes_once_it_was_confirmed(external, officer):
    client, url = client_of(officer), f"/tap-huan/noi-khac/{external.pk}/bo/"
    assert "Lịch sử vẫn giữ" in client.post(url, {"version": "1"}).content.decode()
    assert client.post(url, {"version": "2", "confirm": "1"}).status_code == 422
    assert ExternalTraining.objects.exists()
    assert client.post(url, {"version": "1", "confirm": "1"}).status_code == 302
    assert not ExternalTraining.objects.exists()


def test_an_officer_of_two_communes_sees_both(past_class, people, others, cat_hai, tran_lieu, officer):
    both = make_user("canbo.hai", UserRole.COMMUNE_OFFICER, commune=cat_hai)
    both.assignments.create(role=UserRole.COMMUNE_OFFICER, province=tran_lieu.province, commune=tran_lieu)
    shown = client_of(both).get(f"/tap-huan/lop/{past_class.pk}/ket-qua/").content.decode()
    assert people[0].full_name in shown
    assert others[0].full_name in shown
