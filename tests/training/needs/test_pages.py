"""The pages of calls and needs: who sees what, nothing typed is lost, queries stay few."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cdt_portal.lib.dates import format_date
from teams.enums import MemberRole
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.makers import make_member, make_team
from training.enums import CallState, ReplyState
from training.models import NeedReply, TrainingCall, TrainingNeed
from training.services.calls import close_call
from training.services.needs import Entry, Wish, save_needs, submit

HOME = reverse("training:home")


@pytest.fixture
def url(reply) -> str:
    return reverse("training:needs", args=[reply.pk])


def typed(reply: NeedReply, *ticks: str, **more) -> dict[str, object]:
    return {"version": reply.version, "need": list(ticks), "day_part": "any", **more}


def tick(topic, member) -> str:
    return f"{topic.pk}:{member.pk}"


def sent(reply: NeedReply, topics, people, officer) -> NeedReply:
    entries = [Entry(topics["ai"].pk, people["leader"].pk)]
    kept = save_needs(
        reply=reply, version=reply.version, entries=entries, wish=Wish(), nothing_needed=False, by=officer
    )
    return submit(reply=kept, by=officer)


# Home


def test_a_commune_sees_its_open_calls_and_one_button(call, reply, url, officer, neighbour, stranger):
    page = client_of(officer).get(HOME).content.decode()
    assert url in page
    assert "Bắt đầu đăng ký" in page
    assert "hết ngày" in page
    theirs = client_of(neighbour).get(HOME).content.decode()
    assert call.title in theirs
    assert url not in theirs
    assert call.title not in client_of(stranger).get(HOME).content.decode()


def test_a_draft_is_the_departments_own(draft, officer, staff):
    assert draft.title not in client_of(officer).get(HOME).content.decode()
    assert draft.title in client_of(staff).get(HOME).content.decode()
    url = reverse("training:call", args=[draft.pk])
    assert client_of(officer).get(url).status_code == 404
    assert client_of(staff).get(url).status_code == 200


# The call's pages


def test_who_sees_a_call(call, staff, viewer, officer, commune_leader, stranger):
    url = reverse("training:call", args=[call.pk])
    answers = {user.username: client_of(user).get(url).status_code for user in (staff, viewer, officer, commune_leader)}
    assert answers == {"so.haiphong": 200, "lanhdao.haiphong": 200, "canbo.cathai": 403, "lanhdao.cathai": 403}
    assert client_of(stranger).get(url).status_code == 404


@pytest.mark.parametrize("name", ["call_edit", "call_close"])
def test_a_viewer_changes_no_call(call, viewer, staff, name):
    url = reverse(f"training:{name}", args=[call.pk])
    assert client_of(viewer).get(url).status_code == 403
    assert client_of(staff).get(url).status_code == 200


def test_a_call_is_typed_looked_at_and_opened(hai_phong, cat_hai, topics, staff, officer):
    client = client_of(staff)
    data = {
        "title": "Tập huấn quý IV",
        "topics": [topics["ai"].pk],
        "roles": ["leader"],
        "due_at": "trước ngày 16/3/2030",
        "version": 0,
    }
    refused = client.post(reverse("training:call_add"), data | {"due_at": "mai mốt"})
    assert refused.status_code == 422
    assert "mai mốt" in refused.content.decode()
    client.post(reverse("training:call_add"), data)
    call = TrainingCall.objects.get()
    page = client.get(reverse("training:call", args=[call.pk])).content.decode()
    assert "<strong>1 xã, phường, đặc khu</strong>" in page
    assert "hết ngày 15/03/2030" in page
    client.post(reverse("training:call_open", args=[call.pk]), {"version": call.version})
    call.refresh_from_db()
    assert call.state == CallState.OPEN
    assert client_of(officer).get(HOME).content.decode().count("hết ngày 15/03/2030") == 1


def test_the_page_says_who_has_not(call, cat_hai, reply, topics, people, officer, staff):
    url = reverse("training:call", args=[call.pk])
    before = client_of(staff).get(url).context["zalo"]
    assert "còn 2/2 đơn vị" in before
    assert "Chưa bắt đầu (2): Đặc khu Cát Hải; Phường Trần Liễu." in before
    sent(reply, topics, people, officer)
    page = client_of(staff).get(url)
    assert "Cát Hải" not in page.context["zalo"]
    totals = {each.topic.code: each.named for each in page.context["totals"]}
    assert totals == {"ai": 1, "policy": 0}


def test_the_page_costs_the_same_for_many_communes(call, cat_hai, hai_phong, staff):
    from tests.conftest import make_commune

    url = reverse("training:call", args=[call.pk])
    client = client_of(staff)
    few = count_queries(client, url)
    for number in range(20):
        commune = make_commune(f"2{number:04}", f"Xã Số {number}", "rural_commune", hai_phong)
        NeedReply.objects.create(call=call, province=hai_phong, commune=commune)
    assert count_queries(client, url) == few


def test_needs_leave_as_a_workbook_with_masked_phones(call, reply, topics, people, officer, staff, tmp_path):
    from openpyxl import load_workbook

    sent(reply, topics, people, officer)
    answer = client_of(staff).get(reverse("training:call_needs", args=[call.pk]))
    file = tmp_path / "nhu-cau.xlsx"
    file.write_bytes(b"".join(answer.streaming_content))
    rows = [list(row) for row in load_workbook(file).active.iter_rows(values_only=True)]
    line = next(row for row in rows if row[0] == 1)
    assert line[1:8] == ["Ứng dụng trí tuệ nhân tạo", "Đặc khu Cát Hải", "Thôn 1", "Nguyễn Văn Tổ Trưởng", "Tổ trưởng",
                         "0914994***", 1]  # fmt: skip


# The commune's page


def test_who_sees_a_reply(reply, url, officer, commune_leader, neighbour, stranger, staff, viewer):
    for user in (officer, commune_leader, staff, viewer):
        assert client_of(user).get(url).status_code == 200, user
    for user in (neighbour, stranger):
        assert client_of(user).get(url).status_code == 404, user


def test_only_its_officer_writes(reply, url, topics, people, officer, commune_leader, staff, viewer, neighbour):
    data = typed(reply, tick(topics["ai"], people["leader"]))
    for user in (commune_leader, staff, viewer):
        assert client_of(user).post(url, data).status_code == 403
    assert client_of(neighbour).post(url, data).status_code == 404
    assert not TrainingNeed.objects.exists()
    assert client_of(officer).post(url, data).status_code == 302
    assert TrainingNeed.objects.get().member == people["leader"]


def test_what_a_commune_is_writing_is_its_own(reply, url, topics, people, officer, staff, commune_leader):
    client_of(officer).post(url, typed(reply, tick(topics["ai"], people["leader"])))
    assert "Nguyễn Văn Tổ Trưởng" not in client_of(staff).get(url).content.decode()
    assert "Nguyễn Văn Tổ Trưởng" in client_of(commune_leader).get(url).content.decode()
    reply.refresh_from_db()
    submit(reply=reply, by=officer)
    assert "Nguyễn Văn Tổ Trưởng" in client_of(staff).get(url).content.decode()


def test_phones_are_full_for_who_may_see_them(reply, url, topics, people, officer, staff, commune_leader):
    assert "0914 994 123" in client_of(officer).get(url).content.decode()
    sent(reply, topics, people, officer)
    for user in (staff, commune_leader):
        page = client_of(user).get(url).content.decode()
        assert "0914 994 ***" in page
        assert "0914 994 123" not in page


def test_wishes_for_all_and_of_one(reply, url, topics, people, officer):
    leader, deputy = people["leader"], people["deputy"]
    data = typed(
        reply, tick(topics["ai"], leader), tick(topics["ai"], deputy), from_day="1/12/2026", place="Hội trường"
    )
    client_of(officer).post(url, data | {f"m{deputy.pk}-from_day": "10/12/2026", f"m{deputy.pk}-day_part": "weekend"})
    needs = {need.member_id: need for need in TrainingNeed.objects.all()}
    assert [format_date(needs[each.pk].from_day) for each in (leader, deputy)] == ["01/12/2026", "10/12/2026"]
    assert (needs[deputy.pk].day_part, needs[deputy.pk].place) == ("weekend", "Hội trường")
    page = client_of(officer).get(url).content.decode()
    assert f'name="m{deputy.pk}-from_day" value="10/12/2026"' in page
    assert f'name="m{leader.pk}-from_day" value=' not in page


@pytest.mark.parametrize(
    "wrong", [{"from_day": "32/13/2026"}, {"from_day": "10/12/2026", "to_day": "1/12/2026"}], ids=["no day", "backward"]
)
def test_nothing_typed_is_lost_when_a_day_is_wrong(reply, url, topics, people, officer, wrong):
    data = typed(reply, tick(topics["ai"], people["leader"]), place="Nhà văn hóa", **wrong)
    answer = client_of(officer).post(url, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{tick(topics["ai"], people["leader"])}" checked' in page
    assert "Nhà văn hóa" in page
    assert all(value in page for value in wrong.values())
    assert not TrainingNeed.objects.exists()


def test_a_persons_own_wish_is_checked_against_the_communes(reply, url, topics, people, officer):
    leader = people["leader"]
    data = typed(reply, tick(topics["ai"], leader), to_day="1/12/2026", **{f"m{leader.pk}-from_day": "10/12/2026"})
    answer = client_of(officer).post(url, data)
    assert answer.status_code == 422
    assert "10/12/2026" in answer.content.decode()
    good = data | {f"m{leader.pk}-to_day": "20/12/2026"}
    assert client_of(officer).post(url, good).status_code == 302


def test_a_save_over_another_keeps_what_was_typed_and_shows_where_they_differ(reply, url, topics, people, officer):
    client = client_of(officer)
    client.post(url, typed(reply, tick(topics["policy"], people["deputy"]), place="Nơi khác"))
    answer = client.post(url, typed(reply, tick(topics["ai"], people["leader"]), place="Nơi này"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("tick-differs") == 2
    assert "Người khác vừa ghi: Nơi khác" in page
    assert "Nơi này" in page
    reply.refresh_from_db()
    assert client.post(url, typed(reply, tick(topics["ai"], people["leader"]))).status_code == 302
    assert TrainingNeed.objects.get().member == people["leader"]


def test_a_refused_sending_keeps_what_was_saved(reply, url, officer):
    client = client_of(officer)
    answer = client.post(url, typed(reply, place="Hội trường", submit="1"))
    assert answer.status_code == 422
    assert "Chưa có ai trong đăng ký" in answer.content.decode()
    reply.refresh_from_db()
    assert (reply.state, reply.place) == (ReplyState.DRAFT, "Hội trường")
    shown = answer.context["form"]["version"].value()
    assert shown == reply.version
    client.post(url, typed(reply, nothing_needed="on", submit="1") | {"version": shown})
    reply.refresh_from_db()
    assert reply.state == ReplyState.SUBMITTED


def test_who_learned_is_grey_and_says_where(reply, url, topics, people, officer):
    from tests.training.needs.test_needs_service import learned

    learned(people["leader"], topics["ai"])
    page = client_of(officer).get(url).content.decode()
    assert tick(topics["ai"], people["leader"]) not in page
    assert "Đã học 12/05/2026, onetouch" in page
    assert tick(topics["policy"], people["leader"]) in page


def test_more_members_are_shown_after_saving(reply, url, topics, people, officer):
    TrainingCall.objects.update(roles=list(MemberRole.values))
    client = client_of(officer)
    assert "Phạm Văn Thành Viên" not in client.get(url).content.decode()
    answer = client.post(url, typed(reply, tick(topics["ai"], people["leader"]), more="1"), follow=True)
    page = answer.content.decode()
    assert "Phạm Văn Thành Viên" in page
    assert f'value="{tick(topics["ai"], people["leader"])}" checked' in page


def test_numbers_are_asked_only_where_the_call_takes_them(reply, url, topics, officer):
    name = f"t{topics['ai'].pk}-people"
    assert name not in client_of(officer).get(url).content.decode()
    TrainingCall.objects.update(headcount_allowed=True)
    client_of(officer).post(url, typed(reply, **{name: "12", f"t{topics['ai'].pk}-note": "một cửa"}))
    assert TrainingNeed.objects.get().headcount == 12
    reply.refresh_from_db()
    answer = client_of(officer).post(url, typed(reply, **{name: "mười hai"}))
    assert answer.status_code == 422
    assert "mười hai" in answer.content.decode()


def test_the_page_costs_the_same_for_many_people(reply, url, people, cat_hai, officer):
    client = client_of(officer)
    few = count_queries(client, url)
    for number in range(10):
        team = make_team(cat_hai, f"Thôn {number + 2}", by=officer)
        make_member(team, f"Nguyễn Văn {number}", MemberRole.LEADER)
    assert count_queries(client, url) == few


def test_it_is_reviewed_returned_and_accepted(reply, url, topics, people, officer, staff, viewer):
    current = sent(reply, topics, people, officer)
    back, accept = (reverse(f"training:{name}", args=[reply.pk]) for name in ("needs_return", "needs_accept"))
    assert client_of(viewer).post(back, {"note": "Không."}).status_code == 403
    assert client_of(viewer).post(accept, {"version": current.version}).status_code == 403
    assert client_of(officer).post(accept, {"version": current.version}).status_code == 403
    assert client_of(staff).post(back, {"note": ""}).status_code == 422
    client_of(staff).post(back, {"note": "Cử thêm tổ phó."})
    assert "Cử thêm tổ phó." in client_of(officer).get(url).content.decode()
    reply.refresh_from_db()
    current = submit(reply=reply, by=officer)
    client_of(staff).post(accept, {"version": current.version})
    reply.refresh_from_db()
    assert reply.state == ReplyState.ACCEPTED


def test_who_reviews_goes_on_to_the_next_reply_that_waits(
    call, reply, topics, people, tran_lieu, officer, staff, viewer
):
    other = NeedReply.objects.get(call=call, commune=tran_lieu)
    onward, back = (reverse("training:needs", args=[each.pk]) for each in (other, reply))
    sent(reply, topics, people, officer)
    assert onward not in client_of(staff).get(back).content.decode()  # it waits for its commune
    NeedReply.objects.filter(pk=other.pk).update(state=ReplyState.SUBMITTED)
    assert f'href="{onward}">Chờ duyệt tiếp: {tran_lieu.name}' in client_of(staff).get(back).content.decode()
    assert f'href="{back}">Chờ duyệt tiếp' in client_of(staff).get(onward).content.decode()
    for user in (viewer, officer):
        assert "Chờ duyệt tiếp" not in client_of(user).get(back).content.decode()


def test_withdrawing_is_the_officers(reply, topics, people, officer, neighbour, staff):
    sent(reply, topics, people, officer)
    url = reverse("training:needs_withdraw", args=[reply.pk])
    assert client_of(neighbour).post(url).status_code == 404
    assert client_of(staff).post(url).status_code == 403
    client_of(officer).post(url)
    reply.refresh_from_db()
    assert reply.state == ReplyState.DRAFT


def test_a_closed_call_is_read_not_written(call, reply, url, officer, staff):
    close_call(call=call, by=staff, version=call.version)
    page = client_of(officer).get(url).content.decode()
    assert "Đợt đăng ký đã chốt" in page
    assert 'name="submit"' not in page
    answer = client_of(officer).post(url, typed(reply))
    assert answer.status_code == 422
    assert NeedReply.objects.get(pk=reply.pk).state == ReplyState.NOT_STARTED


def test_one_commune_is_extended_from_the_calls_page(call, reply, staff, viewer):
    url = reverse("training:call_extend", args=[call.pk, reply.pk])
    assert client_of(viewer).post(url, {"until": "1/1/2031"}).status_code == 403
    client_of(staff).post(url, {"until": "1/1/2031"})
    reply.refresh_from_db()
    assert timezone.localdate(reply.extended_until).year == 2031


def test_a_call_is_among_what_its_commune_has_to_do(call, reply, officer, neighbour, commune_leader, cat_hai):
    page = reverse("teams:commune", args=[cat_hai.pk])
    told = f'<span class="todo-what">{call.title}</span>'
    assert told in client_of(officer).get(page).content.decode()
    assert told not in client_of(commune_leader).get(page).content.decode()  # who only reads has nothing to do
    NeedReply.objects.filter(pk=reply.pk).update(state=ReplyState.SUBMITTED)
    assert told not in client_of(officer).get(page).content.decode()
