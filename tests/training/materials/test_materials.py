"""A topic's files and links: kept by the department, read and taken along by the communes of its province."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cdt_portal.lib.row_security import EVERYTHING
from teams.access import Scope, scope_for
from teams.models import Commune
from tests.conftest import client_of
from tests.training.makers import make_people, seat
from training.models import Material, Topic
from training.queries import materials
from training.queries.materials import catalogue
from training.services.topics import reword_topic

PDF = b"%PDF-1.7 bai giang"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def office(*parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for part in parts:
            packed.writestr(part, "<x/>")
    return file.getvalue()


def upload(content: bytes, name: str = "../../bài giảng <b>.exe") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def add(user, topic: Topic, **typed):
    url = reverse("training:material_add", args=[topic.pk])
    return client_of(user).post(url, {"title": "Bài giảng", "url": ""} | typed)


@pytest.fixture
def material(topic, hai_phong, staff) -> Material:
    add(staff, topic, file=upload(PDF), url="https://vnptai.vn/bai-1")
    return Material.objects.get()


def test_the_department_adds_to_a_shipped_topic_what_its_communes_read_and_others_do_not(
    material, topic, staff, officer, stranger, cat_hai
):
    url = reverse("training:topic", args=[topic.pk])
    for user in (staff, officer):
        page = client_of(user).get(url).content.decode()
        assert "Bài giảng" in page
        assert 'href="https://vnptai.vn/bai-1" rel="noopener noreferrer nofollow"' in page
    assert "Bài giảng" not in client_of(stranger).get(url).content.decode()
    assert "Thêm tài liệu" in client_of(staff).get(url).content.decode()
    assert "Thêm tài liệu" not in client_of(officer).get(url).content.decode()


def test_the_list_counts_what_its_reader_finds(material, topic, officer, stranger, admin, django_assert_num_queries):
    Topic.objects.create(code="rieng", name="Chuyên đề riêng", province=material.province)
    for user, counts in ((officer, {"Chuyên đề riêng": 0, topic.name: 1}), (stranger, {topic.name: 0})):
        page = client_of(user).get(reverse("training:topics"))
        assert {each.name: count for each, count in page.context["topics"]} == counts
    assert len(client_of(admin).get(reverse("training:topics")).context["topics"]) == 2
    scope = scope_for(officer)
    with django_assert_num_queries(2):
        catalogue(scope, timezone.localdate())


def test_a_file_is_stored_under_a_name_of_our_own_and_given_out_as_a_download(material, officer, stranger):
    assert material.file.name.startswith("training/")
    assert "tai-lieu" in material.file.name
    assert material.file.name.endswith(".pdf")
    url = reverse("training:material_file", args=[material.pk])
    answer = client_of(officer).get(url)
    assert b"".join(answer) == PDF
    assert answer["Content-Disposition"] == f'attachment; filename="tai-lieu-{material.pk}.pdf"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert client_of(stranger).get(url).status_code == 404


def test_without_the_scope_a_stranger_would_have_it(material, stranger, monkeypatch):
    monkeypatch.setattr(materials, "own_or_shipped", lambda scope, path="": Q())
    url = reverse("training:material_file", args=[material.pk])
    assert client_of(stranger).get(url).status_code == 404  # the database holds it back still
    monkeypatch.setattr(Scope, "sight", EVERYTHING)
    assert b"".join(client_of(stranger).get(url)) == PDF


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (PDF, ".pdf"),
        (b"\x89PNG\r\n\x1a\n", ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (office("[Content_Types].xml", "word/document.xml"), ".docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), ".xlsx"),
        (office("[Content_Types].xml", "ppt/presentation.xml"), ".pptx"),
    ],
)
def test_it_is_known_by_what_it_is_whatever_its_name_says(staff, topic, content, suffix):
    assert add(staff, topic, file=upload(content)).status_code == 302
    assert Material.objects.get().file.name.endswith(suffix)


REFUSED = {
    "a program": {"file": b"MZ\x90\x00"},
    "an archive": {"file": office("evil.exe")},
    "a document with macros": {"file": office("word/document.xml", "word/vbaProject.bin")},
    "half an archive": {"file": office("word/document.xml")[:-30]},
    "a page": {"file": b"<script>alert(1)</script>"},
    "an empty file": {"file": b""},
    "too large": {"file": PDF + b" " * 10 * 1024 * 1024},
    "neither": {},
    "a script": {"url": "javascript:alert(1)"},
    "another protocol": {"url": "ftp://a.vn/bai"},
    "no title": {"url": "https://a.vn", "title": ""},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_anything_else_is_refused_and_nothing_kept(staff, topic, reason, tmp_path):
    typed = {name: upload(cell) if isinstance(cell, bytes) else cell for name, cell in REFUSED[reason].items()}
    answer = add(staff, topic, **typed)
    assert answer.status_code == 422
    assert not Material.objects.exists()
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]
    if "title" not in typed:
        assert 'value="Bài giảng"' in answer.content.decode()


def test_a_new_file_takes_the_place_of_the_old_and_without_one_the_old_stays(
    material, staff, tmp_path, django_capture_on_commit_callbacks
):
    url, old = reverse("training:material_edit", args=[material.pk]), material.file.name
    with django_capture_on_commit_callbacks(execute=True):
        client_of(staff).post(url, {"title": "Bài giảng 1", "url": ""})
    material.refresh_from_db()
    assert (material.title, material.url, material.file.name) == ("Bài giảng 1", "", old)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(staff).post(url, {"title": "Bài giảng 1", "url": "", "file": upload(b"%PDF-1.7 moi")})
    material.refresh_from_db()
    [kept] = tmp_path.rglob("*.pdf")
    assert (kept.read_bytes(), kept.name) == (b"%PDF-1.7 moi", material.file.name.rpartition("/")[2])


def test_it_is_removed_with_its_file_once_that_is_certain(
    material, staff, tmp_path, django_capture_on_commit_callbacks
):
    url = reverse("training:material_remove", args=[material.pk])
    assert "Tệp không lấy lại được nữa" in client_of(staff).get(url).content.decode()
    assert Material.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client_of(staff).post(url)
    assert not Material.objects.exists()
    assert not list(tmp_path.rglob("*.pdf"))


def test_nobody_changes_what_is_shipped_or_of_another_province(topic, staff, hac_thanh):
    shipped = Material.objects.create(topic=topic, title="Chung", url="https://a.vn")
    foreign = Material.objects.create(topic=topic, title="Lạ", url="https://a.vn", province=hac_thanh.province)
    own = Material.objects.create(topic=topic, title="Của mình", url="https://a.vn", province_id="31")
    for name in ("training:material_edit", "training:material_remove"):
        answers = [client_of(staff).get(reverse(name, args=[each.pk])).status_code for each in (shipped, foreign, own)]
        assert answers == [403, 404, 200]


def test_a_topic_of_another_province_takes_nothing(staff, hac_thanh: Commune):
    theirs = Topic.objects.create(code="rieng", name="Chuyên đề lạ", province=hac_thanh.province)
    own = Topic.objects.create(code="rieng", name="Chuyên đề mình", province_id="31")
    assert add(staff, theirs, url="https://a.vn").status_code == 404
    assert add(staff, own, url="https://a.vn").status_code == 302


def test_who_learns_finds_them_on_the_page_of_the_class(material, training_class, officer, staff, cat_hai):
    seat(training_class, make_people(cat_hai, 1), staff)
    page = client_of(officer).get(reverse("training:class", args=[training_class.pk])).content.decode()
    assert reverse("training:material_file", args=[material.pk]) in page
    assert reverse("training:material_edit", args=[material.pk]) not in page


def test_a_topic_that_is_worded_anew_keeps_its_materials(staff, officer, hai_phong):
    first = Topic.objects.create(code="rieng", name="Chuyên đề riêng", province=hai_phong)
    add(staff, first, url="https://a.vn")
    wording = {"name": "Chuyên đề mới", "description": "", "hours": 4}
    second = reword_topic(topic=first, version=1, wording=wording, begins=timezone.localdate(), by=staff)
    for each in (first, second):
        assert "Bài giảng" in client_of(officer).get(reverse("training:topic", args=[each.pk])).content.decode()
    counts = {each.name: count for each, count in catalogue(scope_for(officer), timezone.localdate())}
    assert counts == {"Chuyên đề mới": 1}
