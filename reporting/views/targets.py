from django.http import HttpRequest, HttpResponse

from reporting.forms.targets import TargetsForm
from reporting.models import ProvinceTargets
from reporting.services.targets import save_targets
from reporting.views.provinces import page_of
from teams.access import Can
from teams.models import Province
from teams.views.pages import FormPage, form_page, of_province


@of_province(Can.RUN_CAMPAIGNS)
def targets(request: HttpRequest, province: Province) -> HttpResponse:
    stored = ProvinceTargets.objects.filter(province=province).first() or ProvinceTargets(province=province, version=0)
    form = TargetsForm(request.POST or None, initial=TargetsForm.stored(stored))

    def save(form: TargetsForm) -> None:
        save_targets(province=province, version=form.cleaned_data["version"], fields=form.columns(), by=request.user)

    back = page_of("overview", province)
    page = FormPage(
        "Mục tiêu của tỉnh",
        "Lưu mục tiêu",
        back,
        "Đã lưu mục tiêu.",
        [("Tổng quan", back)],
        intro="Màu và vạch mục tiêu trên trang tổng quan theo các tỷ lệ này. "
        "Mục tiêu hộ được hướng dẫn được đặt ở “Cách báo cáo của tỉnh”.",
    )
    return form_page(request, form, page, save)
