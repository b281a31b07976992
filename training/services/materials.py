"""Files and links that belong to a topic: a province adds its own, also to topics that are shipped."""

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from cdt_portal.accounts.models import User
from teams.models import Province
from teams.services.actions import action
from training.models import Material, Topic

EMPTY = "Hãy kèm tệp hoặc ghi liên kết."
DISK_REFUSES = "Máy chủ không còn chỗ lưu tệp. Chưa có gì được ghi; hãy báo quản trị rồi thử lại."


@action
def add_material(*, topic: Topic, province: Province, title: str, url: str, file: File | None, by: User) -> Material:
    """Raises ValidationError when there is neither a link nor a file."""
    if topic.province_id not in (None, province.pk):
        raise ValidationError("Chuyên đề này của tỉnh khác.")
    return _write(Material(topic=topic, province=province), title, url, file)


@action
def update_material(*, material: Material, title: str, url: str, file: File | None, by: User) -> Material:
    """Without `file` the one that is there stays. Raises ValidationError as `add_material`."""
    held = Material.objects.select_for_update().get(pk=material.pk)
    replaced = held.file.name if file else ""
    saved = _write(held, title, url, file)
    _forget(saved, replaced)
    return saved


@action
def remove_material(*, material: Material, by: User) -> None:
    name = material.file.name
    Material.objects.filter(pk=material.pk).delete()
    _forget(material, name)


def _write(material: Material, title: str, url: str, file: File | None) -> Material:
    if not (url or file or material.file):
        raise ValidationError({"file": EMPTY})
    material.title, material.url = title, url
    try:
        material.file = file or material.file
        material.save()
    except OSError as error:
        raise ValidationError({"file": DISK_REFUSES}) from error
    return material


def _forget(material: Material, name: str) -> None:
    """No history names a material's file: once it is certain that the row has let go of it, it goes."""
    if name:
        transaction.on_commit(lambda: material.file.storage.delete(name))
