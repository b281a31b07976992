"""Files that go with a report: what is taken, how they are kept, who gets them."""

import zipfile
from copy import deepcopy
from io import BytesIO

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

PDF, PNG, JPG = b"%PDF-1.7 ... %%EOF\n", b"\x89PNG\r\n\x1a\n...IEND\xaeB`\x82", b"\xff\xd8\xff\xe0...\xff\xd9"
OFFICE_97 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FORM = deepcopy(SMALL_FORM)
FORM["sections"][2]["indicators"].append({"code": "scan", "label": "Bản quét", "kind": "file"})


def zipped(part: str, data: bytes = b"<a/>") -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(part, data)
    return target.getvalue()


@pytest.fixture(autouse=True)
def files_in_tmp(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def report(hai_phong, cat_hai) -> Report:
    return make_report(make_campaign(hai_phong, version=make_version(FORM)), cat_hai)


def attach(report: Report, by, name: str = "Danh sách.pdf", data: bytes = PDF, code: str = "") -> Attachment:
    return services.attach(report=report, code=code, file=ContentFile(data), filename=name, by=by)


def test_a_file_is_kept_under_a_name_of_our_own(report, officer):
    kept = attach(report, officer, "..\\..\\a/Danh sách.PDF")
    assert (kept.name, kept.size, kept.commune_id) == ("Danh sách.PDF", len(PDF), report.commune_id)
    assert kept.file.name.startswith("reports/")
    assert kept.file.name.endswith(".pdf")
    assert "Danh" not in kept.file.name
    with Attachment.objects.get().file.open() as file:
        assert file.read() == PDF
    assert report_figures(report).attachments == ("Danh sách.PDF",)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"MZ", "Chỉ nhận tệp"),
        ("a.pdf", b"MZ\x90\x00", "Chỉ nhận tệp"),
        ("a.pdf", b"<html><script>", "Chỉ nhận tệp"),
        ("a.docx", b"PK\x03\x04 cut off", "Chỉ nhận tệp"),
        ("a.docx", zipped("a.exe"), "Chỉ nhận tệp"),
        ("a.odt", zipped("mimetype", b"application/vnd.oasis.opendocument.graphics"), "Chỉ nhận tệp"),
        ("a.xls", OFFICE_97 + "EncryptedPackage".encode("utf-16-le"), "Chỉ nhận tệp"),
        ("a.pdf", b"%PDF-1.7\n%", "bị cắt giữa chừng"),
        ("a.jpg", JPG[:-1], "bị cắt giữa chừng"),
        ("a.png", PNG[:12], "bị cắt giữa chừng"),
        ("a.pdf", b"", "Tệp trống"),
    ],
)
def test_what_is_no_paper_is_refused(name, data, words, report, officer):
    with pytest.raises(ValidationError, match=words):
        attach(report, officer, name, data)
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("a.pdf", PDF, "a.pdf"),
        ("a.JPEG", JPG, "a.JPEG"),
        ("a.jpg", PNG, "a.jpg.png"),
        ("quyet-dinh", PDF, "quyet-dinh.pdf"),
        ("a.docx", zipped("word/document.xml"), "a.docx"),
        ("a.xlsx", zipped("xl/workbook.xml"), "a.xlsx"),
        ("a.odt", zipped("mimetype", b"application/vnd.oasis.opendocument.text"), "a.odt"),
        ("a.ods", zipped("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "a.ods"),
        ("a.doc", OFFICE_97 + "WordDocument".encode("utf-16-le"), "a.doc"),
        ("a.doc", OFFICE_97 + "Workbook".encode("utf-16-le"), "a.doc.xls"),
    ],
)
def test_a_paper_is_taken_for_what_it_is_whatever_its_name_says(name, data, kept, report, officer):
    attachment = attach(report, officer, name, data)
    assert attachment.name == kept
    assert attachment.file.name.rpartition(".")[2] == kept.lower().replace("jpeg", "jpg").rpartition(".")[2]


@pytest.mark.parametrize(("over", "taken"), [(0, True), (1, False)])
def test_a_file_has_a_largest_size(over, taken, report, officer, settings):
    settings.UPLOAD_LIMIT_MB = 1
    data = b"%PDF-" + b" " * (1024 * 1024 + over - 10) + b"%%EOF"
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
    upload = SimpleUploadedFile("Danh sách.pdf", PDF, "text/html")
    client.post(reverse("reporting:report_attach", args=[report.pk]), {"file": upload})
    kept = Attachment.objects.get()
    response = client.get(reverse("reporting:report_attachment", args=[report.pk, kept.pk]))
    assert b"".join(response) == PDF
    assert response["Content-Disposition"].startswith("attachment;")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    client.post(reverse("reporting:report_detach", args=[report.pk, kept.pk]))
    assert report_figures(report).attachments == ()
    refused = client.post(reverse("reporting:report_attach", args=[report.pk]))
    assert "#" not in refused["Location"]  # the reason stands at the top of the page
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
