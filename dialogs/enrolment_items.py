"""What the one-time form asks for in a registration, and how each thing is called: the table `enrolment_items.yml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dialogs.enrolment_readers import born, email
from dialogs.forms import Reader
from dialogs.offers import table
from dialogs.readers import name, phone, text
from dialogs.registrations import Item, ItemKind, RegistrationKind

_TABLE: Final = table("enrolment_items")
#: Working days the agents take to look at a complete form.
WORKING_DAYS: Final[int] = _TABLE["working_days"]
#: What was told in chat and can be asked again on the form, and how it is read there.
TOLD: Final[Mapping[str, Reader]] = {
    "name": name(),
    "born": born(),
    "address": text(8, 200),
    "phone": phone(),
    "email": email(),
    "occupation": text(2, 80),
    "baby": name(),
    "baby_born": born(of_baby=True),
}


def items_of(kind: RegistrationKind, members: Sequence[Mapping[str, Any]] = ()) -> tuple[Item, ...]:
    """What the form of a registration asks for, in its order."""
    found: list[Item] = []
    for row in _TABLE[kind]:
        item_kind, required = ItemKind(row["kind"]), row.get("required", True)
        if row.get("each_member"):
            found += [
                Item(f"{row['name']}_{person}", item_kind, required, person) for person in range(1, len(members) + 1)
            ]
        else:
            found.append(Item(row["name"], item_kind, required))
    return tuple(found)


def item_title(name: str, person: int | None, details: Mapping[str, Any]) -> str:
    """How an item is called, with the family member's name where it is theirs."""
    titles = _TABLE["titles"]
    if person is None:
        return str(titles[name])
    return str(titles["member_nik"].format(name=details["members"][person - 1]["name"]))
