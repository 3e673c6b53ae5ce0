"""The goals of a town on one page, and the pages on which they are written down."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.models import Organisation
from hks.web.projects import goals
from hks.web.projects.goal_forms import GoalForm, GoalMeasureForm, TreeVisibilityForm, line_key
from hks.web.projects.goals_told import Offered, chosen_of, line_choices, solutions_of, title_of, told_tree
from hks.web.projects.models import Goal, GoalMeasure, GoalTree
from hks.web.projects.services import BIN_DAYS
from hks.web.shell.forms import PlainForm
from hks.web.shell.translated import translated
from hks.workbench.region import INDICATORS

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the towns whose goals the person may see, and let them begin their own."""
    trees = GoalTree.objects.visible_to(request.user).select_related("organisation").order_by("organisation__name")
    shown = [(tree, tree.goals.filter(binned_at=None, parent=None)) for tree in trees]
    known = {tree.organisation_id for tree, roots in shown if roots}
    own = [place for place in goals.where_i_keep_goals(request.user) if place.pk not in known]
    return render(request, "projects/goal_index.html", {"rows": [row for row in shown if row[1]], "own": own})


@require_safe
def of_unit(request: HttpRequest, ags: str) -> HttpResponse:
    """Lead to the goals of a unit, or to those of all towns where it has none that the person may see."""
    trees = GoalTree.objects.visible_to(request.user).filter(organisation__ags=ags).select_related("organisation")
    found = trees.order_by("pk").first()
    town = found.organisation if found else next(
        (place for place in goals.where_i_keep_goals(request.user) if place.ags == ags), None
    )  # fmt: skip
    return redirect("strategy:tree", town.slug) if town else redirect("strategy:index")


def tree_to_edit(request: SignedInRequest, town: str) -> GoalTree:
    """Find the tree of an organisation whose goals the person keeps; others do not learn whether there is one."""
    organisation = get_object_or_404(Organisation, slug=town)
    if not goals.may_edit_goals(request.user, organisation):
        seen = GoalTree.objects.visible_to(request.user).filter(organisation=organisation).exists()
        if not seen:
            raise Http404
        raise PermissionDenied(_("Your role in %(organisation)s does not allow this.") % {"organisation": organisation})
    return goals.tree_of(organisation)


def kept(change: Callable[..., None]) -> Callable[..., HttpResponse]:
    """Give a change the tree that the person keeps; what it refuses is told on the page of the goals."""

    @login_required
    @require_POST
    @wraps(change)
    def found(request: SignedInRequest, town: str, **more: Any) -> HttpResponse:
        tree = tree_to_edit(request, town)
        try:
            change(request, tree, **more)
        except HksError as error:
            messages.error(request, translated(error))
        return redirect("strategy:tree", town)

    return found


@require_safe
def tree(request: HttpRequest, town: str) -> HttpResponse:
    """Show the goals of a town from goal to budget line and back."""
    organisation = get_object_or_404(Organisation, slug=town)
    keeps = goals.may_edit_goals(request.user, organisation)
    found = GoalTree.objects.visible_to(request.user).filter(organisation=organisation).first()
    if found is None and not keeps:
        raise Http404
    found = found or GoalTree(organisation=organisation)
    told = told_tree(found, request.user) if found.pk else None
    context = {"town": organisation, "tree": found, "told": told, "place": goals.place_of(organisation), "keeps": keeps}
    if keeps and found.pk:
        context |= _for_keepers(found)
    return render(request, "projects/goals.html", context)


def _for_keepers(tree: GoalTree) -> dict[str, Any]:
    table = goals.budget_table(tree.organisation)
    newer = table is not None and tree.lines.exclude(area="").exists() and not _holds(tree, table.file.record.digest)
    return {
        "visibility_form": TreeVisibilityForm(initial={"visibility": tree.visibility}), "newer_budget": newer,
        "binned": [*tree.goals.exclude(binned_at=None),
                   *GoalMeasure.objects.filter(goal__tree=tree).exclude(binned_at=None)], "days": BIN_DAYS,
    }  # fmt: skip


def _holds(tree: GoalTree, digest: str) -> bool:
    return tree.budget is not None and tree.budget.record.as_record.parents.get("budget") == digest


@login_required
def new_goal(request: SignedInRequest, town: str) -> HttpResponse:
    """Ask for a goal."""
    tree = tree_to_edit(request, town)
    return _goal(request, tree, None, {"parent": request.GET.get("parent", "")})


@login_required
def goal(request: SignedInRequest, town: str, pk: int) -> HttpResponse:
    """Change a goal."""
    tree = tree_to_edit(request, town)
    found = get_object_or_404(tree.goals.select_related("filing__record", "tree__organisation"), pk=pk)
    initial = {"title": found.title, "why": found.why, "parent": str(found.parent_id or ""),
               "indicator": found.indicator, "target": goals.target_of(found), "year": found.year}  # fmt: skip
    return _goal(request, tree, found, initial)


def _goal(request: SignedInRequest, tree: GoalTree, found: Goal | None, initial: dict[str, Any]) -> HttpResponse:
    values = goals.newest_values(goals.place_of(tree.organisation), request.user, list(INDICATORS))
    above = [goal for goal in tree.goals.filter(binned_at=None) if found is None or goal.pk != found.pk]
    form = GoalForm(values, above, request.POST or None, initial=initial)
    seen = seen_as(initial)
    if form.is_valid() and as_seen(request, form, seen):
        try:
            if found is None:
                found = goals.add_goal(tree, by=request.user, **form.said)
            else:
                goals.change_goal(found, by=request.user, **form.said)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect(_at(tree, f"goal-{found.pk}"))
    context = {"town": tree.organisation, "tree": tree, "goal": found, "form": form, "seen": seen}
    return render(request, "projects/goal.html", context)


def seen_as(initial: dict[str, Any]) -> str:
    """Name what a form begins with, so that it is known whether somebody changed it meanwhile."""
    return salted_hmac("hks.goals.seen", repr(sorted(initial.items()))).hexdigest()[:20]


def as_seen(request: HttpRequest, form: PlainForm, seen: str) -> bool:
    """Say whether nobody changed it since the form was shown; else the form says so and keeps what was typed."""
    if request.POST.get("seen", seen) == seen:
        return True
    form.add_error(None, _("Somebody else changed this meanwhile. Please look at it again; nothing was overwritten."))
    return False


def _at(tree: GoalTree, place: str) -> str:
    return f"{reverse('strategy:tree', args=[tree.organisation.slug])}#{place}"


@login_required
def new_measure(request: SignedInRequest, town: str, pk: int) -> HttpResponse:
    """Ask what is done for a goal."""
    tree = tree_to_edit(request, town)
    return _measure(request, tree, get_object_or_404(tree.goals, pk=pk), None, {})


@login_required
def measure(request: SignedInRequest, town: str, pk: int) -> HttpResponse:
    """Change what is done, and from which budget line it is paid."""
    tree = tree_to_edit(request, town)
    rows = GoalMeasure.objects.filter(goal__tree=tree).select_related("goal__tree__organisation", "line")
    found = get_object_or_404(rows, pk=pk)
    solution = f"option-{found.option_id}" if found.option_id else f"project-{found.project_id}"
    initial = {"title": found.title, "solution": solution, "line": line_key(found)}
    return _measure(request, tree, found.goal, found, initial)


def _measure(
    request: SignedInRequest, tree: GoalTree, goal: Goal, found: GoalMeasure | None, initial: dict[str, Any]
) -> HttpResponse:
    offered = solutions_of(tree.organisation)
    lines = offered_lines(request, tree.organisation, tree)
    form = GoalMeasureForm([(key, title) for key, (title, _row) in offered.items()], lines, request.POST or None,
                           initial=initial)  # fmt: skip
    seen = seen_as(initial)
    if form.is_valid() and as_seen(request, form, seen):
        try:
            keep_measure(tree, goal, found, form.cleaned_data, offered, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect(_at(tree, f"goal-{goal.pk}"))
    context = {"town": tree.organisation, "tree": tree, "goal": goal, "measure": found, "form": form, "seen": seen}
    return render(request, "projects/goal_measure.html", context)


def offered_lines(request: HttpRequest, organisation: Organisation, tree: GoalTree | None) -> list[tuple[str, Any]]:
    """Offer the budget lines; where the budget cannot be read the page says so and lines are written by name."""
    known: dict[str, tuple[str, str, str]] = {}
    try:
        known = goals.lines_to_choose(organisation)
    except HksError as error:
        messages.warning(request, translated(error))
    return line_choices(tree, known)


def keep_measure(
    tree: GoalTree, goal: Goal, found: GoalMeasure | None, said: dict[str, Any], offered: Offered, *, by: Any
) -> None:
    """Write a measure as the form says it."""
    given = chosen_of(said["solution"], offered) | {
        "title": said["title"] or title_of(said["solution"], offered),
        "line": goals.line_for(tree, said["line"], said["typed"], by=by),
    }  # fmt: skip
    if found is None:
        goals.add_measure(goal, by=by, **given)
    else:
        goals.change_measure(found, by=by, **given)


@kept
def bin_goal(request: SignedInRequest, tree: GoalTree, pk: int) -> None:
    """Put a goal in the bin, with all below it."""
    goals.set_aside(get_object_or_404(tree.goals, pk=pk), by=request.user)
    messages.success(request, _("The goal lies in the bin with all below it. It can be taken back for 30 days."))


@kept
def take_goal_back(request: SignedInRequest, tree: GoalTree, pk: int) -> None:
    """Take a goal back from the bin."""
    goals.take_back(get_object_or_404(tree.goals, pk=pk), by=request.user)


@kept
def bin_measure(request: SignedInRequest, tree: GoalTree, pk: int) -> None:
    """Put a measure in the bin."""
    goals.set_aside(get_object_or_404(GoalMeasure, goal__tree=tree, pk=pk), by=request.user)
    messages.success(request, _("The measure lies in the bin. It can be taken back for 30 days."))


@kept
def take_measure_back(request: SignedInRequest, tree: GoalTree, pk: int) -> None:
    """Take a measure back from the bin."""
    goals.take_back(get_object_or_404(GoalMeasure, goal__tree=tree, pk=pk), by=request.user)


@kept
def show_to(request: SignedInRequest, tree: GoalTree) -> None:
    """Say who may see the goals."""
    form = TreeVisibilityForm(request.POST)
    if not form.is_valid():
        raise Http404
    goals.show_tree(tree, form.cleaned_data["visibility"], by=request.user)
    messages.success(request, _("It is kept who may see the goals."))


@kept
def take_budget(request: SignedInRequest, tree: GoalTree) -> None:
    """Take the figures of the newest budget over."""
    goals.take_budget(tree, by=request.user)
    messages.success(request, _("The figures of the newest budget are taken over."))
