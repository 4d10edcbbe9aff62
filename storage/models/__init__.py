"""All tables, by noun."""

from storage.models.base import Base
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
from storage.models.nudges import Nudge, NudgeState
from storage.models.participants import Consent, Contact, Participant
from storage.models.people import AuditEntry, Invitation, KeyCheck, Role, SignInAttempt, Staff, StaffSession
from storage.models.records import ArticleRating, Complaint, ComplaintEvent, Lead, Membership, Payment

__all__ = [
    "ArticleRating",
    "AuditEntry",
    "Author",
    "Base",
    "Complaint",
    "ComplaintEvent",
    "Consent",
    "Contact",
    "Conversation",
    "Delivery",
    "Direction",
    "Handoff",
    "Holder",
    "Invitation",
    "KeyCheck",
    "Lead",
    "Membership",
    "Message",
    "Note",
    "Nudge",
    "NudgeState",
    "Participant",
    "Payment",
    "Role",
    "SignInAttempt",
    "Staff",
    "StaffSession",
    "StoredFile",
]
