"""What training does outside requests."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from django.urls import reverse

from cdt_portal.jobs.registry import Result, Work, job
from cdt_portal.jobs.services import JobFailed
from teams.access import Can, scope_for
from training.models import TrainingCall
from training.services import certificate_files, plans


@job(plans.KIND)
def plan_classes(work: Work) -> Result:
    call = TrainingCall.objects.filter(pk=work.args["call"]).first()
    if call is None or not scope_for(work.user).allows(Can.RUN_TRAINING, call.province_id):
        raise JobFailed("Đợt đăng ký không còn, hoặc bạn không còn được phân công. Chưa có gì được ghi.")
    order = plans.order_from(work.args["order"])
    outcome = plans.propose(call=call, order=order, by=work.user, progress=work.progress)
    return Result(message=outcome.sentence(), url=reverse("training:plan", args=[call.pk]))


@job(certificate_files.KIND)
def write_certificates(work: Work) -> Result:
    certificates = certificate_files.ordered(work.args, scope_for(work.user))
    if not certificates:
        raise JobFailed("Không còn giấy chứng nhận nào mà bạn được xem. Hãy tải lại trang của lớp.")
    with NamedTemporaryFile(delete=False) as file:
        certificate_files.write_files(certificates, work.args, Path(file.name), work.progress)
    return Result(
        message=f"Đã tạo {len(certificates)} giấy chứng nhận.",
        file=Path(file.name),
        filename=certificate_files.files_name(certificates, work.args),
    )
