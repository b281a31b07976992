"""A kind of job for a real worker, which is killed in its middle; see test_worker.py."""

import os
import time
from pathlib import Path

from cdt_portal.accounts.models import User
from cdt_portal.jobs.registry import Result, Work, job


@job("slow")
def slow(work: Work) -> Result:
    """Sleeps long at the first attempt only, after it has written half of its work."""
    with Path(work.args["diary"]).open("a") as diary:
        diary.write(f"{os.getpid()}\n")
    User.objects.create_user(f"lan-{work.job.attempts}")
    if work.job.attempts == 1:
        time.sleep(600)
    return Result(f"Xong ở lần {work.job.attempts}.")
