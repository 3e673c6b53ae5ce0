"""Votes and participations get random integer keys; the rows there are put into a new order."""

import secrets

import django.db.models.deletion
from django.db import migrations, models

import hks.web.contributions.models

PAIRS = (("Participation", "NewParticipation"), ("Response", "NewResponse"))
COLUMNS = {"Participation": ("sheet_id", "hashed", "channel"), "Response": ("sheet_id", "pseudonym", "answers")}


def forwards(apps, schema_editor):
    """Copy the rows in a random order."""
    for old, new in PAIRS:
        copy(apps, old, new, COLUMNS[old])


def backwards(apps, schema_editor):
    """Copy the rows back; no order is restored."""
    for old, new in PAIRS:
        copy(apps, new, old, COLUMNS[old])


def copy(apps, source, target, columns):
    rows = list(apps.get_model("contributions", source).objects.values(*columns))
    secrets.SystemRandom().shuffle(rows)
    model = apps.get_model("contributions", target)
    model.objects.bulk_create([model(**row) for row in rows], batch_size=500)


def key():
    return models.BigAutoField(
        default=hks.web.contributions.models.random_key, primary_key=True, serialize=False
    )


def sheet():
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contributions.sheet"
    )


class Migration(migrations.Migration):

    dependencies = [
        ("contributions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="NewParticipation",
            fields=[
                ("id", key()),
                ("hashed", models.CharField(max_length=64)),
                ("channel", models.CharField(choices=[("web", "net"), ("paper", "paper")], max_length=8)),
                ("sheet", sheet()),
            ],
        ),
        migrations.CreateModel(
            name="NewResponse",
            fields=[
                ("id", key()),
                ("pseudonym", models.CharField(max_length=64)),
                ("answers", models.JSONField()),
                ("sheet", sheet()),
            ],
        ),
        migrations.RunPython(forwards, backwards),
        migrations.DeleteModel(name="Participation"),
        migrations.DeleteModel(name="Response"),
        migrations.RenameModel(old_name="NewParticipation", new_name="Participation"),
        migrations.RenameModel(old_name="NewResponse", new_name="Response"),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(fields=("sheet", "hashed"), name="one_participation"),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.UniqueConstraint(fields=("sheet", "pseudonym"), name="one_response"),
        ),
    ]
