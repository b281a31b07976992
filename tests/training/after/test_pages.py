"""The pages after a class: who may, what is answered, what the public page tells and what it does not."""

import pytest
from django.test import Client
from django.utils import timezone

from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import run
from tests.conftest import client_of, make_commune
from tests.queries import count_queries
from tests.training.after.makers import attend, complete, enrolment_of
from tests.training.makers import make_people
from training.enums import ClassState, Outcome
from training.keys import spell_code
from training.models import Certificate, Result, TrainingClass
from training.services.certificates import issue, reissue, revoke

PEOPLE = ("officer", "commune_leader", "staff", "viewer", "admin", "neighbour", "stranger")
ADDRESS = "http://testserver/tap-huan/tra-cuu/"
OWN = {"officer": 200, "commune_leader": 200, "staff": 200, "viewer": 200, "admin": 200}


def statuses(request, method: str, url: str, payload=dict) -> dict[str, int]:
    clients = {name: client_of(request.getfixturevalue(name)) for name in PEOPLE}
    answers = {name: getattr(client, method)(url, payload()) for name, client in clients.items()}
    for answer in answers.values():
        b"".join(answer)  # a file that is not read to its end stays open
    return {name: answer.status_code for name, answer in answers.items()}


@pytest.fixture
def issued(past_class, people, staff) -> Certificate:
    """Of the leader of Cát Hải, the only one who completed the class."""
    complete(past_class, people[:1], staff)
    [made] = issue(training_class=past_class, address=ADDRESS, by=staff)
    run(Job.objects.get().pk)
    made.refresh_from_db()
    return made


# Who may --------------------------------------------------------------------------------------------------------------


def test_a_class_is_seen_by_those_whose_people_were_in_it(request, past_class, others, cat_hai):
    for name in ("ket-qua", "giay-chung-nhan"):
        url = f"/tap-huan/lop/{past_class.pk}/{name}/"
        assert statuses(request, "get", url) == OWN | {"neighbour": 200, "stranger": 404}
    past_class.enrolments.filter(commune="10729").delete()
    for name in ("ket-qua", "giay-chung-nhan"):
        url = f"/tap-huan/lop/{past_class.pk}/{name}/"
        assert statuses(request, "get", url) == OWN | {"neighbour": 404, "stranger": 404}


def test_a_commune_sees_its_own_people_in_a_class(past_class, people, others, officer, staff, neighbour):
    complete(past_class, [people[0], others[0]], staff)
    for path in ("ket-qua", "giay-chung-nhan"):
        seen = client_of(officer).get(f"/tap-huan/lop/{past_class.pk}/{path}/").content.decode()
        assert people[0].full_name in seen
        assert others[0].full_name not in seen
        assert (
            others[0].full_name in client_of(neighbour).get(f"/tap-huan/lop/{past_class.pk}/{path}/").content.decode()
        )


STAFF_ONLY = {"officer": 403, "commune_leader": 403, "viewer": 403, "admin": 403, "neighbour": 403, "stranger": 404}


@pytest.mark.parametrize(
    ("path", "good"),
    [("ket-qua/", 422), ("giay-chung-nhan/cap/", 302), ("giay-chung-nhan/cap-lai/", 302)],
)
def test_only_the_departments_staff_writes(request, past_class, path, good):
    url = f"/tap-huan/lop/{past_class.pk}/{path}"
    assert statuses(request, "post", url) == STAFF_ONLY | {"staff": good}
    assert not Result.objects.exists()


def test_files_of_a_whole_class_are_for_who_sees_the_province(request, issued):
    url = f"/tap-huan/lop/{issued.enrolment.training_class_id}/giay-chung-nhan/tep/"
    seen = {"officer": 403, "commune_leader": 403, "staff": 302, "viewer": 302, "admin": 302}
    assert statuses(request, "post", url, lambda: {"shape": "zip"}) == seen | {"neighbour": 403, "stranger": 404}
    assert client_of(issued.made_by).post(url, {"shape": "exe"}).status_code == 404


def test_what_is_of_a_commune_is_not_its_neighbours(request, issued, external, people, cat_hai):
    seen = OWN | {"neighbour": 404, "stranger": 404}
    for url in (
        f"giay-chung-nhan/{issued.pk}/",
        f"thanh-vien/{people[0].pk}/",
        f"xa/{cat_hai.pk}/",
        f"xa/{cat_hai.pk}/noi-khac/",
        f"noi-khac/{external.pk}/tep/",
    ):
        assert statuses(request, "get", f"/tap-huan/{url}") == seen, url
    ok = dict.fromkeys(OWN, 302)
    url = f"/tap-huan/xa/{cat_hai.pk}/giay-chung-nhan/"
    assert statuses(request, "post", url, lambda: {"shape": "zip"}) == ok | {"neighbour": 404, "stranger": 404}


def test_only_the_communes_officer_records_courses_elsewhere(request, external, cat_hai):
    seen = {"officer": 200} | dict.fromkeys(("commune_leader", "staff", "viewer", "admin"), 403)
    for url in (f"xa/{cat_hai.pk}/noi-khac/them/", f"noi-khac/{external.pk}/sua/", f"noi-khac/{external.pk}/bo/"):
        assert statuses(request, "get", f"/tap-huan/{url}") == seen | {"neighbour": 404, "stranger": 404}, url


def test_only_staff_takes_a_certificate_back(request, issued):
    url = f"/tap-huan/giay-chung-nhan/{issued.pk}/thu-hoi/"
    seen = {"staff": 200} | dict.fromkeys(("officer", "commune_leader", "viewer", "admin"), 403)
    assert statuses(request, "get", url) == seen | {"neighbour": 404, "stranger": 404}


def test_a_stranger_without_an_account_sees_the_public_page_alone(issued, people, cat_hai):
    for url in (f"thanh-vien/{people[0].pk}/", f"giay-chung-nhan/{issued.pk}/", f"xa/{cat_hai.pk}/"):
        assert Client().get(f"/tap-huan/{url}").status_code == 302
    assert Client().get("/tap-huan/tra-cuu/").status_code == 200


def test_the_shares_of_a_province_are_the_departments(request, past_class, people, staff, viewer):
    seen = {"staff": 200, "viewer": 200, "admin": 200}
    communes = ("officer", "commune_leader", "neighbour", "stranger")
    assert statuses(request, "get", "/tap-huan/to-truong/?tinh=31") == seen | dict.fromkeys(communes, 404)
    complete(past_class, people[:1], staff)
    make_people(past_class.venue.commune, 1, team="Thôn Tây", role="leader")
    client = client_of(viewer)
    shown = client.get("/tap-huan/to-truong/").content.decode()
    assert shown.count("50%") == 2  # the commune, and the province
    before = count_queries(client, "/tap-huan/to-truong/")
    make_people(make_commune("11915", "Phường Đồ Sơn", "ward", past_class.province), 1, role="leader")
    assert count_queries(client, "/tap-huan/to-truong/") == before
    assert "33,3%" in client.get("/tap-huan/to-truong/").content.decode()


# The grid of results --------------------------------------------------------------------------------------------------


def fields(past_class: TrainingClass, **outcomes: str) -> dict[str, str]:
    """As the grid posts them, everybody without a result but for the members named by id."""
    posted = {}
    for enrolment in past_class.enrolments.all():
        result = getattr(enrolment, "result", None)
        stands = result.outcome if result else ""
        posted |= {
            f"{enrolment.pk}-outcome": outcomes.get(f"m{enrolment.member_id}", stands),
            f"{enrolment.pk}-score": "",
            f"{enrolment.pk}-note": "",
            f"{enrolment.pk}-version": str(result.version if result else 0),
        }
    return posted


def test_attendance_fills_the_grid_and_saves_nothing_until_it_is_sent(past_class, people, staff):
    attend(past_class, people[0], True, True)
    client, url = client_of(staff), f"/tap-huan/lop/{past_class.pk}/ket-qua/"
    shown = client.get(f"{url}?de-xuat=80").content.decode()
    assert "Đã điền sẵn kết quả của 5 người" in shown
    assert shown.count('<option value="completed" selected>') == 1
    assert not Result.objects.exists()
    assert client.post(url, fields(past_class, **{f"m{people[0].pk}": "completed"})).status_code == 302
    assert Result.objects.get().enrolment.member == people[0]
    assert "Đã ghi kết quả của 1 người." in client.get(url).content.decode()


def test_without_attendance_the_grid_says_what_to_do(past_class, staff):
    client, url = client_of(staff), f"/tap-huan/lop/{past_class.pk}/ket-qua/"
    assert "Lớp chưa có điểm danh nào" in client.get(f"{url}?de-xuat=80").content.decode()
    assert "Đã điền sẵn kết quả của 5 người" in client.get(f"{url}?de-xuat=tat-ca").content.decode()
    assert "Đã điền sẵn" not in client.get(f"{url}?de-xuat=0").content.decode()


def test_who_was_overtaken_is_told_in_the_row_and_keeps_what_was_typed(past_class, people, staff):
    client, url = client_of(staff), f"/tap-huan/lop/{past_class.pk}/ket-qua/"
    posted = fields(past_class, **{f"m{people[0].pk}": "not_completed"})
    posted[f"{enrolment_of(past_class, people[0]).pk}-note"] = "Vắng buổi chiều"
    complete(past_class, people[:1], staff)
    answer = client.post(url, posted)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Người khác vừa ghi: Hoàn thành" in shown
    assert "Vắng buổi chiều" in shown
    assert Result.objects.get().outcome == Outcome.COMPLETED
    posted[f"{enrolment_of(past_class, people[0]).pk}-version"] = "1"
    assert client.post(url, posted).status_code == 302
    assert Result.objects.get().note == "Vắng buổi chiều"


@pytest.mark.parametrize(
    ("score", "outcome", "said"), [("101", "completed", "từ 0 đến 100"), ("8", "", "chọn kết quả")]
)
def test_a_wrong_cell_saves_nothing_and_is_told(past_class, people, staff, score, outcome, said):
    posted = fields(past_class, **{f"m{people[0].pk}": outcome, f"m{people[1].pk}": "completed"})
    posted[f"{enrolment_of(past_class, people[0]).pk}-score"] = score
    answer = client_of(staff).post(f"/tap-huan/lop/{past_class.pk}/ket-qua/", posted)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Result.objects.exists()


def test_a_class_that_has_not_begun_says_so(past_class, staff):
    TrainingClass.objects.update(state=ClassState.CANCELLED)
    shown = client_of(staff).get(f"/tap-huan/lop/{past_class.pk}/ket-qua/").content.decode()
    assert "không ghi kết quả" in shown
    assert "Lưu kết quả" not in shown


def test_pages_cost_the_same_for_any_number_of_people(past_class, people, cat_hai, staff, officer):
    urls = [f"/tap-huan/lop/{past_class.pk}/ket-qua/", f"/tap-huan/lop/{past_class.pk}/giay-chung-nhan/"]
    complete(past_class, people[:1], staff)
    issue(training_class=past_class, address=ADDRESS, by=staff)
    client = client_of(staff)
    before = [count_queries(client, url) for url in urls]
    own = [f"/tap-huan/xa/{cat_hai.pk}/", f"/tap-huan/xa/{cat_hai.pk}/noi-khac/"]
    before += [count_queries(client, url) for url in own]
    complete(past_class, people[1:3], staff)
    issue(training_class=past_class, address=ADDRESS, by=staff)
    make_people(cat_hai, 3, team="Thôn Tây", role="deputy_leader")
    assert [count_queries(client, url) for url in [*urls, *own]] == before


# Certificates ---------------------------------------------------------------------------------------------------------


def test_staff_issues_from_the_page_and_everybody_fetches_their_own(past_class, people, staff, officer):
    complete(past_class, people[:2], staff)
    client, url = client_of(staff), f"/tap-huan/lop/{past_class.pk}/giay-chung-nhan/"
    assert "Cấp giấy cho 2 người" in client.get(url).content.decode()
    assert client.post(f"{url}cap/").status_code == 302
    assert "Đã cấp 2 giấy chứng nhận" in client.get(url).content.decode()
    job = Job.objects.get()
    assert job.args["address"] == ADDRESS
    made = Certificate.objects.get(full_name=people[0].full_name)
    assert client_of(officer).get(f"/tap-huan/giay-chung-nhan/{made.pk}/").status_code == 404  # not drawn yet
    run(job.pk)
    answer = client_of(officer).get(f"/tap-huan/giay-chung-nhan/{made.pk}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_corrected_name_asks_to_be_issued_anew(issued, people, staff):
    people[0].full_name = "Nguyễn Văn Ân"
    people[0].save()
    client, url = client_of(staff), f"/tap-huan/lop/{issued.enrolment.training_class_id}/giay-chung-nhan/"
    assert "Cấp lại 1 giấy theo tên mới" in client.get(url).content.decode()
    client.post(f"{url}cap-lai/")
    shown = client.get(url).content.decode()
    assert "Cấp lại" not in shown.replace("Đã cấp lại", "")
    assert "đã cấp giấy khác thay" in shown


def test_taking_back_is_told_first_and_done_once(issued, staff):
    client, url = client_of(staff), f"/tap-huan/giay-chung-nhan/{issued.pk}/thu-hoi/"
    assert "hết giá trị từ hôm nay" in client.post(url).content.decode()
    issued.refresh_from_db()
    assert issued.voided_on is None
    assert client.post(url, {"confirm": "1"}).status_code == 302
    issued.refresh_from_db()
    assert issued.voided_on == timezone.localdate()
    assert client.post(url, {"confirm": "1"}).status_code == 422


# The public page ------------------------------------------------------------------------------------------------------


def asked(code: str) -> tuple[int, str]:
    answer = Client().get(f"/tap-huan/tra-cuu/{code}/")
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code, answer.content.decode()


def test_it_shows_name_class_hours_and_date_and_nothing_else(issued, people, staff):
    status, shown = asked(issued.code)
    assert status == 200
    day = timezone.localdate().strftime("%d/%m/%Y")
    for words in (issued.full_name, issued.title, "4 giờ", day, spell_code(issued.code)):
        assert words in shown
    for hidden in (
        people[0].phone, people[0].phone[:4] + " ", people[0].team.name, "Cát Hải", "Hải Phòng", "Tổ trưởng",
        "Hội trường", staff.full_name, staff.username, "canbo", 'name="robots" content="index',
    ):  # fmt: skip
        assert hidden not in shown
    assert 'name="robots" content="noindex, nofollow"' in shown


def test_it_shows_the_same_to_who_is_logged_in(issued, officer):
    answer = client_of(officer).get(f"/tap-huan/tra-cuu/{issued.code}/")
    assert answer.content.decode() == asked(issued.code)[1]


@pytest.mark.parametrize("typed", ["spelled", "small", "gaps"])
def test_a_code_may_be_typed_in_any_writing(issued, typed):
    spelled = spell_code(issued.code)
    writing = {"spelled": spelled, "small": spelled.lower(), "gaps": f" {spelled.replace('-', ' ')} "}[typed]
    answer = Client().get("/tap-huan/tra-cuu/", {"ma": writing})
    assert answer.url == f"/tap-huan/tra-cuu/{issued.code}/"
    assert asked(writing.strip().replace(" ", "-"))[0] == 200


@pytest.mark.parametrize("code", ["ABCD-EFGH-JKMN", "1", "0" * 12, "x" * 300, "<b>"])
def test_a_wrong_code_is_said_kindly(issued, code):
    status, shown = asked(code)
    assert status == 404
    assert "Không có giấy chứng nhận nào mang mã này" in shown
    assert "<b>" not in shown
    assert issued.full_name not in shown
    answer = Client().get("/tap-huan/tra-cuu/", {"ma": "không phải mã"})
    assert answer.status_code == 404


def test_an_old_code_says_that_it_was_replaced_and_when_and_nothing_else(issued, people, past_class, staff):
    people[0].full_name = "Nguyễn Văn Ân"
    people[0].save()
    [new] = reissue(training_class=past_class, address=ADDRESS, by=staff)
    status, shown = asked(issued.code)
    assert status == 200
    assert "đã được thay bằng giấy khác" in shown
    assert timezone.localdate().strftime("%d/%m/%Y") in shown
    for hidden in (issued.full_name, new.full_name, new.code, spell_code(new.code), issued.title, "4 giờ"):
        assert hidden not in shown
    assert new.full_name in asked(new.code)[1]


def test_a_code_that_was_taken_back_says_so(issued, staff):
    revoke(certificate=issued, by=staff)
    _, shown = asked(issued.code)
    assert "đã bị thu hồi" in shown
    assert issued.full_name not in shown


def test_many_wrong_codes_lock_nobody_out(issued):
    client = Client()
    for _ in range(50):
        assert client.get("/tap-huan/tra-cuu/ABCD-EFGH-JKMN/").status_code == 404
    assert client.get(f"/tap-huan/tra-cuu/{issued.code}/").status_code == 200
