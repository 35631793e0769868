# patrol-service: compiled code, production dependencies, and nothing that a running service does not need.
#   docker build -t patrol-service .
# The base by digest: docker build --build-context node:24-bookworm-slim=docker-image://node@sha256:… -t patrol-service .

FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
# With the optional packages: the compiler's own program is one of them.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY proto proto
COPY handlers handlers
COPY lib lib
COPY migrations/committed migrations/committed
# The generated protocol types leave nothing to run behind; and whoever's umask the sources have, user 1000 reads them.
RUN npm run build \
  && rm -r dist/service/proto && mkdir -p dist/service/proto dist/service/migrations \
  && cp proto/*.proto dist/service/proto/ && cp -r migrations/committed dist/service/migrations/ \
  && chmod -R a+rX dist/service

FROM node:24-bookworm-slim AS dependencies
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="patrol-service" \
      org.opencontainers.image.description="The evening patrol of Campus Sirius: who must be in, who is, and the list handed in." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim"
WORKDIR /app
# What changes seldom comes first: a new version of the service is a layer of half a megabyte.
COPY --from=dependencies /src/node_modules node_modules
COPY --from=build /src/dist/service ./
COPY lib/bin/health-check.sh lib/bin/
ENV NODE_ENV=production
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 8002 50052
# Liveness, not readiness: a peer that is away is no reason to replace this container.
HEALTHCHECK --interval=5s --timeout=5s --start-period=70s --retries=3 \
  CMD ["lib/bin/health-check.sh"]
# The base image's entrypoint is a shell script, which nothing here needs.
ENTRYPOINT []
# A larger young generation was measured to save no time and to hold 70 MiB more.
# To collect it with several threads takes their time from PostgreSQL's cores. Left to itself, V8 lets the rest grow fourfold
# before it looks, and holds 100 MiB more. And it makes old from the start what comes from places whose first objects, those
# of the start, lived long: all that hangs on it then outlives its request, and costs a list or a read up to a third more CPU.
CMD ["node", "--disable-sigusr1", "--max-semi-space-size=16", "lib/bin/main.js"]
