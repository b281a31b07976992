"""Forms as rows: shipped ones from files, a province's own drafted, saved, published; nothing published changes."""

import json

import pgtrigger
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, transaction

from reporting.definition import DefinitionError, Kind, Nature, parse
from reporting.enums import FormAudience, VersionState
from reporting.models import FormVersion, ReportForm
from reporting.queries.periods import published_forms
from reporting.services import forms as services
from teams.services.concurrency import Conflict
from tests.reporting.test_definition import FORM

SLUGS = {
    "ket-qua-to-cong-nghe-so",
    "so-lieu-to-hang-quy",
    "hoat-dong-6-noi-dung",
    "hoat-dong-5-ky-nang",
    "can-bo-phu-trach",
}


def definition_of(form: ReportForm):
    return parse(form.versions.get().definition)


@pytest.fixture
def draft(shipped, hai_phong, staff) -> FormVersion:
    return services.begin_draft(form=shipped["hoat-dong-6-noi-dung"], province=hai_phong, by=staff)


# Shipped --------------------------------------------------------------------------------------------------------------


def test_the_command_loads_the_shipped_forms_once(db, capsys):
    call_command("load_forms")
    call_command("load_forms")
    assert [line.split()[-3] for line in capsys.readouterr().out.splitlines()] == ["5", "0"]
    assert set(ReportForm.objects.values_list("slug", flat=True)) == SLUGS
    assert set(FormVersion.objects.values_list("number", "state")) == {(1, VersionState.PUBLISHED)}


def test_a_changed_file_becomes_a_new_version_and_the_old_one_stays(shipped, tmp_path):
    for path in (settings.BASE_DIR / services.SHIPPED).glob("*.json"):
        text = path.read_text(encoding="utf-8")
        changed = text.replace('"target": 80', '"target": 85') if path.stem == "so-lieu-to-hang-quy" else text
        (tmp_path / path.name).write_text(changed, encoding="utf-8")
    before = FormVersion.objects.get(form__slug="so-lieu-to-hang-quy")
    assert services.load_shipped(tmp_path) == 1
    assert services.load_shipped(tmp_path) == 0
    first, second = FormVersion.objects.filter(form__slug="so-lieu-to-hang-quy").order_by("number")
    assert (first.pk, first.definition, first.version) == (before.pk, before.definition, before.version)
    assert [parse(each.definition).by_code["guided_rate"].target for each in (first, second)] == [80, 85]


def test_an_unsound_file_loads_nothing_at_all(db, tmp_path):
    sound = {"slug": "a", "name": "A", "audience": "commune", "definition": FORM}
    (tmp_path / "a.json").write_text(json.dumps(sound))
    assert services.load_shipped(tmp_path) == 1
    (tmp_path / "b.json").write_text(json.dumps(sound | {"slug": "b", "definition": {"sections": []}}))
    (tmp_path / "a.json").write_text(json.dumps(sound | {"definition": FORM | {"title": "THÔNG BÁO"}}))
    with pytest.raises(DefinitionError):
        services.load_shipped(tmp_path)
    assert FormVersion.objects.get().definition["title"] == "BÁO CÁO"


def test_the_report_on_the_letter_has_all_its_lines(shipped):
    form = definition_of(shipped["ket-qua-to-cong-nghe-so"])
    assert [(each.code, each.kind.value, each.source) for each in form.indicators()] == [
        ("documents", "table", "register.documents"),
        ("villages", "number", "register.villages"),
        ("teams", "number", "register.teams"),
        ("members", "number", "register.members"),
        ("coverage", "rate", "register.coverage"),
        ("decision", "table", "register.decisions"),
        ("zalo", "link", "register.zalo"),
        ("proposals", "text", ""),
        ("training_force", "text", ""),
        ("training_course", "text", ""),
        ("contest_text", "text", ""),
        ("contest_people", "number", "contest.people"),
    ]
    assert form.by_code["contest_people"].nature == Nature.CUMULATIVE
    assert "Đến hết ngày {cutoff}" in form.by_code["contest_people"].line
    assert form.roster_appendix


def test_the_six_contents_of_the_team_form_are_those_of_the_activity_report(shipped):
    team, report = (definition_of(shipped[slug]) for slug in ("so-lieu-to-hang-quy", "hoat-dong-6-noi-dung"))
    areas = [each for each in team.by_code if each.startswith("people_")]
    assert len(areas) == 6
    assert [each.code for each in report.indicators() if each.code.startswith("people_")] == areas
    assert all(team.by_code[code].nature == Nature.FLOW for code in areas)
    rate = team.by_code["guided_rate"]
    assert (rate.rate_of, rate.rate_over, rate.target) == ("households_guided", "households", 80)
    asked = {"households", "households_guided", "vneid", "online_services", "cashless", "sessions", "zalo_members"}
    assert asked | {"remarks"} <= set(team.by_code)


def test_every_figure_that_a_shipped_form_takes_from_teams_is_asked_of_them(shipped):
    asked = set(definition_of(shipped["so-lieu-to-hang-quy"]).by_code) | {"reported", "asked"}
    taken = {
        each.source.removeprefix("teams.")
        for slug in SLUGS
        for each in definition_of(shipped[slug]).indicators()
        if each.source.startswith("teams.")
    }
    assert len(taken) > 6
    assert taken <= asked


def test_no_shipped_form_asks_for_personal_numbers(shipped):
    officers = definition_of(shipped["can-bo-phu-trach"]).by_code["officers"]
    assert [column.code for column in officers.columns] == ["full_name", "position"]


# What only the portal knows of ----------------------------------------------------------------------------------------


def with_indicator(**values) -> dict:
    new = {"code": "new", "label": "Mới", "kind": "number"} | values
    return FORM | {"sections": [*FORM["sections"], {"code": "more", "heading": "II", "level": 1, "indicators": [new]}]}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"source": "register.villages"}, ""),
        ({"source": "teams.households"}, ""),
        ({"source": "teams.guided_rate", "kind": "rate"}, ""),
        ({"source": "register.decisions", "kind": "text"}, ""),
        ({"source": "register.nobody"}, "nguồn số liệu “register.nobody” không có"),
        ({"source": "register.coverage"}, "không hợp với kiểu"),
        ({"source": "register.villages", "kind": "text"}, "không hợp với kiểu"),
    ],
)
def test_a_source_is_known_and_fits_the_kind(values, told):
    found = services.problems_in(with_indicator(**values), FormAudience.COMMUNE)
    assert [each.place for each in found] == (["sections.1.indicators.0"] if told else [])
    assert all(told in each.text for each in found)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, ""),
        ({"kind": "text"}, ""),
        ({"kind": "date"}, "chỉ hỏi số và đoạn văn"),
        ({"kind": "rate"}, "tỷ lệ phải tự tính"),
        ({"source": "register.villages"}, "không lấy từ nguồn nào"),
    ],
)
def test_a_team_is_asked_what_its_grid_holds(values, told):
    found = services.problems_in(with_indicator(**values), FormAudience.TEAM)
    here = [each.text for each in found if each.place == "sections.1.indicators.0"]
    assert bool(here) == bool(told)
    assert all(told in each for each in here)


# A province's own -----------------------------------------------------------------------------------------------------


def test_editing_a_shipped_form_drafts_the_provinces_own_copy(shipped, draft, hai_phong, hac_thanh, staff):
    form = shipped["hoat-dong-6-noi-dung"]
    assert (draft.form.province, draft.form.slug, draft.number) == (hai_phong, form.slug, 1)
    assert draft.definition == form.versions.get().definition
    assert services.begin_draft(form=form, province=hai_phong, by=staff) == draft
    assert services.begin_draft(form=draft.form, province=hai_phong, by=staff) == draft
    other = services.begin_draft(form=form, province=hac_thanh.province, by=staff)
    assert other.form.province == hac_thanh.province


def test_a_published_copy_takes_the_place_of_the_shipped_form_in_its_province(shipped, draft, hai_phong, staff):
    def offered(province: str) -> set:
        return {version.form for version in published_forms(province, FormAudience.COMMUNE)}

    everywhere = {form for form in shipped.values() if form.audience == FormAudience.COMMUNE}
    assert offered(hai_phong.pk) == everywhere  # a draft takes no place
    services.publish(draft=draft, version=1, by=staff)
    assert offered(hai_phong.pk) == everywhere - {shipped["hoat-dong-6-noi-dung"]} | {draft.form}
    assert offered("38") == everywhere


def test_a_published_version_stays_and_the_next_one_is_drafted_from_it(draft, hai_phong, staff):
    published = services.publish(draft=draft, version=draft.version, by=staff)
    assert published.published_at
    before = FormVersion.objects.get(pk=draft.pk)
    for write in (
        lambda: services.save_draft(draft=before, version=before.version, name="", definition=FORM, by=staff),
        lambda: services.publish(draft=before, version=before.version, by=staff),
        lambda: services.discard_draft(draft=before, version=before.version, by=staff),
    ):
        with pytest.raises(ValidationError):
            write()
    again = services.begin_draft(form=draft.form, province=hai_phong, by=staff)
    services.save_draft(draft=again, version=again.version, name="", definition=FORM, by=staff)
    after = FormVersion.objects.get(pk=draft.pk)
    assert (after.definition, after.version, again.number) == (before.definition, before.version, 2)


@pytest.mark.parametrize(
    "change",
    [{"definition": FORM}, {"number": 9}, {"state": VersionState.DRAFT, "published_at": None}],
)
def test_the_database_refuses_to_change_or_remove_what_is_published(change, draft, staff):
    versions = FormVersion.objects.filter(pk=draft.pk)
    assert versions.update(definition=draft.definition | {"title": "THÔNG BÁO"}) == 1  # while it is a draft
    services.publish(draft=versions.get(), version=draft.version, by=staff)
    for write in (lambda: versions.update(**change), versions.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    with pgtrigger.ignore("reporting.FormVersion:published"):
        assert versions.update(**change) == 1


def test_who_saw_an_older_draft_overwrites_nothing(draft, staff):
    saved = services.save_draft(draft=draft, version=1, name="Tên mới", definition=FORM, by=staff)
    assert (saved.version, saved.form.name) == (2, "Tên mới")
    stale = FormVersion.objects.get(pk=draft.pk)
    for write in (
        lambda: services.save_draft(draft=stale, version=1, name="Tên khác", definition={}, by=staff),
        lambda: services.publish(draft=stale, version=1, by=staff),
        lambda: services.discard_draft(draft=stale, version=1, by=staff),
    ):
        with pytest.raises(Conflict):
            write()
    stale.refresh_from_db()
    assert (stale.definition, stale.state, stale.form.name) == (FORM, VersionState.DRAFT, "Tên mới")


def test_an_unsound_draft_is_kept_and_not_published(draft, staff):
    unsound = with_indicator(label="", source="register.nobody", kind="colour")
    saved = services.save_draft(draft=draft, version=1, name="", definition=unsound, by=staff)
    with pytest.raises(ValidationError) as refusal:
        services.publish(draft=saved, version=2, by=staff)
    assert len(refusal.value.messages) == 3
    saved = services.save_draft(draft=saved, version=2, name="", definition=with_indicator(), by=staff)
    assert services.publish(draft=saved, version=3, by=staff).state == VersionState.PUBLISHED


def test_a_discarded_draft_takes_a_form_along_that_was_never_published(shipped, draft, hai_phong, staff):
    services.discard_draft(draft=draft, version=1, by=staff)
    assert not ReportForm.objects.filter(province=hai_phong).exists()
    draft = services.begin_draft(form=shipped["can-bo-phu-trach"], province=hai_phong, by=staff)
    services.publish(draft=draft, version=1, by=staff)
    again = services.begin_draft(form=draft.form, province=hai_phong, by=staff)
    services.discard_draft(draft=again, version=1, by=staff)
    assert draft.form.versions.get().state == VersionState.PUBLISHED


def test_new_forms_of_one_name_get_slugs_of_their_own(shipped, hai_phong, staff):
    facts = {"province": hai_phong, "name": "Cán bộ phụ trách", "audience": FormAudience.COMMUNE, "by": staff}
    like = shipped["hoat-dong-5-ky-nang"].versions.get()
    made = [services.add_form(like=None, **facts), services.add_form(like=like, **facts)]
    assert [each.form.slug for each in made] == ["can-bo-phu-trach-2", "can-bo-phu-trach-3"]
    assert [each.definition for each in made] == [services.BLANK, like.definition]
    assert parse(made[1].definition).by_code["teams"].kind == Kind.NUMBER
