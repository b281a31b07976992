"""One decorator for every model whose past must be kept."""

import pghistory
import pgtrigger
from django.db import models


def keep_history(*, exclude: list[str] | None = None):
    """Record every insert, update and delete of the model's rows in an append-only table `<Model>Event`.

    Statement-level triggers write it, so bulk writes, COPY and raw SQL leave a trace too; TRUNCATE, which such triggers
    do not see, is forbidden on the table. Columns in `exclude` (ciphertext, hashes) stay out of the past.
    """

    def decorate(model: type[models.Model]) -> type[models.Model]:
        pgtrigger.register(pgtrigger.Protect(name="no_truncate", operation=pgtrigger.Truncate))(model)
        return pghistory.track(
            pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=exclude
        )(model)

    return decorate
