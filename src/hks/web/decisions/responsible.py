"""What a council paper says of the bodies around a project and of what they took on until when."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hks.web.projects.commitments import Body, Commitment, Tie, bodies_of, commitments_of, ties_of
from hks.web.projects.models import OptionVersion, Project
from hks.web.shell.translated import in_words
from hks.workbench.papers.content import Block, Bullets, Paragraph, Table


def who_does_what(project: Project, versions: Sequence[OptionVersion]) -> tuple[Block, ...]:
    """Show commitments, the network of bodies, and which solution lacks someone who brings them together.

    Nothing where no body took anything on.
    """
    bodies = bodies_of(project, versions)
    kept = commitments_of(bodies)
    if not kept:
        return ()
    demo = f" ({_('Demo data')})" if project.example else ""
    header = (_("Who"), _("What"), _("Until"), _("State"))
    network = (_("Body"), _("leads"), _("weighs"), _("carries out in solution"), _("permits in solution"))
    ties = tuple((_tied(tie),) for tie in ties_of(versions))
    return (
        Table(_("Commitments") + demo, header, tuple(_row(one) for one in kept)),
        Table(_("The network: who answers for what") + demo, network, tuple(_body(body) for body in bodies)),
        *((Bullets(ties),) if ties else ()),
        *((Paragraph((_("Bodies and commitments are invented."),)),) if project.example else ()),
    )


def _row(one: Commitment) -> tuple[str, ...]:
    day = date_format(one.due, "SHORT_DATE_FORMAT") if one.due else _("open")
    done = _("kept on %(day)s") % {"day": date_format(one.done_on, "SHORT_DATE_FORMAT")} if one.done_on else _("open")
    return one.who, one.what, day, done


def _body(body: Body) -> tuple[str, ...]:
    said = [_("yes") if does else "" for does in (body.leads, body.weighs)]
    return body.name, *said, ", ".join(body.carries_out), ", ".join(body.permits)


def _tied(tie: Tie) -> str:
    solution = f"{tie.version.option.letter} {tie.version.title}: "
    if tie.settled_by is not None:
        return solution + _("brought together by: %(by)s") % {"by": in_words(tie.settled_by)}
    if tie.gaps:
        return solution + _("Nobody brings the bodies together; responsibility is missing.")
    return solution + _("Each measure has somebody who is responsible.")
