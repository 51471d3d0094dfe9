# SPDX-License-Identifier: Apache-2.0
#
# One image with the three programs; the command says which. Built as on a plain Debian 12: the same
# packages (script/packages) and the same Makefile. BASE may be any Debian 12.
#
#   docker build -t roadshow .
#   docker compose -f deploy/compose.yaml up
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
ENV DEBIAN_FRONTEND=noninteractive
WORKDIR /src
COPY script/lib.sh script/packages script/
RUN apt-get update \
 && apt-get install -y --no-install-recommends $(script/packages build) \
 && rm -rf /var/lib/apt/lists/*
COPY . .
ARG VERSION=
RUN make -j"$(nproc)" ${VERSION:+VERSION=$VERSION} build && make install DESTDIR=/out

FROM ${BASE}
ENV DEBIAN_FRONTEND=noninteractive
COPY script/lib.sh script/packages /tmp/script/
RUN apt-get update \
 && apt-get install -y --no-install-recommends $(/tmp/script/packages run) \
 && rm -rf /var/lib/apt/lists/* /tmp/script \
 && useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent \
    --shell /usr/sbin/nologin roadshow \
 && install -d -m 700 -o roadshow -g roadshow /var/lib/roadshow
COPY --from=build /out/usr/local /usr/local
COPY deploy/kore.container.conf /etc/roadshow/kore.conf
COPY deploy/container-setup.sh /usr/local/bin/roadshow-setup
ENV HOME=/tmp ROADSHOW_KEYS_DIR=/var/lib/roadshow/keys \
    ROADSHOW_JANITOR_STATE_DIR=/var/lib/roadshow/janitor
USER roadshow
VOLUME /var/lib/roadshow
EXPOSE 8443 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["env", "ROADSHOW_URL=http://127.0.0.1:8080", "roadshow", "ready"]
CMD ["roadshowd", "-c", "/etc/roadshow/kore.conf", "-f", "-n", "-r"]
