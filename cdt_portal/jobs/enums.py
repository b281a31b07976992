from django.db.models import TextChoices


class JobState(TextChoices):
    QUEUED = "queued", "Đang chờ"
    RUNNING = "running", "Đang làm"
    DONE = "done", "Đã xong"
    FAILED = "failed", "Không thành công"
    CANCELLED = "cancelled", "Đã bỏ"


UNFINISHED = [JobState.QUEUED, JobState.RUNNING]
FINISHED = [JobState.DONE, JobState.FAILED, JobState.CANCELLED]
