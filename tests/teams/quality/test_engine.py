"""Findings follow the register: made, kept, closed and opened again, after every change and without one."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cdt_portal.jobs.models import Job
from teams.models import DataFinding, Member, QualityRecord, Team
from teams.queries.quality.picture import take_picture
from teams.queries.quality.registry import RULES
from teams.queries.quality.score import score_of, sizes_of
from teams.services import quality
from teams.services.concurrency import Conflict
from teams.services.findings import accept, reopen
from teams.services.members import save_member
from teams.services.quality import check, check_after_commit, check_everything
from tests.conftest import client_of, make_commune
from tests.teams.makers import make_team
from tests.teams.quality.test_rules import Sound, below_norm, leave, missing_phone, no_households, no_officer

REASON = "Tổ nhỏ theo quyết định."


@pytest.fixture
def sound(cat_hai, officer) -> Sound:
    return Sound(cat_hai, officer)


@pytest.fixture
def finding(sound) -> DataFinding:
    """A team with two members of three."""
    below_norm(sound)
    sound.found()
    return DataFinding.objects.get()


def test_a_team_founded_while_the_register_is_read_is_left_to_the_check_after_it(sound, officer):
    late = []

    def found_one_meanwhile(execute, sql, *rest):
        done = execute(sql, *rest)
        if 'FROM "teams_team" ' in sql and not late:
            late.append(None)
            late[0] = make_team(sound.commune, "Thôn 9", sound.unit, by=officer)
        return done

    with connection.execute_wrapper(found_one_meanwhile):
        picture = take_picture([sound.commune.pk], timezone.localdate())
    assert late[0].coverages.exists()
    assert {row.team_id for row in picture.coverages} == set(picture.teams) == {sound.team.pk}
    assert not any(list(rule.find(picture)) for rule in RULES.values())


def test_a_repeated_check_writes_nothing_but_that_it_looked(sound, finding):
    before = list(DataFinding.objects.values())
    with CaptureQueriesContext(connection) as queries:
        check([sound.commune.pk])
    assert list(DataFinding.objects.values()) == before
    assert [sql["sql"] for sql in queries if "teams_datafinding" in sql["sql"] and "SELECT" not in sql["sql"]] == []


def test_a_fault_that_comes_back_is_the_same_finding(sound, finding):
    leave_again = sound.members[2]
    Member.objects.filter(pk=leave_again.pk).update(left_on=None, left_reason="", phone="0914994122")
    sound.found()
    finding.refresh_from_db()
    assert finding.state == "fixed"
    assert finding.last_seen
    leave(leave_again, timezone.localdate())
    sound.found()
    again = DataFinding.objects.get()
    assert (again.pk, again.state, again.last_seen) == (finding.pk, "open", None)
    assert again.first_seen == finding.first_seen


def test_words_follow_the_register_without_a_new_finding(sound, finding):
    Team.objects.update(name="Tổ Bến Bèo")
    sound.found()
    again = DataFinding.objects.get()
    assert again.pk == finding.pk
    assert again.text == "Tổ Bến Bèo có 2 thành viên, ít hơn 3."


def test_accepted_stays_so_while_it_is_the_same_and_opens_when_it_grows(sound, finding, officer):
    accept(finding=finding, version=finding.version, reason=f" {REASON} ", by=officer)
    Team.objects.update(name="Tổ Bến Bèo")
    assert sound.found() == set()
    finding.refresh_from_db()
    assert (finding.state, finding.reason, finding.accepted_by) == ("accepted", REASON, officer)
    leave(sound.members[1], timezone.localdate())
    sound.found()
    finding.refresh_from_db()
    assert (finding.state, finding.reason, finding.accepted_by) == ("open", "", None)


def test_accepting_asks_for_a_reason_and_for_what_was_seen(sound, finding, officer):
    with pytest.raises(ValidationError):
        accept(finding=finding, version=finding.version, reason="  ", by=officer)
    with pytest.raises(Conflict):
        accept(finding=finding, version=finding.version + 1, reason=REASON, by=officer)
    accept(finding=finding, version=finding.version, reason=REASON, by=officer)
    finding.refresh_from_db()
    reopen(finding=finding, version=finding.version, by=officer)
    finding.refresh_from_db()
    assert (finding.state, finding.reason) == ("open", "")
    assert list(finding.events.order_by("pgh_id").values_list("state", flat=True)) == ["open", "accepted", "open"]


def test_what_is_fixed_is_neither_accepted_nor_opened_by_hand(sound, finding, officer):
    Member.objects.filter(left_on__isnull=False).update(left_on=None, left_reason="")
    sound.found()
    finding.refresh_from_db()
    assert finding.state == "fixed"
    for act in (lambda **more: accept(reason=REASON, **more), reopen):
        with pytest.raises(ValidationError):
            act(finding=finding, version=finding.version, by=officer)


# When ---------------------------------------------------------------------------------------------------------------


def test_what_is_mended_on_the_page_closes_its_finding_at_once(sound, officer, django_capture_on_commit_callbacks):
    missing_phone(sound)
    assert {row[0] for row in sound.found()} == {"phone_missing"}
    member = sound.members[1]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(officer).post(
            reverse("teams:row_save", args=[sound.team.pk, member.pk]), {"version": 1, "phone": "0978112230"}
        )
    assert answer.status_code == 200
    assert DataFinding.objects.get().state == "fixed"


def test_one_check_after_many_changes_of_a_transaction(sound, officer, django_capture_on_commit_callbacks, monkeypatch):
    checked = []
    monkeypatch.setattr(quality, "check", checked.append)
    with django_capture_on_commit_callbacks(execute=True):
        for version, note in enumerate(("a", "b", "c"), 1):
            save_member(member=sound.members[0], version=version, values={"note": note}, by=officer)
    assert checked == [{sound.commune.pk}]


def test_many_communes_are_left_to_a_job(hai_phong, django_capture_on_commit_callbacks):
    communes = [make_commune(f"2{code:04}", f"Xã {code}", "rural_commune", hai_phong) for code in range(5)]
    with django_capture_on_commit_callbacks(execute=True):
        check_after_commit([commune.pk for commune in communes])
    assert not DataFinding.objects.exists()
    assert Job.objects.get().kind == "findings.check"


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_not_checked_with_what_comes_after_it(sound, monkeypatch):
    checked = []
    monkeypatch.setattr(quality, "check", checked.append)
    with transaction.atomic():
        check_after_commit(["1", "2", "3"])
        transaction.set_rollback(True)
    with transaction.atomic():
        check_after_commit([sound.commune.pk])
    assert checked == [{sound.commune.pk}]


def test_the_night_checks_all_that_exist(sound, tran_lieu, hac_thanh):
    hac_thanh.ended_on = timezone.localdate()
    hac_thanh.save()
    assert check_everything(batch=1) == 2
    assert set(QualityRecord.objects.values_list("commune", flat=True)) == {sound.commune.pk, tran_lieu.pk}


CHANGE_NO_REGISTER = {
    "accept", "accept_all", "add_user", "add_users", "assign", "attach_scan", "choose_fates", "describe_plan",
    "disable", "discard_plan", "draft_plan", "make_link", "reopen", "reset_second_factor", "reveal_citizen_id",
    "save_letterhead", "unassign", "update_user",
}  # fmt: skip
ASK_THEMSELVES = {"bulk_change", "call_off_plan", "record_plan", "settle_plan"}  # their arguments name no commune


def test_every_action_on_the_register_is_followed_by_a_check():
    plain = {
        name
        for file in Path(quality.__file__).parent.rglob("*.py")
        for name in re.findall(r"^@action\ndef (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    told = "write @register_action where the register changes, or say here that it does not"
    assert plain == CHANGE_NO_REGISTER | ASK_THEMSELVES, told


# The score ----------------------------------------------------------------------------------------------------------


def test_a_sound_commune_has_all_points_and_an_empty_one_none(sound, tran_lieu):
    check([sound.commune.pk, tran_lieu.pk])
    scores = dict(QualityRecord.objects.values_list("commune", "score"))
    assert scores == {sound.commune.pk: 100, tran_lieu.pk: 0}


def test_a_rule_costs_its_weight_by_the_share_that_is_faulty(sound):
    """One of three members without a phone, of a rule of weight 1."""
    missing_phone(sound)
    sound.found()
    picture = take_picture([sound.commune.pk], timezone.localdate())
    whole = sum(rule.weight for rule in RULES.values() if sizes_of(picture)[sound.commune.pk][rule.base])
    expected = 100 - 100 / 3 / whole
    assert QualityRecord.objects.get().score == int(expected)


def test_accepted_findings_cost_nothing_from_the_moment_they_are(sound, officer):
    no_officer(sound)
    no_households(sound)
    sound.found()
    before = QualityRecord.objects.get()
    for row in DataFinding.objects.all():
        accept(finding=row, version=row.version, reason=REASON, by=officer)
    after = QualityRecord.objects.get()
    assert before.score < 100 == after.score
    assert (after.open_findings, after.accepted_findings) == (0, 2)


def test_a_month_has_one_record(sound, finding):
    record = QualityRecord.objects.get()
    QualityRecord.objects.filter(pk=record.pk).update(month="2026-01-01")
    sound.found()
    sound.found()
    assert QualityRecord.objects.count() == 2


def test_more_faults_than_things_cost_no_more_than_the_rule(sound):
    sizes = sizes_of(take_picture([sound.commune.pk], timezone.localdate()))[sound.commune.pk]
    few, many = (score_of(sizes, Counter(commune_without_officer=count)) for count in (1, 9))
    assert few == many
