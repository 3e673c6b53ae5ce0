"""Where no mail server is set, letters wait for an administrator to hand them over."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from hks.web.accounts.models import LoginLetter


class ShownToTheAdmin(BaseEmailBackend):
    """Keeps each letter for a day, visible to administrators only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the letters."""
        for message in email_messages:
            for recipient in message.to:
                LoginLetter.objects.create(
                    recipient=recipient, subject=str(message.subject)[:200], body=str(message.body)
                )
        return len(email_messages)
