"""Courses held elsewhere, recorded by the commune with what proves them."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.core.files import File

from cdt_portal.accounts.models import User
from teams.models import Member
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged
from training.models import ExternalTraining

UNPROVEN = "Hãy kèm tệp minh chứng hoặc ghi liên kết."


@action
def add_external(
    *, members: Iterable[Member], fields: Mapping[str, object], evidence: File | None, by: User
) -> list[ExternalTraining]:
    """The same course for each of these people; its file is kept once. Raises ValidationError without a proof, or for
    who has it already."""
    if not evidence and not fields["evidence_url"]:
        raise ValidationError({"evidence": UNPROVEN})
    rows = [
        ExternalTraining(member=each, province_id=each.province_id, commune_id=each.commune_id, **fields)
        for each in members
    ]
    _refuse_twice(rows)
    name = _keep(evidence) if evidence else ""
    for row in rows:
        row.evidence = name
    return ExternalTraining.objects.bulk_create(rows)


@action
def update_external(
    *, external: ExternalTraining, version: int, fields: Mapping[str, object], evidence: File | None, by: User
) -> ExternalTraining:
    """Without `evidence` the file stays. Raises Conflict, ValidationError."""
    if not (evidence or external.evidence or fields["evidence_url"]):
        raise ValidationError({"evidence": UNPROVEN})
    _refuse_twice([ExternalTraining(pk=external.pk, member=external.member, **fields)])
    kept = {"evidence": _keep(evidence)} if evidence else {}
    return save_if_unchanged(external, version=version, fields={**fields, **kept})


@action
def remove_external(*, external: ExternalTraining, version: int, by: User) -> None:
    """It was recorded by mistake; its history stays. Raises Conflict."""
    removed, _ = ExternalTraining.objects.filter(pk=external.pk, version=version).delete()
    if not removed:
        raise Conflict(ExternalTraining.objects.filter(pk=external.pk).first())


def _keep(evidence: File) -> str:
    """A file that is replaced stays in the store for the sake of history."""
    field = ExternalTraining._meta.get_field("evidence")
    return field.storage.save(field.generate_filename(ExternalTraining(), evidence.name), evidence)


def _refuse_twice(rows: list[ExternalTraining]) -> None:
    for row in rows:
        same = ExternalTraining.objects.filter(
            member__person=row.member.person, title__iexact=row.title, finished_on=row.finished_on
        )
        if same.exclude(pk=row.pk).exists():
            raise ValidationError(f"{row.member.full_name} đã có khóa học này, cùng ngày hoàn thành.")
