"""The department's pages about calls for needs: made, opened, looked at, changed, extended, closed."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cdt_portal.lib.periods import spell_deadline
from cdt_portal.notices.follow_up import Wording, zalo_text
from cdt_portal.notices.reminders import remind_now
from cdt_portal.notices.views import say_sent
from teams.access import Can
from teams.models import Commune, Province
from teams.models.base import in_force
from teams.services.concurrency import Conflict
from teams.views.downloads import download
from teams.views.pages import Crumb, FormPage, form_page, is_id, of_province
from training.access import calls_of, shared_or_404
from training.enums import CallState, ReplyState
from training.forms.calls import CallForm, CloseForm, ExtensionForm, OpenCallForm
from training.models import NeedReply, TrainingCall
from training.queries import calls as queries
from training.services import calls as services
from training.services.duties import follow_up_of
from training.services.need_files import write_needs


@require_safe
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """?trang_thai= shows the communes in that state, ?qua_han=1 those that owe their reply after the deadline."""
    row = shared_or_404(request.scope, calls_of(request.scope), pk)
    request.scope.require(Can.VIEW, row.province_id)  # a commune's people have pages of their own
    now, lines = timezone.now(), queries.reply_lines(row)
    state, late_only = request.GET.get("trang_thai", ""), "qua_han" in request.GET
    follow_up, address = follow_up_of(row, now), request.build_absolute_uri(reverse("training:home"))
    context = {
        "call": row,
        "roles": ", ".join(role.label for role in queries.MemberRole if role in row.roles),
        "counts": queries.state_counts(lines),
        "late": sum(line.is_late for line in lines),
        "total": len(lines),
        "lines": [
            line for line in lines if (line.reply.state == state or not state) and (line.is_late or not late_only)
        ],
        "state": ReplyState(state) if state in ReplyState else "",
        "late_only": late_only,
        "totals": queries.topic_totals(row),
        "asked": asked(row) if row.state == CallState.DRAFT else len(lines),
        "follow_up": follow_up,
        "zalo": zalo_text(follow_up, wording(row), now=now, address=address),
        "too_late_to_open": row.due_at <= now,
        "may_run": request.scope.allows(Can.RUN_TRAINING, row.province_id),
        "crumbs": training_crumbs(),
    }
    return render(request, "training/calls/detail.html", context)


def asked(row: TrainingCall) -> int:
    return Commune.objects.filter(in_force(timezone.localdate()), province=row.province_id).count()


def wording(row: TrainingCall) -> Wording:
    return Wording(
        about=f"đăng ký nhu cầu tập huấn “{row.title}”",
        undone="chưa nộp đăng ký",
        due="Hạn đăng ký",
        ask="đăng ký",
        closing="Xã không có nhu cầu cũng đánh dấu “Xã không có nhu cầu” và nộp. Trân trọng cảm ơn.",
    )


@of_province(Can.RUN_TRAINING)
def call_add(request: HttpRequest, province: Province) -> HttpResponse:
    form = CallForm(
        request.POST or None,
        topics=queries.topics_of(province, timezone.localdate()),
        initial={"roles": TrainingCall().roles, "version": 0},
    )

    def save(form: CallForm) -> str:
        row = services.create_call(by=request.user, province=province, fields=form.columns())
        return reverse("training:call", args=[row.pk])

    page = FormPage(
        "Mở đợt đăng ký nhu cầu tập huấn",
        "Lưu và xem trước",
        reverse("training:home"),
        "Đã lưu. Hãy xem lại rồi bấm “Mở đợt đăng ký”.",
        training_crumbs(),
    )
    return form_page(request, form, page, save)


def call_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = shared_or_404(request.scope, calls_of(request.scope), pk, Can.RUN_TRAINING)
    if row.state == CallState.DRAFT:
        offered = queries.topics_of(row.province, timezone.localdate()) | row.topics.all()
        form = CallForm(request.POST or None, topics=offered.distinct(), initial=CallForm.stored(row))
    else:
        form = OpenCallForm(request.POST or None, initial=OpenCallForm.stored(row))

    def save(form: OpenCallForm) -> None:
        version = form.cleaned_data["version"]
        services.update_call(call=row, version=version, fields=form.columns(), by=request.user)

    return form_page(request, form, FormPage(f"Sửa {row.title}", "Lưu", _url(row), "Đã lưu.", call_crumbs(row)), save)


@require_POST
def call_open(request: HttpRequest, pk: int) -> HttpResponse:
    """`version`: what the page that foretold it showed."""
    row = shared_or_404(request.scope, calls_of(request.scope), pk, Can.RUN_TRAINING)
    version = request.POST.get("version", "")
    try:
        services.open_call(call=row, by=request.user, version=int(version) if is_id(version) else 0)
        messages.success(request, f"Đã mở đợt đăng ký cho {row.replies.count()} xã, phường, đặc khu.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except Conflict:
        messages.error(request, "Người khác vừa sửa đợt đăng ký này. Hãy xem lại rồi mở.")
    return redirect(_url(row))


@require_POST
def call_drop(request: HttpRequest, pk: int) -> HttpResponse:
    row = shared_or_404(request.scope, calls_of(request.scope), pk, Can.RUN_TRAINING)
    try:
        services.drop_call(call=row, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(_url(row))
    messages.success(request, "Đã xóa đợt đăng ký đang soạn.")
    return redirect("training:home")


def call_close(request: HttpRequest, pk: int) -> HttpResponse:
    row = shared_or_404(request.scope, calls_of(request.scope), pk, Can.RUN_TRAINING)
    form = CloseForm(request.POST or None, initial={"version": row.version})

    def save(form: CloseForm) -> None:
        services.close_call(call=row, by=request.user, version=form.cleaned_data["version"])

    done, title = "Đã chốt đợt đăng ký.", f"Chốt {row.title}"
    intro = "Sau khi chốt, xã không sửa và không nộp được nữa; Sở xếp lớp theo những gì đã nộp."
    page = FormPage(title, "Chốt đợt đăng ký", _url(row), done, call_crumbs(row), intro=intro, danger=True)
    return form_page(request, form, page, save, foretell=lambda form: closing(row))


def closing(row: TrainingCall) -> list[str]:
    """What closing means for the replies as they stand."""
    counts = queries.state_counts(queries.reply_lines(row))
    return [f"{each.count} đăng ký ở trạng thái “{each.label}” giữ nguyên như vậy." for each in counts]


def call_extend(request: HttpRequest, pk: int, reply: int) -> HttpResponse:
    row = shared_or_404(request.scope, calls_of(request.scope), pk, Can.RUN_TRAINING)
    one = get_object_or_404(NeedReply.objects.select_related("commune", "call"), call=row, pk=reply)
    form = ExtensionForm(request.POST or None)

    def save(form: ExtensionForm) -> None:
        services.extend(reply=one, until=form.cleaned_data["until"], by=request.user)

    page = FormPage(
        f"Gia hạn cho {one.commune.name}",
        "Gia hạn",
        f"{_url(row)}#xa",
        "Đã gia hạn.",
        call_crumbs(row),
        intro=f"Hạn hiện nay: {spell_deadline(queries.deadline(one))}.",
    )
    return form_page(request, form, page, save)


@require_POST
def call_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell all who owe their reply now; those who were told within the hour are not told again."""
    row = shared_or_404(request.scope, calls_of(request.scope), pk, Can.RUN_TRAINING)
    duties = follow_up_of(row, timezone.now()).duties
    communes = {debtor.commune_code for duty in duties for debtor in duty.owed}
    sent = remind_now(duties=duties, communes=communes, by=request.user)
    say_sent(request, sent, nothing="Không còn đơn vị nào chưa nộp đăng ký, nên chưa gửi gì.")
    return redirect(f"{_url(row)}#chua-nop")


@require_safe
def call_needs(request: HttpRequest, pk: int) -> HttpResponse:
    """What communes sent, as a workbook."""
    row = shared_or_404(request.scope, calls_of(request.scope), pk)
    request.scope.require(Can.VIEW, row.province_id)
    write = partial(write_needs, call=row, scope=request.scope, by=request.user)
    return download(f"Nhu cầu tập huấn {timezone.localdate():%d-%m-%Y}.xlsx", write)


def _url(row: TrainingCall) -> str:
    return reverse("training:call", args=[row.pk])


def training_crumbs() -> list[Crumb]:
    return [("Tập huấn", reverse("training:home"))]


def call_crumbs(row: TrainingCall) -> list[Crumb]:
    return [*training_crumbs(), (row.title, _url(row))]
