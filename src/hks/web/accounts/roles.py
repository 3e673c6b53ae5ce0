"""THE table of roles and what each may do; the matrix test is made from it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SEE_INTERNAL = "see_internal"
EDIT_PROJECT = "edit_project"
IMPORT_DATA = "import_data"
LOAD_BOUNDARIES = "load_boundaries"
RUN_METHOD = "run_method"
MODERATE = "moderate"
ENTER_PAPER_VOTES = "enter_paper_votes"
EDIT_BUDGET = "edit_budget"
RECORD_DECISION = "record_decision"
REVIEW = "review"
ADD_NOTE = "add_note"
MANAGE_MEMBERS = "manage_members"
SEE_ALLIANCE = "see_alliance"
SEE_METHODS = "see_methods"

CAPABILITIES: dict[str, str | Promise] = {
    SEE_INTERNAL: _("see what is internal"),
    EDIT_PROJECT: _("edit projects"),
    IMPORT_DATA: _("bring in data"),
    LOAD_BOUNDARIES: _("load boundaries for the map"),
    RUN_METHOD: _("order calculations"),
    MODERATE: _("moderate contributions"),
    ENTER_PAPER_VOTES: _("enter votes from paper"),
    EDIT_BUDGET: _("edit the budget"),
    RECORD_DECISION: _("record decisions"),
    REVIEW: _("review results"),
    ADD_NOTE: _("add notes"),
    MANAGE_MEMBERS: _("manage members"),
    SEE_ALLIANCE: _("see the whole alliance"),
    SEE_METHODS: _("see methods in detail"),
}


@dataclass(frozen=True)
class Role:
    """What a person is in an organisation.

    `entrusts` are capabilities that the role gives to others without having them itself.
    """

    title: str | Promise
    may: frozenset[str]
    entrusts: frozenset[str] = frozenset()


_STAFF = frozenset({SEE_INTERNAL, ADD_NOTE})

ROLES: dict[str, Role] = {
    "caretaker": Role(
        _("Caretaker"),
        _STAFF
        | {EDIT_PROJECT, IMPORT_DATA, LOAD_BOUNDARIES, RUN_METHOD, MODERATE, ENTER_PAPER_VOTES, RECORD_DECISION}
        | {MANAGE_MEMBERS},
    ),
    "treasurer": Role(_("Treasurer"), _STAFF | {EDIT_BUDGET, IMPORT_DATA, RUN_METHOD}),
    "council": Role(_("Council"), _STAFF),
    "science": Role(_("Science"), _STAFF | {RUN_METHOD, REVIEW, SEE_METHODS}),
    "authority": Role(_("Authority"), _STAFF | {REVIEW, SEE_METHODS}),
    "association": Role(_("Association"), _STAFF),
    "utility": Role(_("Utility or housing company"), _STAFF | {IMPORT_DATA}),
    "coordinator": Role(
        _("Coordinator of the alliance"), _STAFF | {SEE_ALLIANCE, LOAD_BOUNDARIES, REVIEW, SEE_METHODS}
    ),
    # Gives out the roles of a town without doing their work; the view over all towns is not a town's to give.
    "admin": Role(
        _("Administrator"),
        frozenset({SEE_INTERNAL, LOAD_BOUNDARIES, MANAGE_MEMBERS}),
        frozenset(CAPABILITIES) - {SEE_ALLIANCE},
    ),
}
