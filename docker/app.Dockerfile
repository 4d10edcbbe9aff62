# The app, the turns, the sender and the scheduler: one image, four commands. Build context: the project's folder.
FROM python:3.11-slim-trixie

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --system --uid 10001 --user-group --home-dir /app pandu \
    && install --directory --owner=pandu --group=pandu --mode=0700 /var/lib/pandu

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-deps --require-hashes -r requirements.lock

COPY pyproject.toml README.md ./
COPY bot bot
COPY dialogs dialogs
COPY knowledge_base knowledge_base
COPY scheduler scheduler
COPY social_security social_security
COPY storage storage
COPY docker/prepare.py docker/prepare.py
RUN pip install --no-deps --no-build-isolation --editable .

USER 10001
ENV PANDU_HOME=/var/lib/pandu PANDU_HOST=0.0.0.0 PANDU_PORT=8000
CMD ["python", "-m", "bot.process", "app"]
