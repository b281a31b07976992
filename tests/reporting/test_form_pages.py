"""Pages about forms: everybody reads, the department of the province edits; nothing typed is lost."""

import json

import pytest

from reporting.definition import parse
from reporting.enums import VersionState
from reporting.forms.editor import make_cards
from reporting.models import FormVersion, ReportForm
from reporting.services import forms as services
from teams.enums import UserRole
from tests.conftest import client_of, make_user
from tests.queries import count_queries
from tests.reporting.test_definition import FORM
from tests.reporting.test_forms import SLUGS

LIST = "/bao-cao/mau/"


@pytest.fixture
def draft(hai_phong, staff) -> FormVersion:
    form = ReportForm.objects.create(province=hai_phong, slug="mau-thu", name="Mẫu thử", audience="commune")
    return FormVersion.objects.create(form=form, number=1, definition=FORM)


def url_of(version: FormVersion, page: str = "") -> str:
    return f"{LIST}ban/{version.pk}/{page}"


def typed(definition: dict, **more) -> dict[str, str]:
    """What the browser posts from the editor that shows the definition."""
    ticks = ("required", "roster_appendix")
    fields = {
        f"{card.place}-{key}": value
        for card in make_cards(definition).all()
        for key, value in card.values.items()
        if value or key not in ticks
    }
    return fields | {"name": "Mẫu thử", "version": "1"} | more


def page_of(user, url: str, status: int = 200) -> str:
    answer = client_of(user).get(url)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def theirs(hac_thanh):
    """Staff of another province."""
    return make_user("so.thanhhoa", UserRole.DEPARTMENT_STAFF, province=hac_thanh.province)


# Who ------------------------------------------------------------------------------------------------------------------


def test_who_may_open_what(draft, shipped, staff, viewer, officer, stranger, theirs, admin):
    ours = shipped["can-bo-phu-trach"].versions.get()
    published = services.publish(
        draft=services.save_draft(draft=draft, version=1, name="", definition=FORM, by=staff), version=2, by=staff
    )
    again = services.begin_draft(form=draft.form, province=draft.form.province, by=staff)
    expected = {  # url: staff, viewer, officer, stranger, staff of another province, administrator
        LIST: (200, 200, 200, 200, 200, 200),
        f"{LIST}them/": (200, 403, 403, 403, 200, 403),
        f"{LIST}{draft.form_id}/": (200, 200, 200, 404, 404, 200),
        f"{LIST}{ours.form_id}/": (200, 200, 200, 200, 200, 200),
        url_of(published): (200, 200, 200, 404, 404, 200),
        url_of(published, "sua/"): (302, 403, 403, 404, 404, 403),
        url_of(again): (200, 404, 404, 404, 404, 404),
        url_of(again, "sua/"): (200, 404, 404, 404, 404, 404),
        url_of(again, "ban-hanh/"): (200, 404, 404, 404, 404, 404),
        url_of(ours): (200, 200, 200, 200, 200, 200),
        url_of(ours, "sua/"): (403, 403, 403, 403, 403, 403),
        url_of(ours, "ban-hanh/"): (403, 403, 403, 403, 403, 403),
    }
    people = (staff, viewer, officer, stranger, theirs, admin)
    seen = {url: tuple(client_of(user).get(url).status_code for user in people) for url in expected}
    assert seen == expected


def test_who_may_write_what(draft, staff, viewer, officer, theirs, admin):
    posts = {
        url_of(draft, "sua/"): typed(FORM, **{"-title": "THÔNG BÁO"}),
        url_of(draft, "ban-hanh/"): {"version": "1"},
        url_of(draft, "bo/"): {"version": "1"},
    }
    for url, payload in posts.items():
        for user in (viewer, officer, theirs, admin):
            assert client_of(user).post(url, payload).status_code == 404
    before = FormVersion.objects.get()
    assert (before.definition, before.state, before.version) == (FORM, VersionState.DRAFT, 1)
    assert client_of(staff).post(url_of(draft, "sua/"), posts[url_of(draft, "sua/")]).status_code == 302
    assert FormVersion.objects.get().definition["title"] == "THÔNG BÁO"


def test_a_province_begins_its_own_copy_of_a_shipped_form(shipped, staff, viewer, officer, theirs, hai_phong):
    form = shipped["ket-qua-to-cong-nghe-so"]
    url, payload = f"{LIST}{form.pk}/sua/", {"province": hai_phong.pk}
    assert "Sửa thành mẫu của tỉnh" in page_of(staff, f"{LIST}{form.pk}/")
    assert "Sửa thành mẫu của tỉnh" not in page_of(viewer, f"{LIST}{form.pk}/")
    refused = [client_of(user).post(url, payload).status_code for user in (viewer, officer, theirs)]
    assert refused == [403, 404, 404]
    assert not ReportForm.objects.filter(province=hai_phong).exists()
    answer = client_of(staff).post(url, payload)
    own = ReportForm.objects.get(province=hai_phong)
    assert (answer.status_code, answer.url) == (302, url_of(own.versions.get(), "sua/"))


# The list and a form --------------------------------------------------------------------------------------------------


def test_the_list_shows_all_forms_in_few_queries(shipped, draft, staff, viewer):
    page = page_of(staff, LIST)
    assert all(form.name in page for form in shipped.values())
    assert "Đang sửa bản 1" in page
    assert "Đang sửa" not in page_of(viewer, LIST)
    few = count_queries(client_of(staff), LIST)
    for slug in SLUGS:
        services.begin_draft(form=shipped[slug], province=draft.form.province, by=staff)
    assert count_queries(client_of(staff), LIST) == few


def test_a_new_form_starts_like_another(shipped, staff, hai_phong):
    like = shipped["hoat-dong-5-ky-nang"].versions.get()
    facts = {"name": "Báo cáo chuyên đề", "audience": "commune", "province": hai_phong.pk, "like": like.pk}
    wrong = client_of(staff).post(f"{LIST}them/", facts | {"audience": "team"})
    assert wrong.status_code == 422
    assert client_of(staff).post(f"{LIST}them/", facts).status_code == 302
    made = FormVersion.objects.get(form__province=hai_phong)
    assert (made.form.slug, made.definition) == ("bao-cao-chuyen-de", like.definition)


# The editor -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", sorted(SLUGS))
def test_saving_a_form_without_touching_it_changes_nothing_in_it(shipped, hai_phong, staff, slug):
    draft = services.begin_draft(form=shipped[slug], province=hai_phong, by=staff)
    assert client_of(staff).post(url_of(draft, "sua/"), typed(draft.definition)).status_code == 302
    saved = FormVersion.objects.get(pk=draft.pk)
    assert saved.version == 2
    assert parse(saved.definition) == parse(draft.definition)


def test_everything_typed_is_kept_and_every_problem_is_told_beside_its_card(draft, staff):
    payload = typed(FORM, **{
        "sections.0.indicators.2-target": "tám mươi",
        "sections.0.indicators.4-choices": "Chỉ một",
        "checks.0-right": "khong_co",
        "-opening": "Có {ngoặc",
    })  # fmt: skip
    assert client_of(staff).post(url_of(draft, "sua/"), payload).status_code == 302
    page = page_of(staff, url_of(draft, "sua/"))
    for text in ("tám mươi", "Chỉ một", "khong_co", "Có {ngoặc"):
        assert text in page
    assert "4 điều cần sửa" in page
    for place, told in (
        ("sections.0.indicators.2", "mục tiêu phải là một số"),
        ("sections.0.indicators.4", "ít nhất hai lựa chọn"),
        ("checks.0", "“khong_co” không có"),
    ):
        card = page.partition(f'id="{place}" data-card')[2].partition("data-card")[0]
        assert told in card
    assert client_of(staff).post(url_of(draft, "ban-hanh/"), {"version": "2"}).status_code == 422
    assert FormVersion.objects.get().state == VersionState.DRAFT


def test_a_part_without_a_code_gets_one_of_its_name(draft, staff):
    payload = typed(FORM, **{"sections.0.indicators.0-code": "", "sections.0.indicators.0-label": "Số hộ gia đình"})
    client_of(staff).post(url_of(draft, "sua/"), payload)
    assert FormVersion.objects.get().definition["sections"][0]["indicators"][0]["code"] == "so_ho_gia_dinh"


def test_a_name_that_no_browser_would_send_breaks_nothing(draft, staff):
    payload = typed(FORM, name=" Tên\x00 mới " + "x" * 300)
    assert client_of(staff).post(url_of(draft, "sua/"), payload).status_code == 302
    assert ReportForm.objects.get().name == ("Tên mới " + "x" * 300)[:200]
    assert client_of(staff).post(url_of(draft, "sua/"), typed(FORM, name=" ", version="2")).status_code == 302
    assert ReportForm.objects.get().name.startswith("Tên mới")


def ordered(page: str) -> list[str]:
    """The labels of the indicators in the order of the page."""
    return [each.partition("</strong>")[0] for each in page.split("<strong data-title>")[1:]]


def test_buttons_add_move_and_remove_cards_and_write_nothing(draft, staff):
    labels = [each["label"] for each in FORM["sections"][0]["indicators"]]
    client, url = client_of(staff), url_of(draft, "sua/")

    def pressed(button: str) -> list[str]:
        answer = client.post(url, typed(FORM, do=button, **{"-subject": "Đang gõ dở"}))
        assert answer.status_code == 200
        assert "Đang gõ dở" in answer.content.decode()
        return ordered(answer.content.decode())

    assert pressed("down sections.0.indicators.0") == [labels[1], labels[0], *labels[2:]]
    assert pressed("up sections.0.indicators.0") == labels
    assert pressed("remove sections.0.indicators.1") == [labels[0], *labels[2:]]
    assert pressed("add sections.0.indicators.7") == [*labels, "Chỉ tiêu mới"]
    for nonsense in ("", "up", "down checks.99", "remove sections.7.indicators.0", "add sections.9", "x sections.0"):
        assert pressed(nonsense) == labels
    assert FormVersion.objects.get().version == 1


def test_an_indicator_moves_on_into_the_section_beside_it(draft, staff):
    form = json.loads(json.dumps(FORM))
    form["sections"].append({"code": "more", "heading": "II. KHÁC", "level": 1})
    answer = client_of(staff).post(url_of(draft, "sua/"), typed(form, do="down sections.0.indicators.6"))
    page = answer.content.decode()
    assert page.index('id="sections.1"') < page.index('id="sections.1.indicators.0"') < page.index("Danh sách</strong>")


def test_another_name_given_meanwhile_is_told(draft, staff):
    services.save_draft(draft=draft, version=1, name="Mẫu của người khác", definition=FORM, by=staff)
    answer = client_of(staff).post(url_of(draft, "sua/"), typed(FORM, name="Mẫu của tôi"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Mẫu của tôi"' in page and "Người khác vừa ghi: Mẫu của người khác" in page
    same = client_of(staff).post(url_of(draft, "sua/"), typed(FORM, name="Mẫu của người khác"))
    assert "Người khác vừa ghi: Mẫu" not in same.content.decode()


def test_who_saves_after_another_sees_both_and_keeps_what_they_typed(draft, staff):
    other = json.loads(json.dumps(FORM))
    other["sections"][0]["indicators"][0]["label"] = "Số hộ dân"
    other["sections"][0]["indicators"].append({"code": "new", "label": "Chỉ tiêu của người khác", "kind": "number"})
    services.save_draft(draft=draft, version=1, name="", definition=other, by=staff)
    mine = typed(FORM, **{"sections.0.indicators.0-label": "Số hộ của tôi"})
    answer = client_of(staff).post(url_of(draft, "sua/"), mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    for text in (
        "Số hộ của tôi",
        "Người khác vừa ghi tên chỉ tiêu: Số hộ dân",
        "còn có chỉ tiêu “Chỉ tiêu của người khác”",
    ):
        assert text in page
    assert FormVersion.objects.get().definition == other
    assert 'name="version" value="2"' in page
    assert client_of(staff).post(url_of(draft, "sua/"), mine | {"version": "2"}).status_code == 302
    assert FormVersion.objects.get().definition["sections"][0]["indicators"][0]["label"] == "Số hộ của tôi"


def test_a_form_is_published_after_a_look_at_what_that_means(draft, staff):
    payload = typed(FORM, publish="1")
    assert client_of(staff).post(url_of(draft, "sua/"), payload).url == url_of(draft, "ban-hanh/")
    assert "Các đợt đã mở vẫn dùng bản đang dùng" in page_of(staff, url_of(draft, "ban-hanh/"))
    stale = client_of(staff).post(url_of(draft, "ban-hanh/"), {"version": "1"})
    assert stale.status_code == 422
    assert FormVersion.objects.get().state == VersionState.DRAFT
    assert client_of(staff).post(url_of(draft, "ban-hanh/"), {"version": "2"}).status_code == 302
    assert FormVersion.objects.get().state == VersionState.PUBLISHED
    assert client_of(staff).post(url_of(draft, "sua/"), typed(FORM)).status_code == 302
    assert FormVersion.objects.get().version == 3


def test_a_draft_is_discarded(draft, staff):
    assert client_of(staff).post(url_of(draft, "bo/"), {"version": "7"}).status_code == 302
    assert FormVersion.objects.exists()
    client_of(staff).post(url_of(draft, "bo/"), {"version": "1"})
    assert not ReportForm.objects.exists()


def test_sources_are_chosen_from_the_register_and_from_what_teams_are_asked(shipped, draft, staff):
    page = page_of(staff, url_of(draft, "sua/"))
    assert '<option value="register.coverage">Tỷ lệ thôn, tổ dân phố đã có tổ</option>' in page
    assert '<option value="teams.households_guided">Số hộ đã được hướng dẫn sử dụng nền tảng số</option>' in page
    team = services.begin_draft(form=shipped["so-lieu-to-hang-quy"], province=draft.form.province, by=staff)
    assert "Lấy số liệu từ" not in page_of(staff, url_of(team, "sua/"))


def test_a_source_that_went_away_is_still_seen_in_its_list(shipped, draft, staff):
    gone = json.loads(json.dumps(FORM))
    gone["sections"][0]["indicators"][0]["source"] = "register.gone"
    services.save_draft(draft=draft, version=1, name="", definition=gone, by=staff)
    page = page_of(staff, url_of(draft, "sua/"))
    assert '<option value="register.gone" selected>' in page
    assert "nguồn số liệu “register.gone” không có" in page


# Preview --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", sorted(SLUGS))
def test_the_preview_shows_everything_that_is_asked(shipped, officer, slug):
    version = shipped[slug].versions.get()
    page = page_of(officer, url_of(version))
    definition = parse(version.definition)
    assert all(section.heading in page for section in definition.sections)
    assert all(each.label in page for each in definition.indicators())


def test_a_form_that_is_not_sound_yet_says_why_in_its_preview(draft, staff):
    unsound = FORM | {"checks": [{"left": "khong_co", "right": 1}]}
    services.save_draft(draft=draft, version=1, name="", definition=unsound, by=staff)
    assert "“khong_co” không có" in page_of(staff, url_of(draft))
    assert client_of(staff).get(url_of(draft, "pdf/")).status_code == 404


@pytest.mark.parametrize("slug", sorted(SLUGS - {"so-lieu-to-hang-quy"}))
def test_the_paper_is_drawn_with_sample_answers(shipped, staff, slug):
    answer = client_of(staff).get(url_of(shipped[slug].versions.get(), "pdf/"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


def test_team_figures_are_no_paper(shipped, staff):
    version = shipped["so-lieu-to-hang-quy"].versions.get()
    assert client_of(staff).get(url_of(version, "pdf/")).status_code == 404
    assert "Xem bản PDF" not in page_of(staff, url_of(version))
