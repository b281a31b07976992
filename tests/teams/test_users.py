"""User management: the department looks after its own province, administrators after all, nobody after more."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cdt_portal.accounts.models import LoginLimit, User
from teams.enums import UserRole
from teams.models import Assignment
from tests.conftest import client_of, make_user

LIST = "/nguoi-dung/"
NEW = {
    "full_name": "Ông Trần Văn Mới",
    "username": "CanBo.Moi",
    "role": "commune_officer",
    "phone": "0914 994 123",
}
ACTIONS = ["lien-ket/", "ngung/", "mo-lai/", "xac-thuc/"]


def page(user: User, rest: str = "") -> str:
    return f"{LIST}{user.pk}/{rest}"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def administrator(admin):
    return client_of(admin)


@pytest.fixture
def department(staff):
    return client_of(staff)


def test_the_department_sees_its_province_and_only_it(department, staff, officer, neighbour, stranger, admin):
    listed = text(department.get(LIST))
    for shown in (staff, officer, neighbour):
        assert shown.username in listed
    for hidden in (stranger, admin):
        assert hidden.username not in listed


def test_the_administrator_sees_everybody(administrator, staff, officer, stranger, admin):
    listed = text(administrator.get(LIST))
    assert all(user.username in listed for user in (staff, officer, stranger, admin))


@pytest.mark.parametrize("who", ["officer", "commune_leader", "viewer"])
def test_others_do_not_manage_users(who, request, neighbour):
    client = client_of(request.getfixturevalue(who))
    assert client.get(LIST).status_code == 403
    assert client.get(page(neighbour)).status_code == 403
    assert client.post(page(neighbour, "ngung/")).status_code == 403
    assert client.post(f"{LIST}moi/", NEW).status_code == 403
    assert User.objects.get(pk=neighbour.pk).is_active


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_works_on_ones_own_people_and_not_on_others(department, officer, stranger, action):
    assert department.post(page(officer, action)).status_code in {200, 302}
    assert department.post(page(stranger, action)).status_code == 404
    assert department.get(page(stranger, action)).status_code in {404, 405}


@pytest.mark.parametrize(("action", "asked"), [("ngung/", "Ngừng tài khoản"), ("xac-thuc/", "Đặt lại")])
def test_what_cannot_be_taken_back_at_once_is_asked_first(department, officer, action, asked):
    Authenticator.objects.create(user=officer, type="totp", data={"secret": "x"})
    shown = text(department.get(page(officer)))
    assert f'href="{page(officer, action)}"' in shown
    assert f'action="{page(officer, action)}"' not in shown
    assert f'<button class="btn btn-danger">{asked}</button>' in text(department.get(page(officer, action)))
    assert User.objects.get(pk=officer.pk).is_active
    assert Authenticator.objects.exists()


def test_a_post_is_taken_away_only_after_a_question(department, officer, tran_lieu):
    post = Assignment.objects.create(
        user=officer, role=UserRole.COMMUNE_LEADER, province=tran_lieu.province, commune=tran_lieu
    )
    asked = department.get(page(officer, f"vai-tro/{post.pk}/bo/"))
    assert "Lãnh đạo xã – Phường Trần Liễu" in text(asked)
    assert officer.assignments.count() == 2
    assert department.post(page(officer, f"vai-tro/{post.pk}/bo/")).url == page(officer)
    assert officer.assignments.count() == 1


def test_a_user_with_a_post_elsewhere_is_not_ours_alone(department, officer, hac_thanh):
    assert department.get(page(officer)).status_code == 200
    Assignment.objects.create(
        user=officer, role=UserRole.COMMUNE_OFFICER, province=hac_thanh.province, commune=hac_thanh
    )
    assert department.get(page(officer)).status_code == 404
    assert department.post(page(officer, "lien-ket/")).status_code == 404


@pytest.mark.parametrize("elevated", [{"is_staff": True}, {"is_superuser": True}])
def test_the_department_cannot_take_over_an_administrator(department, officer, elevated):
    User.objects.filter(pk=officer.pk).update(**elevated)
    assert department.post(page(officer, "lien-ket/")).status_code == 404


def test_nor_one_of_its_own_province(department, hai_phong):
    local = make_user("quantri.haiphong", UserRole.SYSTEM_ADMIN, province=hai_phong)
    assert department.get(page(local)).status_code == 404


def test_a_new_officer_is_added_to_a_commune_without_a_password(department, cat_hai):
    response = department.post(f"{LIST}moi/", NEW | {"commune": cat_hai.pk})
    user = User.objects.get(username="canbo.moi")
    assert response.url == page(user)
    assert (user.full_name, user.phone, user.has_usable_password()) == ("Trần Văn Mới", "0914994123", False)
    post = user.assignments.get()
    assert (post.role, post.province_id, post.commune_id) == ("commune_officer", "31", cat_hai.pk)
    assert 'tag-info">Chưa đặt mật khẩu' in text(department.get(LIST))


def test_not_to_a_commune_of_another_province(department, cat_hai, hac_thanh):
    response = department.post(f"{LIST}moi/", NEW | {"commune": hac_thanh.pk})
    assert response.status_code == 422
    assert not User.objects.filter(username="canbo.moi").exists()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"commune": ""}, "Hãy chọn xã của người này."),
        ({"role": "department_staff", "commune": ""}, "Hãy chọn tỉnh, thành phố của người này."),
        ({"role": "department_staff", "province": "31"}, "Vai trò này không gắn với một xã."),
        ({"role": "system_admin"}, "Mục đã chọn không còn trong danh sách"),
        ({"username": "canbo.cathai"}, "Tên đăng nhập này đã có người dùng."),
        ({"username": "cán bộ"}, "Chỉ dùng chữ không dấu"),
        ({"phone": "12"}, "Số điện thoại"),
        ({"phone": "0914994123 / 0912345678"}, "Chỉ ghi một số điện thoại."),
        ({"full_name": ""}, "Họ và tên"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_added(department, officer, cat_hai, typed, reason):
    before = User.objects.count()
    response = department.post(f"{LIST}moi/", NEW | {"commune": cat_hai.pk} | typed)
    assert response.status_code == 422
    assert reason in text(response)
    assert User.objects.count() == before


def test_only_administrators_make_administrators(administrator, cat_hai):
    administrator.post(f"{LIST}moi/", NEW | {"role": "system_admin"})
    post = User.objects.get(username="canbo.moi").assignments.get()
    assert (post.role, post.province, post.commune) == ("system_admin", None, None)


def test_the_link_is_shown_once_with_a_qr_and_a_text_for_zalo(department, officer, client):
    shown = text(department.post(page(officer, "lien-ket/")))
    link = shown.partition("http://testserver")[2].partition("<")[0]
    assert shown.count("data:image/svg+xml;base64,") == 1
    assert "Kính gửi" in shown
    assert client.get(link).status_code == 200
    assert link not in text(department.get(page(officer)))


def test_a_disabled_user_gets_no_link(department, officer):
    department.post(page(officer, "ngung/"))
    response = department.post(page(officer, "lien-ket/"), follow=True)
    assert "Tài khoản đã ngừng. Hãy mở lại trước khi gửi liên kết." in text(response)
    assert not officer.invitations.exists()


def test_disabling_acts_on_the_next_request_and_reopening_is_one_click(department, officer):
    theirs = client_of(officer)
    assert theirs.get("/tai-khoan/").status_code == 200
    department.post(page(officer, "ngung/"))
    assert theirs.get("/tai-khoan/").status_code == 302
    assert 'tag-plain">Đã ngừng' in text(department.get(LIST))
    department.post(page(officer, "mo-lai/"))
    assert client_of(officer).get("/tai-khoan/").status_code == 200


def test_the_long_unused_are_shown_and_reopened(department, officer, client):
    long_ago = timezone.now() - timedelta(days=90)
    User.objects.filter(pk=officer.pk).update(date_joined=long_ago, last_seen_at=long_ago)
    assert 'tag-warn">Không dùng quá 45 ngày' in text(department.get(LIST))
    login = {"login": officer.username, "password": "mat-khau-dung-1"}
    assert client.post("/tai-khoan/dang-nhap/", login).status_code == 403
    department.post(page(officer, "mo-lai/"))
    assert client.post("/tai-khoan/dang-nhap/", login).status_code == 302


def test_the_locked_are_shown_and_unlocked(department, officer, client):
    for _ in range(5):
        client.post("/tai-khoan/dang-nhap/", {"login": officer.username, "password": "sai"})
    assert 'tag-bad">Khóa tạm vì nhập sai' in text(department.get(LIST))
    assert "bị khóa tạm vì sai nhiều lần" in text(department.get(page(officer)))
    department.post(page(officer, "mo-lai/"))
    assert not LoginLimit.objects.exists()
    assert 'tag-bad">Khóa tạm vì nhập sai' not in text(department.get(LIST))


def test_resetting_the_second_factor_leaves_a_trace_of_who_did_it(department, officer, staff):
    Authenticator.objects.create(user=officer, type="totp", data={"secret": "x"})
    department.post(page(officer, "xac-thuc/"))
    assert not Authenticator.objects.exists()
    event = apps.get_model("accounts", "UserEvent").objects.get(pgh_label="second_factor_reset")
    assert (event.pgh_obj_id, event.pgh_context.metadata["user"]) == (officer.pk, staff.pk)


@pytest.mark.parametrize("action", ["ngung/", "xac-thuc/"])
def test_nobody_does_it_to_their_own_account(department, staff, action):
    Authenticator.objects.create(user=staff, type="recovery_codes", data={"seed": "x"})
    response = department.post(page(staff, action), follow=True)
    assert "chính mình" in text(response)
    assert User.objects.get(pk=staff.pk).is_active
    assert Authenticator.objects.exists()


def test_a_second_post_acts_on_the_next_request_and_can_be_taken_back(department, officer, tran_lieu):
    theirs = client_of(officer)
    assert theirs.get(f"/xa/{tran_lieu.pk}/thon/").status_code == 404
    department.post(page(officer, "vai-tro/"), {"role": "commune_officer", "commune": tran_lieu.pk})
    assert theirs.get(f"/xa/{tran_lieu.pk}/thon/").status_code == 200
    post = officer.assignments.get(commune=tran_lieu)
    department.post(page(officer, f"vai-tro/{post.pk}/bo/"))
    assert theirs.get(f"/xa/{tran_lieu.pk}/thon/").status_code == 404


def test_the_same_post_is_not_given_twice(department, officer, cat_hai):
    response = department.post(page(officer, "vai-tro/"), {"role": "commune_officer", "commune": cat_hai.pk})
    assert response.status_code == 422
    assert "đã có vai trò đó" in text(response)
    assert officer.assignments.count() == 1


def test_the_last_post_stays(department, officer):
    response = department.post(page(officer, f"vai-tro/{officer.assignments.get().pk}/bo/"), follow=True)
    assert "vai trò cuối cùng" in text(response)
    assert officer.assignments.count() == 1


def test_the_post_of_another_is_not_taken_through_ones_own_page(department, officer, neighbour):
    post = neighbour.assignments.get()
    assert department.post(page(officer, f"vai-tro/{post.pk}/bo/")).status_code == 404
    assert neighbour.assignments.exists()


DETAILS = {"full_name": "Lê Thị Sửa", "position": "Chuyên viên", "phone": "", "email": ""}


def version_in(response) -> str:
    return response.context["form"]["version"].value()


def test_details_are_edited(department, officer):
    typed = DETAILS | {"version": version_in(department.get(page(officer, "sua/")))}
    assert department.post(page(officer, "sua/"), typed).status_code == 302
    officer.refresh_from_db()
    assert (officer.full_name, officer.position) == ("Lê Thị Sửa", "Chuyên viên")


def test_the_slower_of_two_who_edit_details_is_told_and_may_go_over_it(department, admin, officer):
    seen = {"version": version_in(department.get(page(officer, "sua/")))}
    client_of(admin).post(page(officer, "sua/"), DETAILS | seen | {"position": "Phó Trưởng phòng"})
    told = department.post(page(officer, "sua/"), DETAILS | seen)
    assert told.status_code == 422
    assert "Người khác vừa ghi: Phó Trưởng phòng" in text(told)
    assert User.objects.get(pk=officer.pk).position == "Phó Trưởng phòng"
    again = DETAILS | {"version": version_in(told)}
    assert department.post(page(officer, "sua/"), again).status_code == 302
    assert User.objects.get(pk=officer.pk).position == "Chuyên viên"


def test_a_second_phone_of_a_user_is_refused_in_words(department, officer):
    typed = DETAILS | {"version": version_in(department.get(page(officer, "sua/")))}
    refused = department.post(page(officer, "sua/"), typed | {"phone": "0914994123 / 0912345678"})
    assert "Chỉ ghi một số điện thoại." in text(refused)
    assert department.post(page(officer, "sua/"), typed | {"phone": "0914994123"}).status_code == 302


@pytest.mark.parametrize(
    "search", ["canbo.cathai", "Người dùng canbo.cathai", "nguoi dung CANBO.cathai", "cát hải", "cat hai"]
)
def test_the_list_is_searched_by_name_login_or_unit_with_or_without_marks(department, officer, neighbour, search):
    listed = text(department.get(LIST, {"tim": search}))
    assert officer.username in listed
    assert neighbour.username not in listed


def test_the_list_is_narrowed_by_state(department, officer, neighbour):
    User.objects.filter(pk=officer.pk).update(is_active=False)
    disabled = text(department.get(LIST, {"tinh-trang": "disabled"}))
    assert officer.username in disabled
    assert neighbour.username not in disabled
    active = text(department.get(LIST, {"tinh-trang": "active"}))
    assert officer.username not in active
    assert neighbour.username in active
    everybody = text(department.get(LIST, {"tinh-trang": "la"}))
    assert officer.username in everybody
    assert neighbour.username in everybody


def test_the_list_takes_as_many_queries_for_one_as_for_four(
    department, officer, neighbour, commune_leader, viewer, django_assert_num_queries
):
    department.get(LIST)
    with CaptureQueriesContext(connection) as one:
        assert officer.username in text(department.get(LIST, {"tim": officer.username}))
    with django_assert_num_queries(len(one)):
        assert viewer.username in text(department.get(LIST, {"tim": "nguoi dung"}))
