"""What rain does to the pavilion's square: measures drawn on the invented terrain and taken into the solutions."""

from __future__ import annotations

from hks.web.accounts.models import Organisation, User
from hks.web.projects.models import Project
from hks.web.regions.models import Municipality
from hks.web.stories.runs import try_measures
from hks.web.studies.drawn_plans import begin_plan
from hks.web.studies.take_over import take_over
from hks.workbench.drawn_plans import feature

# The square lies in a hollow of the example terrain; its houses and streets are invented. [m]
SQUARE = ((190, 164), (230, 164), (230, 190), (190, 190))
LANE = ((210, 166), (210, 40))  # from the square through Mill Lane to the river
MIDDLE, DEEP = ((196, 164), (226, 164), (226, 178), (196, 178)), 0.6
ROOF = ((222, 184),)
PAVILION = ((214, 178), (230, 178), (230, 190), (214, 190))
PLANS = {
    "B": (
        "Platz entsiegeln, Mulde, Zisterne, Notwasserweg",
        "Platz entsiegelt, mit Mulde, Zisterne und Notwasserweg zum Fluss: Kosten aus dem Katalog.",
        (("unsealing", SQUARE, None), ("retention_hollow", MIDDLE, DEEP), ("cistern", ROOF, None),
         ("emergency_flow_path", LANE, None)),
    ),
    "C": (
        "Wiese mit Bäumen statt Pavillon", "Wiese mit Bäumen: Kosten aus dem Katalog.",
        (("unsealing", PAVILION, None), ("tree_planting", PAVILION, None)),
    ),
}  # fmt: skip


def let_it_run_off(project: Project, town: Organisation, place: Municipality, by: User) -> None:
    """Draw what the solutions do against heavy rain, let it rain on it, and add cost and effects to them."""
    for letter, (name, change, drawn) in PLANS.items():
        plan = begin_plan(place, town, name, by=by)
        plan.drawings = [feature(key, corners, "middle", quantity) for key, corners, quantity in drawn]
        plan.save()
        try_measures(plan, by)
        take_over(plan, project.options.get(letter=letter), "add", change, by=by)
