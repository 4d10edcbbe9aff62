"""What has to happen once before the processes start: migrate, make the key on the first start, refuse a wrong one.

`python docker/prepare.py`, with DATABASE_URL and PANDU_HOME set.
"""

from __future__ import annotations

import sys

from bot.bootstrap import database_url
from bot.settings import Settings
from storage.migrate import check_key, migrate
from storage.vault import WrongKey, load_or_make_key


def main() -> None:
    """Prepare; a wrong key ends with a sentence and code 1, and nothing starts."""
    settings = Settings()
    url = database_url(settings)
    migrate(url)
    try:
        check_key(url, load_or_make_key(settings.key_file))
    except WrongKey:
        sys.exit(f"{settings.key_file} is not the key of this database. Put back the right one.")


if __name__ == "__main__":
    main()
