"""The personal data of all rooms; one line a room."""

from __future__ import annotations

from django.db import models

from hks.web.accounts.personal_data import PERSONAL_DATA as ACCOUNTS
from hks.web.contributions.personal_data import PERSONAL_DATA as CONTRIBUTIONS
from hks.web.decisions.personal_data import PERSONAL_DATA as DECISIONS
from hks.web.evidence.personal_data import PERSONAL_DATA as EVIDENCE
from hks.web.formats.personal_data import PERSONAL_DATA as FORMATS
from hks.web.jobs.personal_data import PERSONAL_DATA as JOBS
from hks.web.labs.personal_data import PERSONAL_DATA as LABS
from hks.web.projects.personal_data import PERSONAL_DATA as PROJECTS
from hks.web.regions.personal_data import PERSONAL_DATA as REGIONS
from hks.web.shell.personal_data import PersonalField, may_hold_a_person, names_an_account
from hks.web.studies.personal_data import PERSONAL_DATA as STUDIES
from hks.web.workshops.personal_data import PERSONAL_DATA as WORKSHOPS

PERSONAL_DATA: tuple[PersonalField, ...] = (
    *ACCOUNTS,
    *EVIDENCE,
    *JOBS,
    *REGIONS,
    *PROJECTS,
    *CONTRIBUTIONS,
    *FORMATS,
    *WORKSHOPS,
    *STUDIES,
    *DECISIONS,
    *LABS,
)


def entries_of(model: type[models.Model]) -> dict[str, PersonalField]:
    """Return what is declared about each field of a model."""
    return {name: entry for entry in PERSONAL_DATA if entry.model is model for name in entry.fields}


def about_people(model: type[models.Model]) -> bool:
    """Say whether a table is declared or leads to an account."""
    return bool(entries_of(model)) or any(names_an_account(field) for field in model._meta.local_fields)


def undeclared(model: type[models.Model]) -> list[str]:
    """Return the fields of a table about people that could hold a person and that no room has declared."""
    if not about_people(model):
        return []
    known = entries_of(model)
    return [f.name for f in model._meta.local_fields if may_hold_a_person(f) and f.name not in known]
