"""Everything that must not be lost is a row: models, encryption, queries, migrations."""
