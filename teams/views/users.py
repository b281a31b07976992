"""The department's list of users: invite, change posts, disable, and the one-click way back."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cdt_portal.accounts.models import User
from teams.access import Can, requires
from teams.forms.users import NewUserForm, PostForm, UserForm
from teams.models import Assignment
from teams.queries import users as queries
from teams.services import users as services
from teams.views.pages import FormPage, form_page

PER_PAGE = 50


@requires(Can.MANAGE_USERS)
def users(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("tim", "").strip()[:80]
    found = queries.matching(queries.manageable_users(request.scope), search)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("trang"))
    context = {"page": page, "lines": queries.user_lines(page), "search": search}
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
        "crumbs": _crumbs(),
        "oneself": line.user == request.user,
    }
    return render(request, "teams/users/detail.html", context)


@requires(Can.MANAGE_USERS)
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request, pk)
    form = UserForm(request.POST or None, initial=UserForm.stored(user))

    def save(form: UserForm) -> None:
        services.update_user(user=user, fields=form.fields_of_user(), by=request.user)

    return form_page(request, form, FormPage(f"Sửa {user}", "Lưu", _url(user), "Đã lưu.", _crumbs()), save)


@requires(Can.MANAGE_USERS)
def post_add(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request, pk)
    form = PostForm(request.POST or None, scope=request.scope)

    def save(form: PostForm) -> None:
        services.assign(user=user, **form.post(), by=request.user)

    page = FormPage(f"Thêm vai trò cho {user}", "Thêm", _url(user), "Đã thêm vai trò.", _crumbs())
    return form_page(request, form, page, save)


@require_POST
@requires(Can.MANAGE_USERS)
def post_remove(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    user = _user(request, pk)
    row = get_object_or_404(Assignment, pk=post, user=user)
    return _do(request, user, "Đã bỏ vai trò.", lambda: services.unassign(post=row, by=request.user))


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


@require_POST
@requires(Can.MANAGE_USERS)
def user_disable(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request, pk)
    return _do(request, user, "Đã ngừng tài khoản.", lambda: services.disable(user=user, by=request.user))


@require_POST
@requires(Can.MANAGE_USERS)
def user_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request, pk)
    done = f"{user} đăng nhập lại được ngay bây giờ."
    return _do(request, user, done, lambda: services.reopen(user=user, by=request.user))


@require_POST
@requires(Can.MANAGE_USERS)
def user_factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request, pk)
    done = "Đã đặt lại lớp xác thực thứ hai."
    return _do(request, user, done, lambda: services.reset_second_factor(user=user, by=request.user))


def qr_image(url: str) -> str:
    """The QR code of `url` as the source of an <img>."""
    import qrcode  # only here: few requests draw one
    from qrcode.image.svg import SvgPathImage

    target = BytesIO()
    qrcode.make(url, image_factory=SvgPathImage).save(target)
    return f"data:image/svg+xml;base64,{b64encode(target.getvalue()).decode()}"


def _crumbs() -> list[tuple[str, str]]:
    return [("Người dùng", reverse("teams:users"))]


def _url(user: User) -> str:
    return reverse("teams:user", args=[user.pk])


def _user(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(queries.manageable_users(request.scope), pk=pk)


def _do(request: HttpRequest, user: User, done: str, change: Callable[[], None]) -> HttpResponse:
    try:
        change()
        messages.success(request, done)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect(_url(user))
