"""One decorator for every model whose past must be kept."""

import pghistory
import pgtrigger
from django.db import models


def keep_history(*, exclude: list[str] | None = None, also: tuple[str, ...] = ()):
    """Record every insert, update and delete of the model's rows in an append-only table `<Model>Event`.

    Statement-level triggers write it, so bulk writes, COPY and raw SQL leave a trace too; TRUNCATE, which they
    do not see, is forbidden on both tables. Columns in `exclude` (ciphertext, hashes) stay out of the past.
    `also` names what services may note by `pghistory.create_event` beside writes.
    """

    def decorate(model: type[models.Model]) -> type[models.Model]:
        pgtrigger.register(no_truncate())(model)
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            pghistory.ManualEvent("reveal"),  # somebody looked at a hidden column
            *(pghistory.ManualEvent(label) for label in also),
            exclude=exclude,
            meta={"triggers": [no_truncate()]},
        )(model)

    return decorate


def no_truncate() -> pgtrigger.Trigger:
    """Refuses TRUNCATE on a table."""
    return pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'TRUNCATE would leave no trace on table %', TG_TABLE_NAME;",
    )
