"""The sheet of ticks: who sees it, what a post says, what is never lost."""

import re

import pytest

from tests.conftest import client_of
from tests.queries import count_queries
from tests.training.after.makers import attend, enrolment_of
from tests.training.makers import make_people
from training.enums import ClassState, EnrolmentState
from training.models import Attendance, Enrolment, TrainingClass
from training.services.seats import replace


@pytest.fixture
def url(held) -> str:
    return f"/tap-huan/lop/{held.pk}/diem-danh/"


def page(user, url: str) -> str:
    answer = client_of(user).get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def name(member, session) -> str:
    return f"c{enrolment_of(session.training_class, member).pk}-{session.pk}"


def marks() -> dict[str, bool]:
    rows = Attendance.objects.values_list("enrolment__member__full_name", "session_id", "present")
    return {(full_name, session): present for full_name, session, present in rows}


# Who may --------------------------------------------------------------------------------------------------------------


def test_the_department_marks_and_the_others_read(url, held, staff, viewer, officer, commune_leader, stranger):
    users = (staff, viewer, officer, commune_leader, stranger)
    assert [client_of(user).get(url).status_code for user in users] == [200, 200, 200, 200, 404]
    assert [client_of(user).get(url).context["may_mark"] for user in users[:4]] == [True, False, False, False]
    posted = [client_of(user).post(url, {"way": "tick", "seen": ""}).status_code for user in users]
    assert posted == [302, 403, 403, 403, 404]


def test_a_commune_reads_its_own_rows(url, held, people, others, officer, neighbour, staff):
    attend(held, people[0], True, False)
    ours, theirs = page(officer, url), page(neighbour, url)
    assert people[0].full_name in ours
    assert "1/3 có mặt" in re.sub("<[^>]+>", "", ours)
    assert others[0].full_name not in ours
    assert "checkbox" not in ours
    assert people[0].full_name not in theirs
    held.enrolments.filter(commune="10729").delete()
    assert client_of(neighbour).get(url).status_code == 404


def test_what_is_not_noted_differs_from_an_absence(url, held, people, officer):
    attend(held, people[0], True, False)
    said = re.sub("<[^>]+>", " ", page(officer, url))
    assert said.count("✓ có mặt") == 1
    assert said.count("✗ vắng") == 1
    assert len(re.findall(r"chưa điểm danh\s", said.split("Xã, tổ")[1])) == 4


def test_rows_come_by_commune_team_and_given_name(held, url, cat_hai, staff):
    names = ["Nguyễn Văn Yên", "Trần Thị An", "Lê Văn Bình"]
    for member, full_name in zip(make_people(cat_hai, 3, team="Thôn Tây"), names, strict=True):
        member.full_name, member.sort_key = full_name, full_name.split()[-1].lower()
        member.save()
        unit = {"province_id": member.province_id, "commune_id": member.commune_id}
        Enrolment.objects.create(training_class=held, member=member, **unit)
    rows = client_of(staff).get(url).context["sheet"].rows
    shown = [(row.enrolment.commune_id, row.enrolment.member.full_name) for row in rows]
    assert [full_name for _, full_name in shown if full_name in names] == ["Trần Thị An", "Lê Văn Bình", names[0]]
    assert [code for code, _ in shown] == ["11914"] * 6 + ["10729"]


# Marking --------------------------------------------------------------------------------------------------------------


def test_one_post_saves_the_ticks_with_their_way(url, held, people, sessions, staff):
    ticks = {name(people[0], sessions[0]): "x", name(people[1], sessions[0]): "v"}
    answer = client_of(staff).post(url, ticks | {"way": "paper", "seen": ""})
    assert answer.url == f"{url}#da-luu"
    key = sessions[0].pk
    assert marks() == {(people[0].full_name, key): True, (people[1].full_name, key): False}
    assert f"Danh sách ký, 10:30 {sessions[0].ends_at:%d/%m}, {staff.full_name}" in page(staff, url)


def test_a_post_changes_only_what_its_typist_changed(url, held, people, sessions, staff):
    attend(held, people[0], True)
    attend(held, people[1], False)
    first, second = (enrolment_of(held, each).pk for each in people[:2])
    seen = f"{first}-{sessions[0].pk}-x {second}-{sessions[0].pk}-v"
    assert client_of(staff).get(url).context["form"]["seen"].value() == seen
    untouched = {"way": "tick", "seen": "", name(people[2], sessions[0]): "x"}  # of before anybody was marked
    client_of(staff).post(url, untouched)
    assert len(marks()) == 3
    cleared = {"way": "tick", "seen": seen, name(people[1], sessions[0]): "x"}
    client_of(staff).post(url, cleared)
    assert (people[0].full_name, sessions[0].pk) not in marks()
    assert marks()[people[1].full_name, sessions[0].pk]
    assert marks()[people[2].full_name, sessions[0].pk]  # the typist never saw it


def test_others_marks_are_told_after_saving(url, held, people, sessions, staff):
    attend(held, people[0], False)
    answer = client_of(staff).post(url, {"way": "tick", "seen": "", name(people[0], sessions[0]): "x"}, follow=True)
    assert f"{people[0].full_name}, buổi ngày" in answer.content.decode()


def test_both_ticks_of_a_cell_are_refused_and_all_ticks_kept(url, held, people, sessions, staff):
    ticks = {name(people[0], sessions[0]): ["x", "v"], name(people[1], sessions[0]): "x"}
    answer = client_of(staff).post(url, ticks | {"way": "tick", "seen": ""})
    assert answer.status_code == 422
    assert "vừa đánh dấu có mặt vừa đánh dấu vắng" in answer.content.decode()
    kept = {each.name: each.typed for _, _, cells in answer.context["lines"] for each in cells}
    assert kept[name(people[1], sessions[0])] == "x"
    assert not marks()


def test_a_class_finished_meanwhile_refuses_and_keeps_the_ticks(url, held, people, sessions, staff):
    ticks = {"way": "tick", "seen": "", name(people[0], sessions[0]): "x"}
    TrainingClass.objects.update(state=ClassState.FINISHED)
    answer = client_of(staff).post(url, ticks)
    assert answer.status_code == 422
    assert re.search(rf'name="{name(people[0], sessions[0])}" value="x" checked', answer.content.decode())
    assert not client_of(staff).get(url).context["may_mark"]
    TrainingClass.objects.update(state=ClassState.INVITED)
    assert client_of(staff).post(url, ticks).status_code == 302


@pytest.mark.parametrize("typed", [{"way": "qr"}, {"way": ""}, {"way": "tick", "c1-1": "co"}])
def test_a_post_that_no_page_sends_is_refused(url, held, staff, typed):
    assert client_of(staff).post(url, {"seen": ""} | typed).status_code == 422
    assert not marks()


def test_a_replaced_person_is_shown_with_who_stands_in(url, held, people, sessions, staff):
    replace(enrolment=enrolment_of(held, people[0]), member=people[3], by=staff)
    said = page(staff, url)
    assert f"đã cử {people[3].full_name} thay" in said
    assert f"thay {people[0].full_name}" in said
    gone = held.enrolments.get(state=EnrolmentState.REPLACED)
    assert f'name="c{gone.pk}-' not in said
    assert client_of(staff).get(url).context["sheet"].columns[0].people == 4


def test_the_page_costs_the_same_for_many_people(url, held, cat_hai, staff):
    client = client_of(staff)
    few = count_queries(client, url)
    for member in make_people(cat_hai, 12):
        unit = {"province_id": member.province_id, "commune_id": member.commune_id}
        Enrolment.objects.create(training_class=held, member=member, **unit)
        attend(held, member, True, False)
    assert count_queries(client, url) == few
