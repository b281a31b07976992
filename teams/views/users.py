"""The department's list of users: invite, change posts, disable, the one-click way back, and what they looked at."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cdt_portal.accounts.models import User
from cdt_portal.lib.qr import qr_image
from teams.access import Can, requires
from teams.forms.base import PageForm
from teams.forms.users import ActivityForm, NewUserForm, PostForm, UserEditForm
from teams.models import Assignment
from teams.queries import users as queries
from teams.queries.activity import LOOKS, PAGE_SIZE, traces
from teams.services import users as services
from teams.views.pages import FormPage, form_page

PER_PAGE = 50
LOOKS_SHOWN = 10
LAST_PAGE = 200  # of the log: further back one asks by day


@requires(Can.MANAGE_USERS)
def users(request: HttpRequest) -> HttpResponse:
    search, state = request.GET.get("tim", "").strip()[:80], request.GET.get("tinh-trang", "")
    found = queries.matching(queries.manageable_users(request.scope), search, state if state in queries.STATES else "")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "lines": queries.user_lines(page),
        "search": search,
        "state": state,
        "states": [(key, label) for key, (label, _) in queries.STATES.items()],
    }
    return render(request, "teams/users/list.html", context)


@requires(Can.MANAGE_USERS)
def user_add(request: HttpRequest) -> HttpResponse:
    form = NewUserForm(request.POST or None, scope=request.scope)

    def save(form: NewUserForm) -> str:
        user = services.add_user(
            username=form.cleaned_data["username"], fields=form.fields_of_user(), **form.post(), by=request.user
        )
        return reverse("teams:user", args=[user.pk])

    page = FormPage("Thêm người dùng", "Thêm", reverse("teams:users"), "Đã thêm. Hãy tạo liên kết mời.", _crumbs())
    return form_page(request, form, page, save)


@requires(Can.MANAGE_USERS)
def user(request: HttpRequest, pk: int) -> HttpResponse:
    [line] = queries.user_lines([_user(request, pk)])
    context = {
        "line": line,
        "events": queries.login_events(line.user),
        "looks": traces([line.user.pk], kinds=LOOKS, count=LOOKS_SHOWN),
        "crumbs": _crumbs(),
        "oneself": line.user == request.user,
    }
    return render(request, "teams/users/detail.html", context)


@requires(Can.MANAGE_USERS)
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(queries.versioned(queries.manageable_users(request.scope)), pk=pk)
    form = UserEditForm(request.POST or None, initial=UserEditForm.stored(user))

    def save(form: UserEditForm) -> None:
        version = form.cleaned_data["version"]
        services.update_user(user=user, version=version, fields=form.fields_of_user(), by=request.user)

    return form_page(request, form, FormPage(f"Sửa {user}", "Lưu", _url(user), "Đã lưu.", _crumbs()), save)


@requires(Can.MANAGE_USERS)
def post_add(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request, pk)
    form = PostForm(request.POST or None, scope=request.scope)

    def save(form: PostForm) -> None:
        services.assign(user=user, **form.post(), by=request.user)

    page = FormPage(f"Thêm vai trò cho {user}", "Thêm", _url(user), "Đã thêm vai trò.", _crumbs())
    return form_page(request, form, page, save)


@requires(Can.MANAGE_USERS)
def post_remove(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    user = _user(request, pk)
    row = get_object_or_404(Assignment, pk=post, user=user)
    page = _asking(f"Bỏ vai trò của {user}", "Bỏ vai trò", user, "Đã bỏ vai trò.")
    question = f"{user} sẽ không còn vai trò {row} từ thao tác kế tiếp."
    return _ask(request, page, question, lambda: services.unassign(post=row, by=request.user))


@never_cache
@require_POST
@requires(Can.MANAGE_USERS)
def user_link(request: HttpRequest, pk: int) -> HttpResponse:
    """The link, its QR and a text for Zalo: shown in this answer and never again."""
    user = _user(request, pk)
    try:
        url = request.build_absolute_uri(services.make_link(user=user, by=request.user))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect(_url(user))
    context = {"invited": user, "url": url, "qr": qr_image(url), "crumbs": _crumbs()}
    return render(request, "teams/users/link.html", context)


@requires(Can.MANAGE_USERS)
def user_disable(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request, pk)
    page = _asking(f"Ngừng tài khoản của {user}", "Ngừng tài khoản", user, "Đã ngừng tài khoản.")
    question = f"{user} không mở được trang nào nữa từ thao tác kế tiếp. Tài khoản mở lại được bất cứ lúc nào."
    return _ask(request, page, question, lambda: services.disable(user=user, by=request.user))


@require_POST
@requires(Can.MANAGE_USERS)
def user_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request, pk)
    services.reopen(user=user, by=request.user)
    messages.success(request, f"{user} đăng nhập lại được ngay bây giờ.")
    return redirect(_url(user))


@requires(Can.MANAGE_USERS)
def user_factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request, pk)
    page = _asking(f"Đặt lại lớp xác thực thứ hai của {user}", "Đặt lại", user, "Đã đặt lại lớp xác thực thứ hai.")
    question = f"Ứng dụng, khóa bảo mật và mã dự phòng của {user} không dùng được nữa; lần đăng nhập tới phải thêm lại."
    return _ask(request, page, question, lambda: services.reset_second_factor(user=user, by=request.user))


@requires(Can.MANAGE_USERS)
def activity(request: HttpRequest) -> HttpResponse:
    """?ai= part of a name, ?tu= and ?den= days, ?trang= the page, from 1."""
    form = ActivityForm(request.GET)
    form.is_valid()
    who, days = form.cleaned_data.get("who", ""), {name: form.cleaned_data.get(name) for name in ("since", "until")}
    page = min(int(digits) if (digits := request.GET.get("trang", "")).isdecimal() else 1, LAST_PAGE) or 1
    people = queries.whose_traces(request.scope, who)
    found = traces(people, **days, start=(page - 1) * PAGE_SIZE, count=PAGE_SIZE + 1)
    context = {
        "form": form,
        "traces": found[:PAGE_SIZE],
        "page": {
            "newer": _page_query(request, page - 1) if page > 1 else "",
            "older": _page_query(request, page + 1) if len(found) > PAGE_SIZE and page < LAST_PAGE else "",
        },
        "crumbs": _crumbs(),
    }
    return render(request, "teams/users/activity.html", context)


def _page_query(request: HttpRequest, page: int) -> str:
    kept = {name: value for name, value in request.GET.items() if value and name != "trang"}
    return urlencode(kept | {"trang": page})


def _crumbs() -> list[tuple[str, str]]:
    return [("Người dùng", reverse("teams:users"))]


def _url(user: User) -> str:
    return reverse("teams:user", args=[user.pk])


def _user(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(queries.manageable_users(request.scope), pk=pk)


def _asking(title: str, submit: str, user: User, done: str) -> FormPage:
    return FormPage(title, submit, _url(user), done, [*_crumbs(), (str(user), _url(user))], danger=True)


def _ask(request: HttpRequest, page: FormPage, question: str, change: Callable[[], None]) -> HttpResponse:
    """A page that asks before it is done."""
    form = PageForm(request.POST if request.method == "POST" else None)
    return form_page(request, form, page, lambda form: change(), "teams/users/confirm.html", question=question)
