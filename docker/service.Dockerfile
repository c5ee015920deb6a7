# The image of one service. From the root of the repository:
#   docker build --file docker/service.Dockerfile --build-arg APP=image-generation --tag framesong-image-generation .
# APP is compression, image-generation or music. No stage needs a secret, and none is taken.

# Any Debian 12 image with Node >= 24, npm and a user `node` with number 1000.
ARG NODE_IMAGE=node:24-bookworm-slim

# One step for all services, because their three images share it. The packages it needs stay out of the layer.
FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error \
    && PATH="/src/node_modules/.bin:$PATH" node tools/generate.mjs \
    && for app in compression image-generation music; do node tools/bundle.mjs "$app" || exit 1; done \
    && rm -rf node_modules

# What the bundle leaves outside, in the versions of the repository's lock file.
FROM ${NODE_IMAGE} AS dependencies
ARG APP
RUN : "${APP:?pass --build-arg APP=compression, image-generation or music}"
WORKDIR /app
COPY --from=build /src/apps/${APP}/dist/package.json /src/apps/${APP}/dist/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error

FROM ${NODE_IMAGE}
ARG APP
LABEL org.opencontainers.image.title="framesong-${APP}" org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production FRAMESONG_DATA_DIR=/data
# The only folder that the service writes to; everything else may be mounted read-only.
RUN mkdir /data && chown node:node /data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /src/apps/${APP}/dist ./
COPY docker/healthcheck.mjs LICENSE NOTICE ./
USER node
VOLUME /data
EXPOSE 50051 50052 50053
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "healthcheck.mjs"]
ENTRYPOINT ["node", "main.mjs"]
