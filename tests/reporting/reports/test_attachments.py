"""Files that go with a report: what is taken, how they are kept, who gets them."""

from copy import deepcopy

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from reporting.enums import ReportState
from reporting.models import Attachment, Report, ReportAnswer, ReportSnapshot
from reporting.queries.figures import frozen_figures, report_figures
from reporting.services import attachments as services
from reporting.services.reports import return_, submit
from tests.conftest import client_of
from tests.reporting.reports.makers import SMALL_FORM, make_campaign, make_report, make_version, ready

pytestmark = pytest.mark.django_db

FORM = deepcopy(SMALL_FORM)
FORM["sections"][2]["indicators"].append({"code": "scan", "label": "Bản quét", "kind": "file"})


@pytest.fixture(autouse=True)
def files_in_tmp(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def report(hai_phong, cat_hai) -> Report:
    return make_report(make_campaign(hai_phong, version=make_version(FORM)), cat_hai)


def attach(report: Report, by, name: str = "Danh sách.pdf", data: bytes = b"%PDF-1.7", code: str = "") -> Attachment:
    return services.attach(report=report, code=code, file=ContentFile(data), filename=name, by=by)


def test_a_file_is_kept_under_a_name_of_our_own(report, officer):
    kept = attach(report, officer, "..\\..\\a/Danh sách.PDF")
    assert (kept.name, kept.size, kept.commune_id) == ("Danh sách.PDF", 8, report.commune_id)
    assert kept.file.name.startswith("reports/")
    assert kept.file.name.endswith(".pdf")
    assert "Danh" not in kept.file.name
    with Attachment.objects.get().file.open() as file:
        assert file.read() == b"%PDF-1.7"
    assert report_figures(report).attachments == ("Danh sách.PDF",)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"MZ", "Chỉ nhận tệp"),
        ("a.html", b"<p>", "Chỉ nhận tệp"),
        ("pdf", b"%PDF", "Chỉ nhận tệp"),
        ("a.pdf", b"", "Tệp trống"),
    ],
)
def test_what_is_no_paper_is_refused(name, data, words, report, officer):
    with pytest.raises(ValidationError, match=words):
        attach(report, officer, name, data)
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(("over", "taken"), [(0, True), (1, False)])
def test_a_file_has_a_largest_size(over, taken, report, officer, settings):
    settings.UPLOAD_LIMIT_MB = 1
    data = b"x" * (1024 * 1024 + over)
    if taken:
        assert attach(report, officer, data=data).size == len(data)
        return
    with pytest.raises(ValidationError, match="lớn hơn 1 MB"):
        attach(report, officer, data=data)


def test_a_report_has_so_many_files_and_no_more(report, officer, monkeypatch):
    monkeypatch.setattr(services, "MOST", 2)
    first, _ = attach(report, officer), attach(report, officer)
    with pytest.raises(ValidationError, match="2 tệp"):
        attach(report, officer)
    services.detach(attachment=first, by=officer)
    attach(report, officer)


def test_a_file_is_the_answer_where_the_form_asks_for_one(report, officer):
    first = attach(report, officer, "một.pdf", code="scan")
    second = attach(report, officer, "hai.pdf", code="scan")
    assert ReportAnswer.objects.get().value == {"id": second.pk, "name": "hai.pdf"}
    first.refresh_from_db()
    assert first.removed_at is not None
    services.detach(attachment=second, by=officer)
    assert ReportAnswer.objects.get().value is None
    with pytest.raises(ValidationError, match="không nhận tệp"):
        attach(report, officer, code="people")


def test_what_was_sent_keeps_the_file_that_is_taken_off_later(report, officer, staff):
    ready(report, officer)
    kept = attach(report, officer)
    submit(report=report, by=officer)
    with pytest.raises(ValidationError, match="không sửa được"):
        services.detach(attachment=kept, by=officer)
    return_(report=report, by=staff, note="Sai tệp.")
    services.detach(attachment=kept, by=officer)
    submit(report=report, by=officer)
    named = {snapshot.number: frozen_figures(snapshot).attachments for snapshot in ReportSnapshot.objects.all()}
    assert named == {1: ("Danh sách.pdf",), 2: ()}
    assert kept.file.storage.exists(kept.file.name)


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.LOCKED])
def test_nothing_is_added_to_what_was_sent(state, report, officer):
    Report.objects.update(state=state)
    with pytest.raises(ValidationError, match="không sửa được"):
        attach(report, officer)
    assert not Attachment.objects.exists()


def test_the_page_takes_gives_and_drops_files(report, officer):
    client = client_of(officer)
    upload = SimpleUploadedFile("Danh sách.pdf", b"%PDF-1.7", "text/html")
    client.post(reverse("reporting:report_attach", args=[report.pk]), {"file": upload})
    kept = Attachment.objects.get()
    response = client.get(reverse("reporting:report_attachment", args=[report.pk, kept.pk]))
    assert b"".join(response) == b"%PDF-1.7"
    assert response["Content-Disposition"].startswith("attachment;")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    client.post(reverse("reporting:report_detach", args=[report.pk, kept.pk]))
    assert report_figures(report).attachments == ()
    client.post(reverse("reporting:report_attach", args=[report.pk]))
    assert "Hãy chọn một tệp." in client.get(reverse("reporting:report", args=[report.pk])).content.decode()


@pytest.mark.parametrize(
    ("who", "drafted", "sent"),
    [
        ("officer", 200, 200),
        ("commune_leader", 200, 200),
        ("staff", 403, 200),
        ("viewer", 403, 200),
        ("neighbour", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_a_file_goes_to_those_who_may_read_the_report(who, drafted, sent, report, officer, request):
    ready(report, officer)
    kept = attach(report, officer)
    client = client_of(request.getfixturevalue(who))
    url = reverse("reporting:report_attachment", args=[report.pk, kept.pk])
    assert status(client.get(url)) == drafted
    submit(report=report, by=officer)
    assert status(client.get(url)) == sent


def status(response) -> int:
    b"".join(response)  # a file is shut when it has been sent
    return response.status_code


def test_a_file_is_no_others_reports(report, officer, hai_phong, tran_lieu, neighbour):
    kept = attach(report, officer)
    other = make_report(report.campaign, tran_lieu)
    url = reverse("reporting:report_attachment", args=[other.pk, kept.pk])
    assert client_of(neighbour).get(url).status_code == 404
