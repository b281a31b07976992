"""A commune's reply: saved whole, sent when it is complete, taken back, returned, accepted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cdt_portal.notices.models import Notice
from teams.enums import MemberRole
from teams.models import Member
from teams.services.concurrency import Conflict
from tests.teams.makers import make_member, make_team
from training.enums import DayPart, ReplyState
from training.models import ExternalTraining, NeedReply, TrainingCall, TrainingNeed
from training.queries.needs import roster_of, trained
from training.services.calls import close_call, extend
from training.services.needs import Entry, Wish, accept, return_, save_needs, submit, withdraw

WISH = Wish(date(2026, 12, 1), date(2026, 12, 20), DayPart.MORNING, "Nhà văn hóa thị trấn")


@pytest.fixture
def entries(topics, people) -> list[Entry]:
    return [Entry(topics["ai"].pk, people["leader"].pk, wish=WISH)]


def saved(reply: NeedReply, by, entries=(), *, version=None, wish=WISH, nothing=False) -> NeedReply:
    return save_needs(
        reply=reply,
        version=reply.version if version is None else version,
        entries=list(entries),
        wish=wish,
        nothing_needed=nothing,
        by=by,
    )


def learned(member: Member, topic, day=date(2026, 5, 12)) -> ExternalTraining:
    units = {"province_id": member.province_id, "commune_id": member.commune_id}
    facts = {"provider": "onetouch", "title": "AI cho mọi người", "evidence_url": "https://onetouch.edu.vn/1"}
    return ExternalTraining.objects.create(member=member, topic=topic, finished_on=day, **units, **facts)


# Saving


def test_the_first_save_begins_the_reply(reply, entries, officer):
    kept = saved(reply, officer, entries)
    need = TrainingNeed.objects.get()
    assert kept.state == ReplyState.DRAFT
    assert (need.member_id, need.topic_id) == (entries[0].member, entries[0].topic)
    assert (need.from_day, need.day_part, need.place) == (WISH.from_day, DayPart.MORNING, WISH.place)
    assert (kept.from_day, kept.place) == (WISH.from_day, WISH.place)


def test_a_save_makes_the_reply_name_exactly_what_it_says(reply, topics, people, officer):
    first = Entry(topics["ai"].pk, people["leader"].pk)
    second = Entry(topics["policy"].pk, people["deputy"].pk)
    kept = saved(reply, officer, [first, second])
    before = {need.key: need.pk for need in _needs()}
    changed = replace(second, wish=WISH)
    kept = saved(kept, officer, [changed])
    (need,) = _needs()
    assert need.pk == before[need.key]
    assert (need.place, need.version) == (WISH.place, 2)
    saved(kept, officer, [changed])
    assert TrainingNeed.objects.get().version == 2  # nothing new was said


def _needs() -> list:
    found = list(TrainingNeed.objects.all())
    for need in found:
        need.key = (need.topic_id, need.member_id)
    return found


def test_a_save_over_another_is_told_and_writes_nothing(reply, entries, officer):
    saved(reply, officer, entries)
    with pytest.raises(Conflict):
        saved(reply, officer, [])
    assert TrainingNeed.objects.count() == 1


def test_who_may_not_be_named_is_refused(reply, topics, people, officer, tran_lieu, neighbour):
    theirs = make_member(make_team(tran_lieu, "KDC 1", by=neighbour), "Người Xã Khác", MemberRole.LEADER)
    for member in (people["member"], theirs):
        with pytest.raises(ValidationError, match="không còn trong danh sách"):
            saved(reply, officer, [Entry(topics["ai"].pk, member.pk)])
    assert not TrainingNeed.objects.exists()
    TrainingCall.objects.update(roles=[*reply.call.roles, MemberRole.MEMBER])
    reply.refresh_from_db()
    saved(reply, officer, [Entry(topics["ai"].pk, people["member"].pk)])
    assert TrainingNeed.objects.get().member == people["member"]


def test_a_topic_of_another_call_is_refused(reply, topics, people, officer):
    with pytest.raises(ValidationError, match="không thuộc đợt"):
        saved(reply, officer, [Entry(topics["cashless-payment"].pk, people["leader"].pk)])


def test_numbers_without_names_only_where_allowed(reply, topics, people, officer):
    count = [Entry(topics["ai"].pk, None, 12, "cán bộ bộ phận một cửa")]
    with pytest.raises(ValidationError, match="có tên"):
        saved(reply, officer, count)
    TrainingCall.objects.update(headcount_allowed=True)
    saved(reply, officer, count)
    need = TrainingNeed.objects.get()
    assert (need.member, need.headcount, need.note) == (None, 12, "cán bộ bộ phận một cửa")


def test_who_learned_the_topic_is_not_named_again(reply, topics, people, entries, officer):
    learned(people["leader"], topics["ai"])
    with pytest.raises(ValidationError, match=r"đã học .* \(12/05/2026, onetouch\)"):
        saved(reply, officer, entries)
    saved(reply, officer, [Entry(topics["policy"].pk, people["leader"].pk)])


def test_who_learned_it_after_being_named_does_not_stop_the_next_save(reply, topics, people, entries, officer):
    kept = saved(reply, officer, entries)
    learned(people["leader"], topics["ai"])
    kept = saved(kept, officer, [*entries, Entry(topics["policy"].pk, people["leader"].pk)])
    assert kept.needs.count() == 2


def test_learning_counts_for_a_later_wording_and_a_later_row_of_the_person(reply, topics, people, cat_hai):
    old = people["deputy"]
    learned(old, topics["ai"])
    later = make_member(old.team, old.full_name, MemberRole.DEPUTY_LEADER, person=old.person)
    assert (later.person, "ai") in trained(cat_hai, [topics["ai"]])
    assert trained(cat_hai, [topics["policy"]]) == {}


def test_nothing_needed_and_names_do_not_go_together(reply, entries, officer):
    with pytest.raises(ValidationError, match="bỏ đánh dấu"):
        saved(reply, officer, entries, nothing=True)
    assert saved(reply, officer, nothing=True).nothing_needed


# Sending


def test_an_empty_reply_is_not_sent(reply, officer):
    kept = saved(reply, officer)
    with pytest.raises(ValidationError, match="Chưa có ai"):
        submit(reply=kept, by=officer)
    sent = submit(reply=saved(kept, officer, nothing=True), by=officer)
    assert (sent.state, sent.on_time) == (ReplyState.SUBMITTED, True)


def test_more_than_the_call_allows_is_not_sent(reply, topics, people, officer):
    TrainingCall.objects.update(max_per_commune=1)
    reply.refresh_from_db()
    both = [Entry(topics["ai"].pk, people[name].pk) for name in ("leader", "deputy")]
    kept = saved(reply, officer, both)
    with pytest.raises(ValidationError, match="có 2 người, tối đa mỗi xã là 1"):
        submit(reply=kept, by=officer)
    submit(reply=saved(kept, officer, both[:1]), by=officer)


def test_who_left_since_keeps_the_reply_from_being_sent(reply, people, entries, officer):
    kept = saved(reply, officer, entries)
    Member.objects.filter(pk=people["leader"].pk).update(left_on=timezone.localdate(), left_reason="resigned")
    with pytest.raises(ValidationError, match="Nguyễn Văn Tổ Trưởng không còn"):
        submit(reply=kept, by=officer)
    assert saved(kept, officer, entries).state == ReplyState.DRAFT  # but it can be saved as it is


def test_a_receipt_says_who_and_how_often(reply, entries, officer, staff):
    sent = submit(reply=saved(reply, officer, entries), by=officer)
    assert sent.receipt == f"11914-DK{sent.pk}-01"
    assert Notice.objects.filter(user=staff, text__contains="Đặc khu Cát Hải đã nộp đăng ký").exists()
    returned = return_(reply=sent, by=staff, note="Ghi thêm tổ phó.")
    again = submit(reply=returned, by=officer)
    assert (again.receipt[-2:], again.returns) == ("02", 1)


@pytest.mark.parametrize(("seconds", "on_time"), [(-1, True), (0, False)])
def test_on_time_is_by_the_deadlines_moment(reply, entries, officer, monkeypatch, seconds, on_time):
    kept = saved(reply, officer, entries)
    moment = reply.call.due_at + timedelta(seconds=seconds)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert submit(reply=kept, by=officer).on_time is on_time


def test_an_extension_makes_a_late_reply_on_time(reply, entries, officer, staff, monkeypatch):
    kept = saved(reply, officer, entries)
    extend(reply=kept, until=reply.call.due_at + timedelta(days=3), by=staff)
    moment = reply.call.due_at + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert submit(reply=kept, by=officer).on_time


def test_what_nobody_looked_at_is_undone_by_withdrawing(reply, entries, officer):
    sent = submit(reply=saved(reply, officer, entries), by=officer)
    back = withdraw(reply=sent, by=officer)
    assert (back.state, back.first_submitted_at, back.on_time) == (ReplyState.DRAFT, None, None)


def test_what_was_returned_once_keeps_its_first_sending(reply, entries, officer, staff):
    sent = submit(reply=saved(reply, officer, entries), by=officer)
    again = submit(reply=return_(reply=sent, by=staff, note="Sửa."), by=officer)
    assert withdraw(reply=again, by=officer).first_submitted_at == sent.first_submitted_at


# The department


def test_a_return_has_a_reason_and_tells_the_officer(reply, entries, officer, staff):
    sent = submit(reply=saved(reply, officer, entries), by=officer)
    with pytest.raises(ValidationError, match="lý do"):
        return_(reply=sent, by=staff, note="  ")
    returned = return_(reply=sent, by=staff, note="Cử thêm tổ phó.")
    assert returned.state == ReplyState.RETURNED
    assert Notice.objects.get(user=officer, text__contains="trả lại").text.endswith("Cử thêm tổ phó.")


def test_what_is_accepted_is_what_was_read(reply, entries, officer, staff):
    sent = submit(reply=saved(reply, officer, entries), by=officer)
    seen = sent.version
    again = submit(reply=withdraw(reply=sent, by=officer), by=officer)
    with pytest.raises(ValidationError, match="vừa thay đổi"):
        accept(reply=again, version=seen, by=staff)
    assert accept(reply=again, version=again.version, by=staff).state == ReplyState.ACCEPTED


def test_nobody_does_anothers_step(reply, entries, officer, neighbour, staff, viewer, commune_leader):
    sent = submit(reply=saved(reply, officer, entries), by=officer)
    for stranger in (officer, neighbour, viewer, commune_leader):
        with pytest.raises(PermissionDenied):
            accept(reply=sent, version=sent.version, by=stranger)
    for stranger in (neighbour, viewer, commune_leader, staff):
        with pytest.raises(PermissionDenied):
            withdraw(reply=sent, by=stranger)
    withdraw(reply=sent, by=officer)


def test_after_closing_only_accepting_goes_on(call, reply, entries, officer, staff):
    sent = submit(reply=saved(reply, officer, entries), by=officer)
    close_call(call=call, by=staff, version=call.version)
    for refused in (lambda: withdraw(reply=sent, by=officer), lambda: return_(reply=sent, by=staff, note="Muộn.")):
        with pytest.raises(ValidationError, match="đã chốt"):
            refused()
    assert accept(reply=sent, version=sent.version, by=staff).state == ReplyState.ACCEPTED


def test_an_open_call_whose_deadline_is_over_still_takes_replies(reply, entries, officer):
    TrainingCall.objects.update(due_at=timezone.now() - timedelta(days=1))
    reply.refresh_from_db()
    sent = submit(reply=saved(reply, officer, entries), by=officer)
    assert (sent.state, sent.on_time) == (ReplyState.SUBMITTED, False)


# The roster of the page


def test_leaders_and_deputies_come_first_others_on_demand(reply, people):
    TrainingCall.objects.update(roles=list(MemberRole.values))
    reply.refresh_from_db()
    few, all_ = roster_of(reply, [], all_roles=False), roster_of(reply, [], all_roles=True)
    assert few.people == (people["leader"], people["deputy"])
    assert few.others == 1
    assert all_.people == (people["leader"], people["deputy"], people["member"])
    assert all_.others == 0


def test_a_person_of_two_teams_stands_once(reply, people, cat_hai, officer):
    second = make_team(cat_hai, "Thôn 2", by=officer)
    make_member(second, people["leader"].full_name, MemberRole.DEPUTY_LEADER, person=people["leader"].person)
    assert roster_of(reply, [], all_roles=True).people == (people["leader"], people["deputy"])


def test_what_stands_already_may_be_sent_again(reply, topics, people, entries, officer):
    """Its answer was lost on the way; another text is a conflict."""
    wish = Wish(place="Hội trường")
    again = {"reply": reply, "version": reply.version, "entries": entries, "nothing_needed": False, "by": officer}
    saved = save_needs(wish=wish, **again)
    assert save_needs(wish=wish, **again).version == saved.version
    with pytest.raises(Conflict):
        save_needs(wish=Wish(place="Trường THCS"), **again)
