"""Whoever dies, and whenever: each job is done, once and whole. Every test prints what it counted."""

import random
import time

import pytest

from tests.faults.effects import CHECKPOINTS
from tests.faults.killing import VICTIMS, Outcome, Strikes

pytestmark = pytest.mark.django_db  # the database is copied, not written

SEED = 6
PAIRS = [(victim, checkpoint) for victim in VICTIMS for checkpoint in CHECKPOINTS]


def strike_all(strikes: Strikes, plan: list[tuple[str, str]]) -> Outcome:
    for victim, checkpoint in plan:
        strikes.strike(victim, checkpoint)
    outcome = strikes.outcome()
    print(f"\n{strikes.counted.total()} kills hit a running job: {dict(strikes.counted)}")
    print(f"at checkpoints: {dict(strikes.checkpoints)}\n{outcome}")
    assert (outcome.lost, outcome.doubled, outcome.halved, outcome.files_wrong, outcome.died_alone) == (0, 0, 0, 0, 0)
    return outcome


def test_whoever_is_killed_every_job_is_done_once_and_whole(strikes):
    plan = [("child", checkpoint) for checkpoint in CHECKPOINTS] + [(victim, "") for victim in VICTIMS]
    plan += [("PostgreSQL stopped at once", "said done"), ("child", "")]
    random.Random(SEED).shuffle(plan)
    outcome = strike_all(strikes, plan)
    assert strikes.counted.total() == 15 and outcome.jobs >= 100


@pytest.mark.long
def test_three_hundred_kills_lose_nothing_of_two_thousand_jobs(real_strikes):
    chance = random.Random(SEED)
    often = ["child", "child", "child", "child", *VICTIMS]
    plan = PAIRS + [(chance.choice(often), "") for _ in range(300 - len(PAIRS))]
    chance.shuffle(plan)
    outcome = strike_all(real_strikes, plan)
    assert real_strikes.counted.total() == 300 and outcome.jobs >= 2000
    assert outcome.seconds <= 15


def test_without_the_sweeper_a_killed_job_is_lost(strikes):
    """The control: Redis would not hand the message of a dead worker on for an hour."""
    strikes.stack.kill("beat")
    try:
        strikes.strike("worker", "half")
        time.sleep(strikes.nap)  # longer than the lease
        states = strikes.stack.rows("SELECT state FROM jobs_job")
    finally:
        strikes.stack.start("beat")
    assert ("running",) in states
    assert strikes.outcome().lost == 0
