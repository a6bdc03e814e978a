"""People, departments, audiences, tokens, the audit trail and notifications."""

from accounts.models.attempts import SignInAttempts
from accounts.models.audiences import Audience, AudienceDepartment, AudiencePerson
from accounts.models.audit import AuditEvent
from accounts.models.links import PasswordLink
from accounts.models.notifications import Notification
from accounts.models.people import Department, Membership, User
from accounts.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "Audience",
    "AudienceDepartment",
    "AudiencePerson",
    "AuditEvent",
    "Department",
    "Membership",
    "Notification",
    "PasswordLink",
    "SignInAttempts",
    "User",
]
