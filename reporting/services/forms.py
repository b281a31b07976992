"""Forms as rows: shipped ones come from files, a province's own are drafted in the browser and published."""

import json
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib import text
from reporting.definition import DefinitionError, Indicator, Kind, Problem, examine, parse, to_json
from reporting.enums import FormAudience, VersionState
from reporting.models import FormVersion, ReportForm
from reporting.queries.sources import source_of
from teams.models import Province
from teams.services.actions import action
from teams.services.concurrency import save_if_unchanged

SHIPPED = Path("fixtures") / "forms"
BLANK = {"title": "BÁO CÁO", "sections": [{"code": "results", "heading": "I. KẾT QUẢ THỰC HIỆN", "level": 1}]}
ALREADY_PUBLISHED = "Bản này đã ban hành nên không sửa được nữa. Hãy bấm “Sửa” để tạo bản mới."
OF_TEAMS = {Kind.NUMBER, Kind.TEXT}
FROM_LISTS = {Kind.TABLE, Kind.TEXT, Kind.DECISION}  # what a list of documents can be asked as


def problems_in(data: object, audience: str) -> list[Problem]:
    """Everything that keeps the definition from being published to that audience."""
    definition, found = examine(data)
    judge = _for_a_team if audience == FormAudience.TEAM else _of_the_source
    return found + [
        Problem(f"sections.{number}.indicators.{index}", f"Chỉ tiêu “{indicator.label}”: {what}.")
        for number, section in enumerate(definition.sections)
        for index, indicator in enumerate(section.indicators)
        if (what := judge(indicator))
    ]


def _for_a_team(indicator: Indicator) -> str:
    """Teams are asked in one grid, and nothing is known of them before."""
    if indicator.source:
        return "số liệu của tổ do tổ báo, không lấy từ nguồn nào"
    if indicator.kind not in OF_TEAMS and not indicator.is_derived:
        return "mẫu của tổ chỉ hỏi số và đoạn văn; tỷ lệ phải tự tính"
    return ""


def _of_the_source(indicator: Indicator) -> str:
    if not indicator.source:
        return ""
    source = source_of(indicator.source)
    if source is None:
        return f"nguồn số liệu “{indicator.source}” không có"
    is_of_teams = indicator.source.startswith("teams.") and indicator.kind == Kind.RATE
    as_list = source.kind == Kind.TABLE and indicator.kind in FROM_LISTS
    if indicator.kind != source.kind and not as_list and not is_of_teams:
        return f"nguồn “{source.label}” không hợp với kiểu của chỉ tiêu"
    return ""


# Shipped --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def load_shipped(folder: Path = settings.BASE_DIR / SHIPPED) -> int:
    """Publish a new version of every shipped form whose file says something new; returns how many. Versions that
    stand stay as they are, and campaigns keep theirs. Raises DefinitionError on an unsound file."""
    return sum(_load(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json")))


def _load(file: dict) -> bool:
    if found := problems_in(file["definition"], file["audience"]):
        raise DefinitionError(found)
    facts = {"name": file["name"], "audience": file["audience"]}
    form, _ = ReportForm.objects.update_or_create(province=None, slug=file["slug"], defaults=facts)
    definition, latest = to_json(parse(file["definition"])), form.versions.first()
    if latest and latest.definition == definition:
        return False
    FormVersion.objects.create(
        form=form,
        number=latest.number + 1 if latest else 1,
        state=VersionState.PUBLISHED,
        definition=definition,
        published_at=timezone.now(),
    )
    return True


# A province's own -----------------------------------------------------------------------------------------------------


@action
def add_form(*, province: Province, name: str, audience: str, like: FormVersion | None, by: User) -> FormVersion:
    """The first draft of a new form, `like` another or almost blank."""
    form = ReportForm.objects.create(province=province, slug=_free_slug(province, name), name=name, audience=audience)
    return FormVersion.objects.create(form=form, number=1, definition=like.definition if like else BLANK)


def _free_slug(province: Province, name: str) -> str:
    """New in the province until the transaction ends: whoever adds another waits."""
    Province.objects.select_for_update(no_key=True).get(pk=province.pk)
    slug = "-".join(text.fold(name).encode("ascii", "ignore").decode().split())[:50] or "mau"
    taken = set(ReportForm.objects.filter(Q(province=province) | Q(province=None)).values_list("slug", flat=True))
    return next(each for number in count(1) if (each := slug if number == 1 else f"{slug}-{number}") not in taken)


@action
def begin_draft(*, form: ReportForm, province: Province, by: User) -> FormVersion:
    """The form's draft, begun from its latest version when it has none. A shipped form stays as it is: the draft is
    of the province's own copy."""
    own = form
    if form.province_id is None:
        facts = {"name": form.name, "audience": form.audience}
        own, _ = ReportForm.objects.get_or_create(province=province, slug=form.slug, defaults=facts)
    ReportForm.objects.select_for_update().get(pk=own.pk)  # two who begin at once get the same draft
    latest = own.versions.first()
    if latest and latest.state == VersionState.DRAFT:
        return latest
    source = latest or form.versions.filter(state=VersionState.PUBLISHED).first()
    number = latest.number + 1 if latest else 1
    return FormVersion.objects.create(form=own, number=number, definition=source.definition if source else BLANK)


@action
def save_draft(*, draft: FormVersion, version: int, name: str, definition: dict, by: User) -> FormVersion:
    """Keeps what was typed, sound or not; only a sound one can be published. Raises Conflict, or ValidationError when
    it is published already."""
    _must_be_draft(draft)
    draft = save_if_unchanged(draft, version=version, fields={"definition": definition})
    if name and name != draft.form.name:
        draft.form.name = name
        draft.form.save(update_fields=["name"])
    return draft


@action
def publish(*, draft: FormVersion, version: int, by: User) -> FormVersion:
    """From now on campaigns may use it and nobody may change it. Raises Conflict, or ValidationError with every
    problem."""
    _must_be_draft(draft)
    if found := problems_in(draft.definition, draft.form.audience):
        raise ValidationError([each.text for each in found])
    fields = {
        "state": VersionState.PUBLISHED,
        "published_at": timezone.now(),
        "definition": to_json(parse(draft.definition)),
    }
    return save_if_unchanged(draft, version=version, fields=fields)


@action
def discard_draft(*, draft: FormVersion, version: int, by: User) -> None:
    """The draft goes, and with it a form that was never published. Raises Conflict."""
    _must_be_draft(draft)
    save_if_unchanged(draft, version=version, fields={})
    draft.delete()
    if not draft.form.versions.exists():
        draft.form.delete()


def _must_be_draft(version: FormVersion) -> None:
    if version.state != VersionState.DRAFT:
        raise ValidationError(ALREADY_PUBLISHED)
