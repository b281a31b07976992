"""What the portal knows by itself of a commune's training: figures that a report starts from."""

from datetime import date

from reporting.figures import Answer
from reporting.models import Campaign
from training.queries.trained import TookPart, leaders_trained, took_part


def training_figures(campaign: Campaign, communes: list[str], day: date) -> dict[str, dict[str, Answer]]:
    """Commune code -> source name -> answer: leaders as of `day`, classes and people within the campaign's time."""
    leaders = leaders_trained(communes, day)
    parts = took_part(communes, campaign.starts_on, min(day, campaign.ends_on))
    return {code: _answers(*leaders[code], parts[code]) for code in communes}


def _answers(trained: int, leaders: int, part: TookPart | None) -> dict[str, Answer]:
    """Without a leader in the register there is nothing to take a share of. Nobody trained is zero only where training
    is recorded here at all."""
    is_known = bool(trained) or part is not None
    return {
        "training.leaders": leaders or None,
        "training.leaders_trained": 100 * trained / leaders if leaders and is_known else None,
        "training.classes": part.classes if part else None,
        "training.attended": part.people if part else None,
    }
