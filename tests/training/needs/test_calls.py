"""Calls: made, changed within what is fair, opened to every commune of the day, extended, closed."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cdt_portal.lib.periods import due_after
from cdt_portal.notices.models import Notice
from teams.models import Commune
from teams.services.concurrency import Conflict
from training.enums import CallState, ReplyState
from training.models import NeedReply, Topic, TrainingCall
from training.queries.calls import deadline, topics_of
from training.services.calls import close_call, create_call, drop_call, extend, open_call, update_call
from training.services.topics import load_shipped

LATER = due_after(timezone.localdate() + timedelta(days=60))
OVER = due_after(timezone.localdate() - timedelta(days=2))


# Topics


def test_shipped_topics_load_once(topics):
    assert {"policy", "it-skills", "digital-services", "online-public-services", "cashless-payment"} < set(topics)
    assert {"online-safety", "ai"} < set(topics)
    assert load_shipped() == 0


def test_a_topic_worded_anew_ends_and_another_begins(topics, hai_phong, tmp_path):
    today = timezone.localdate()
    file = tmp_path / "topics.json"
    file.write_text('[{"code": "ai", "name": "Trí tuệ nhân tạo cho tổ", "description": "", "hours": "8"}]', "utf-8")
    assert load_shipped(file, today=today) == len(topics) + 1
    old, new = Topic.objects.get(pk=topics["ai"].pk), Topic.objects.get(code="ai", ended_on=None)
    assert (old.name, old.ended_on) == (topics["ai"].name, today)
    assert (new.name, new.valid_from) == ("Trí tuệ nhân tạo cho tổ", today)
    assert list(topics_of(hai_phong, today)) == [new]
    assert topics["ai"] in topics_of(hai_phong, today - timedelta(days=1))


# Opening


def test_every_commune_of_the_day_owes_a_reply_and_is_told(call, cat_hai, tran_lieu, hac_thanh, officer, neighbour):
    replies = NeedReply.objects.filter(call=call)
    assert {reply.commune_id for reply in replies} == {cat_hai.pk, tran_lieu.pk}
    assert {reply.state for reply in replies} == {ReplyState.NOT_STARTED}
    told = Notice.objects.filter(text__startswith="Sở mở đăng ký tập huấn")
    assert {notice.user for notice in told} == {officer, neighbour}
    assert "hết ngày" in told[0].text


def test_a_commune_that_is_no_more_is_not_asked(draft, cat_hai, tran_lieu, staff):
    Commune.objects.filter(pk=tran_lieu.pk).update(ended_on=timezone.localdate())
    open_call(call=draft, by=staff)
    assert [reply.commune for reply in NeedReply.objects.filter(call=draft)] == [cat_hai]


def test_a_call_opens_once(call, staff):
    with pytest.raises(ValidationError, match="đã mở rồi"):
        open_call(call=call, by=staff)
    assert call.replies.count() == 2


def test_a_call_whose_deadline_is_over_stays_a_draft(draft, staff):
    TrainingCall.objects.filter(pk=draft.pk).update(due_at=OVER)
    with pytest.raises(ValidationError, match="đã qua"):
        open_call(call=draft, by=staff)
    assert not draft.replies.exists()


def test_what_was_edited_since_is_not_opened_unseen(draft, staff):
    with pytest.raises(Conflict):
        open_call(call=draft, by=staff, version=draft.version + 1)
    assert open_call(call=draft, by=staff, version=draft.version).state == CallState.OPEN


# Changing


def test_of_a_draft_everything_changes(draft, staff, fields, topics):
    changed = update_call(
        call=draft, version=draft.version, by=staff, fields=fields | {"topics": [topics["ai"]], "max_per_commune": 5}
    )
    assert list(changed.topics.all()) == [topics["ai"]]
    assert changed.max_per_commune == 5


def test_of_an_open_call_only_title_letter_deadline_and_words_change(call, staff, fields, topics):
    with pytest.raises(ValidationError, match="chỉ còn sửa được"):
        update_call(call=call, version=call.version, by=staff, fields=fields | {"topics": [topics["ai"]]})
    saved = update_call(call=call, version=call.version, by=staff, fields={"title": "Tên mới", "due_at": LATER})
    assert (saved.title, saved.due_at) == ("Tên mới", LATER)


def test_a_new_deadline_of_an_open_call_is_still_to_come(call, staff, officer):
    with pytest.raises(ValidationError) as refused:
        update_call(call=call, version=call.version, by=staff, fields={"due_at": OVER})
    assert "due_at" in refused.value.error_dict
    update_call(call=call, version=call.version, by=staff, fields={"due_at": LATER})
    assert Notice.objects.filter(user=officer, text__contains="đổi thành").count() == 1


def test_an_edit_over_another_is_told(call, staff):
    update_call(call=call, version=call.version, by=staff, fields={"title": "Một"})
    with pytest.raises(Conflict):
        update_call(call=call, version=call.version, by=staff, fields={"title": "Hai"})
    call.refresh_from_db()
    assert call.title == "Một"


def test_only_a_draft_is_dropped(draft, staff, hai_phong, fields):
    drop_call(call=create_call(by=staff, province=hai_phong, fields=fields), by=staff)
    open_call(call=draft, by=staff)
    with pytest.raises(ValidationError, match="không xóa được"):
        drop_call(call=draft, by=staff)
    assert TrainingCall.objects.get() == draft


# Extending and closing


def test_one_commune_gets_more_time(call, reply, staff, officer, neighbour):
    with pytest.raises(ValidationError) as refused:
        extend(reply=reply, until=call.due_at, by=staff)
    assert "until" in refused.value.error_dict
    extended = extend(reply=reply, until=LATER, by=staff)
    assert (deadline(extended), extended.version) == (LATER, reply.version)
    told = Notice.objects.filter(text__startswith="Sở gia hạn")
    assert [notice.user for notice in told] == [officer]


def test_a_closed_call_takes_no_edit(call, staff):
    closed = close_call(call=call, by=staff, version=call.version)
    with pytest.raises(ValidationError, match="đã chốt"):
        update_call(call=closed, version=closed.version, by=staff, fields={"title": "Muộn"})
    with pytest.raises(ValidationError):
        close_call(call=closed, by=staff, version=closed.version)
