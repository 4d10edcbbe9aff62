"""All tables, by noun."""

from storage.models.base import Base
from storage.models.contributions import (
    ContributionImport,
    Payment,
    PaymentReport,
    PaymentSource,
    Period,
    ReportState,
)
from storage.models.conversations import (
    Author,
    Conversation,
    Delivery,
    Direction,
    Handoff,
    Holder,
    Message,
    Note,
    StoredFile,
)
from storage.models.editorial import Revision, RevisionState, TextKind
from storage.models.learning import Cause, Lesson, Settlement
from storage.models.nudges import Nudge, NudgeState
from storage.models.participants import Consent, Contact, Participant
from storage.models.people import AuditEntry, Invitation, KeyCheck, Role, SignInAttempt, Staff, StaffSession
from storage.models.records import ArticleRating, Complaint, ComplaintEvent, Lead, Membership
from storage.models.registrations import FormLink, Registration, RegistrationEvent, RegistrationItem

__all__ = [
    "ArticleRating",
    "AuditEntry",
    "Author",
    "Base",
    "Cause",
    "Complaint",
    "ComplaintEvent",
    "Consent",
    "Contact",
    "ContributionImport",
    "Conversation",
    "Delivery",
    "Direction",
    "FormLink",
    "Handoff",
    "Holder",
    "Invitation",
    "KeyCheck",
    "Lead",
    "Lesson",
    "Membership",
    "Message",
    "Note",
    "Nudge",
    "NudgeState",
    "Participant",
    "Payment",
    "PaymentReport",
    "PaymentSource",
    "Period",
    "Registration",
    "RegistrationEvent",
    "RegistrationItem",
    "ReportState",
    "Revision",
    "RevisionState",
    "Role",
    "Settlement",
    "SignInAttempt",
    "Staff",
    "StaffSession",
    "StoredFile",
    "TextKind",
]
