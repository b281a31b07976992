"""A campaign as it is typed: on a letter, on a period."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cdt_portal.lib.periods import spell_deadline
from reporting.enums import CampaignKind, FormAudience
from reporting.models import BodyAddressee, Campaign, DirectiveLetter
from tests.conftest import client_of
from tests.reporting.campaigns.makers import (
    LINE,
    make_form,
    make_period,
    page_text,
    typed_letter,
)

PDF = b"%PDF-1.7 ..."
TODAY = timezone.localdate()


AD_HOC, PERIODIC = "/bao-cao/dot/them/?loai=dot-xuat", "/bao-cao/dot/them/?loai=dinh-ky"


def test_the_two_ways_are_offered(hai_phong, staff, form):
    page = page_text(client_of(staff), "/bao-cao/dot/them/")
    assert 'href="?loai=dinh-ky"' in page
    assert 'href="?loai=dot-xuat"' in page


def test_without_a_published_form_it_says_so(hai_phong, staff):
    make_form(audience=FormAudience.TEAM)
    for url in ("/bao-cao/dot/them/", AD_HOC):
        assert "Chưa có mẫu báo cáo" in page_text(client_of(staff), url)


def test_a_letter_is_read_from_its_line(hai_phong, cat_hai, staff, form):
    typed = typed_letter(form) | {"file": SimpleUploadedFile("abc.pdf", PDF)}
    answer = client_of(staff).post(AD_HOC, typed)
    campaign = Campaign.objects.get()
    letter = campaign.letter
    assert answer.headers["Location"] == f"/bao-cao/dot/{campaign.pk}/"
    assert (letter.number, letter.symbol, letter.issued_on) == ("4675", "SKHCN-CNTT", date(2025, 12, 19))
    assert letter.contact_phone == "0912345678"
    assert letter.file.name.endswith(".pdf")
    assert (campaign.slug, campaign.kind, campaign.title) == ("cv-4675", CampaignKind.AD_HOC, letter.subject)
    assert (campaign.starts_on, campaign.cumulative_from) == (date(2025, 1, 1), date(2025, 1, 1))
    assert spell_deadline(campaign.commune_due_at) == "hết ngày 15/01/2026"
    assert spell_deadline(campaign.department_due_at) == "hết ngày 22/01/2026"
    assert [body.name for body in campaign.bodies.all()] == ["Tỉnh đoàn", "Hội Nông dân"]
    assert campaign.communes is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"letter_line": "Công văn của Sở"},
        {"letter_line": "4675/SKHCN-CNTT"},
        {"commune_due_at": "hôm nào cũng được"},
        {"commune_due_at": "31/12/2025"},
        {"contact_phone": "123"},
        {"asked": "chosen"},
        {"form_version": "999999"},
        {"file": SimpleUploadedFile("a.pdf", b"MZ")},
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(hai_phong, cat_hai, staff, form, wrong):
    answer = client_of(staff).post(AD_HOC, typed_letter(form) | wrong)
    assert answer.status_code == 422
    assert 'value="Báo cáo kết quả hoạt động"' in answer.content.decode()
    assert not DirectiveLetter.objects.exists()


def test_a_letter_without_its_date_gets_it_beside(hai_phong, cat_hai, staff, form):
    client_of(staff).post(AD_HOC, typed_letter(form, letter_line="4675/SKHCN-CNTT", issued_on="19/12/2025"))
    assert DirectiveLetter.objects.get().issued_on == date(2025, 12, 19)


def test_a_pasted_line_says_whose_letter_it_is_and_what_about(hai_phong, cat_hai, staff, form):
    line = "Kế hoạch số 45/KH-UBND ngày 02/12/2025 của Ủy ban nhân dân thành phố về việc thúc đẩy hoạt động của các tổ"
    client_of(staff).post(AD_HOC, typed_letter(form, letter_line=line, issuer="", subject=""))
    letter = DirectiveLetter.objects.get()
    assert (letter.raw_text, letter.issuer) == ("Kế hoạch số 45/KH-UBND ngày 02/12/2025", "Ủy ban nhân dân thành phố")
    assert letter.subject == "thúc đẩy hoạt động của các tổ"
    assert Campaign.objects.get().title == "Thúc đẩy hoạt động của các tổ"


def test_what_was_typed_beside_the_line_counts(hai_phong, cat_hai, staff, form):
    line = "4675/SKHCN-CNTT ngày 19/12/2025 của Sở khác về việc khác"
    client_of(staff).post(AD_HOC, typed_letter(form, letter_line=line))
    letter = DirectiveLetter.objects.get()
    assert (letter.issuer, letter.subject) == ("Sở Khoa học và Công nghệ", "Báo cáo kết quả hoạt động")


@pytest.mark.parametrize("name", ["issuer", "subject"])
def test_what_neither_the_line_nor_a_field_says_is_asked(hai_phong, cat_hai, staff, form, name):
    answer = client_of(staff).post(AD_HOC, typed_letter(form, **{name: ""}))
    assert answer.status_code == 422
    assert not DirectiveLetter.objects.exists()


def test_chosen_communes_only(hai_phong, cat_hai, tran_lieu, staff, form):
    client_of(staff).post(AD_HOC, typed_letter(form, asked="chosen", communes=[tran_lieu.pk]))
    assert Campaign.objects.get().communes == [tran_lieu.pk]


def test_communes_of_others_can_not_be_chosen(hai_phong, cat_hai, hac_thanh, staff, form):
    answer = client_of(staff).post(AD_HOC, typed_letter(form, asked="chosen", communes=[hac_thanh.pk]))
    assert answer.status_code == 422


def test_a_periodic_one_takes_days_and_deadlines_from_its_period(hai_phong, cat_hai, staff, form, future):
    client = client_of(staff)
    page = client.get(f"{PERIODIC}&ky={future.pk}").content.decode()
    assert f'<option value="{future.pk}" selected>' in page
    typed = {"period": future.pk, "form_version": form.pk, "asked": "all", "title": "", "bodies": ""}
    client.post(PERIODIC, typed)
    campaign = Campaign.objects.get()
    assert campaign.title == "Báo cáo kết quả hoạt động của Tổ công nghệ số cộng đồng quý I năm 2030"
    assert (campaign.slug, campaign.ends_on) == ("quy-1-2030", future.ends_on)
    assert campaign.commune_due_at == future.commune_due_at


def test_a_period_of_another_province_can_not_be_chosen(hai_phong, hac_thanh, staff, form):
    other = make_period(hac_thanh.province)
    answer = client_of(staff).post(PERIODIC, {"period": other.pk, "form_version": form.pk, "asked": "all"})
    assert answer.status_code == 422


def test_a_new_letter_starts_from_an_old_campaign(campaign, staff):
    BodyAddressee.objects.create(campaign=campaign, province=campaign.province, name="Tỉnh đoàn")
    page = client_of(staff).get(f"{AD_HOC}&chep={campaign.pk}").content.decode()
    assert "Tỉnh đoàn</textarea>" in page
    assert 'value="Sở Khoa học và Công nghệ"' in page
    assert f'value="{LINE}"' not in page
