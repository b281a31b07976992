from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from teams.access import Can, commune_or_404
from teams.forms.letterheads import LetterheadForm
from teams.models import Commune, Letterhead, Province
from teams.queries.letterheads import commune_head, department_head
from teams.services.letterheads import save_letterhead
from teams.views.pages import Crumb, FormPage, commune_crumbs, form_page

TITLE = "Thể thức văn bản"
INTRO = "Phần đầu và phần cuối của báo cáo do đơn vị ban hành. Ô để trống được ghi theo tên đơn vị."


def commune_letterhead(request: HttpRequest, code: str) -> HttpResponse:
    commune = commune_or_404(request.scope, code, Can.WRITE_REPORT)
    back = reverse("teams:commune", args=[commune.pk])
    return _edit(request, commune.province, commune, back, commune_crumbs(request, commune))


def province_letterhead(request: HttpRequest, code: str) -> HttpResponse:
    province = request.scope.provinces().filter(pk=code).first()
    if province is None:
        raise Http404("Không tìm thấy tỉnh, hoặc tỉnh không thuộc phạm vi của bạn.")
    request.scope.require(Can.RUN_CAMPAIGNS, province.pk)
    back = f"{reverse('teams:communes')}?tinh={province.pk}"
    return _edit(request, province, None, back, [(province.name, back)])


def _edit(
    request: HttpRequest, province: Province, commune: Commune | None, back: str, crumbs: list[Crumb]
) -> HttpResponse:
    row = Letterhead.objects.filter(province=province, commune=commune).first()
    usual = commune_head(commune) if commune else department_head(province)
    form = LetterheadForm(request.POST or None, row=row, usual=usual)

    def save(form: LetterheadForm) -> None:
        version = form.cleaned_data["version"]
        save_letterhead(province=province, commune=commune, version=version, fields=form.columns(), by=request.user)

    page = FormPage(TITLE, "Lưu", back, "Đã lưu. Các báo cáo chưa nộp sẽ theo thể thức này.", crumbs, intro=INTRO)
    return form_page(request, form, page, save)
