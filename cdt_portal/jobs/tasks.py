"""Celery's doors. A message holds a job's id and nothing else."""

from celery import shared_task

from cdt_portal.jobs import heartbeats, services


@shared_task
def run_job(job_id: str) -> None:
    services.run(job_id)


@shared_task
def sweep_jobs() -> None:
    services.sweep()


@shared_task
def remove_old_files() -> None:
    services.remove_old_files()
    heartbeats.forget_gone()
