# Rasa with the model of today's training data, trained while the image is built. Build context: the project's folder.
FROM python:3.11-slim-trixie

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=-1 \
    SQLALCHEMY_SILENCE_UBER_WARNING=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
    PYTHONPATH=/app/nlu_data PYTHONWARNINGS=ignore HOME=/tmp

RUN useradd --system --uid 10001 --user-group --home-dir /app pandu

WORKDIR /app
COPY nlu_data/requirements.lock nlu_data/requirements.lock
RUN pip install --no-deps --ignore-requires-python --require-hashes -r nlu_data/requirements.lock

COPY nlu_data nlu_data
RUN python nlu_data/train.py --out /app/model/nlu.tar.gz && echo '{}' > /app/empty.yml

USER 10001
EXPOSE 5005
# Only the inner network reaches it, and only with the token. Rasa prints no request lines: the token is in them.
CMD ["sh", "-c", "exec python -m rasa run --enable-api -i 0.0.0.0 -p 5005 -t \"$PANDU_NLU_TOKEN\" --credentials /app/empty.yml --endpoints /app/empty.yml --log-file /dev/null -m /app/model/nlu.tar.gz"]
