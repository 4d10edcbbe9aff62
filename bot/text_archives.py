"""Articles and rules as files: handed out as the repository has them, taken in with a report, never live at once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from sqlalchemy.ext.asyncio import AsyncSession

from bot.editorial import TextRefused, begin, check_text, repository_texts
from knowledge_base.article import ArticleError, ArticleProblem, parse_article
from knowledge_base.library import ARTICLES, Library
from social_security.regulation_files import MODELS
from storage.live_texts import live_texts
from storage.models import TextKind
from storage.revisions import Proposal, save, submit

MOST_FILES = 5_000
MOST_BYTES = 20_000_000
FOLDERS = {TextKind.ARTICLE: "articles", TextKind.REGULATION: "regulations"}


class BadArchive(ValueError):
    """The files cannot be read safely; nothing was taken."""


@dataclass(frozen=True)
class Incoming:
    """One file that came in and what it would do: new, changed, same or refused."""

    path: str
    kind: TextKind | None
    name: str
    outcome: str
    text: str = ""
    title: str = ""
    before: str = ""
    based_on: int = 0
    problems: tuple[ArticleProblem, ...] = ()


async def texts_out(session: AsyncSession, now: datetime) -> dict[str, str]:
    """All live texts by path; what was withdrawn is left out."""
    live = await live_texts(session, now)
    folders = {path.stem: path.parent.relative_to(ARTICLES).as_posix() for path in ARTICLES.rglob("*.md")}
    articles = {**repository_texts(TextKind.ARTICLE), **{name: one.text for name, one in live.articles.items()}}
    regulations = dict(repository_texts(TextKind.REGULATION))
    regulations |= {name: one.text for name, one in live.regulations.items() if one.text is not None}
    found = {
        str(PurePosixPath(FOLDERS[TextKind.ARTICLE], folders.get(slug, ""), f"{slug}.md")): text
        for slug, text in articles.items()
        if text is not None
    }
    return found | {f"{FOLDERS[TextKind.REGULATION]}/{name}": text for name, text in regulations.items()}


def zipped(texts: Mapping[str, str]) -> bytes:
    """The texts as a ZIP file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in texts.items():
            archive.writestr(path, text)
    return packed.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP. Raises `BadArchive` for what leads out of a folder, is no plain file, or never ends."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _require_bearable(len(entries), sum(entry.file_size for entry in entries))
            return {_safe(entry): _whole(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BadArchive("no ZIP file that can be read") from error


def in_folder(folder: Path) -> dict[str, bytes]:
    """The article and regulation files below a folder. Raises `BadArchive` when they are too many or too large."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in {".md", ".yml"} and path.is_file()]
    _require_bearable(len(paths), sum(path.stat().st_size for path in paths))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


async def report(session: AsyncSession, files: Mapping[str, bytes], library: Library, today: date) -> list[Incoming]:
    """What taking these files in would do, each by itself; articles may lead to each other."""
    read = [_read(path, content) for path, content in files.items()]
    known = _together(read, library)
    seen: set[tuple[TextKind, str]] = set()
    found: list[Incoming] = []
    for one in read:
        if one.kind is None:
            found.append(one)
        elif (one.kind, one.name) in seen:
            found.append(_refused(one, ArticleProblem("article", "two files have this name")))
        else:
            seen.add((one.kind, one.name))
            found.append(await _compared(session, one, known, today))
    return found


async def take_in(session: AsyncSession, incoming: Iterable[Incoming], staff_id: int, now: datetime, why: str) -> int:
    """Submit what is new or changed for a second person to approve; returns how many. Raises `Overtaken`."""
    taken = 0
    for one in incoming:
        if one.kind is None or one.outcome not in {"new", "changed"}:
            continue
        proposal = Proposal(one.kind, one.name, one.title, one.text, one.based_on, why)
        await submit(session, (await save(session, proposal, staff_id, now)).id, staff_id, now)
        taken += 1
    return taken


def _require_bearable(files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise BadArchive("too many files, or too large")


def _safe(entry: zipfile.ZipInfo) -> str:
    path = PurePosixPath(entry.filename)
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename or is_link:
        raise BadArchive("a file leads out of its folder")
    return str(path)


def _whole(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The file, never more of it than it said it holds."""
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise BadArchive("a file is larger than it says")
    return content


def _read(path: str, content: bytes) -> Incoming:
    file = PurePosixPath(path)
    kind = {".md": TextKind.ARTICLE, ".yml": TextKind.REGULATION}.get(file.suffix)
    name = file.stem if kind == TextKind.ARTICLE else file.name
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return Incoming(path, None, name, "refused", problems=(ArticleProblem("article", "is not UTF-8 text"),))
    if kind is None or (kind == TextKind.REGULATION and name not in MODELS) or "\x00" in text:
        why = "is neither an article (.md) nor one of the regulation files"
        return Incoming(path, None, name, "refused", problems=(ArticleProblem("article", why),))
    return Incoming(path, kind, name, "same", text)


def _together(read: Iterable[Incoming], library: Library) -> Library:
    """The library with the names of all articles that come in."""
    names = set(library.articles)
    for one in read:
        if one.kind == TextKind.ARTICLE:
            try:
                names.add(parse_article(one.text, one.name).slug)
            except ArticleError:
                continue
    return library.knowing(names)


async def _compared(session: AsyncSession, one: Incoming, library: Library, today: date) -> Incoming:
    assert one.kind is not None
    begun = await begin(session, one.kind, one.name)
    if begun is not None and begun.text == one.text:
        return one
    try:
        title = check_text(one.kind, one.name, one.text, library, today)
    except TextRefused as refused:
        return _refused(one, *refused.problems)
    outcome = "new" if begun is None else "changed"
    before, based_on = (begun.text, begun.number) if begun else ("", 0)
    return Incoming(one.path, one.kind, one.name, outcome, one.text, title, before, based_on)


def _refused(one: Incoming, *problems: ArticleProblem) -> Incoming:
    return Incoming(one.path, one.kind, one.name, "refused", one.text, problems=problems)
