# Two images from one file:
#
#	docker build --target site .           the website, for production
#	docker build --target telegram-sim .   the stand-in Telegram, for development only
#
# They are apart, so that what goes live carries no program that signs logins for
# whoever asks.

FROM golang:1.26.8-alpine AS build
WORKDIR /src
# The modules have a layer of their own: it is built anew only when they change.
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
# Static, so that it runs in an image without a C library; without the paths of
# the build machine; without MessagePack, which gin would otherwise bring along.
ENV CGO_ENABLED=0
# The stand-in comes first: a new revision leaves it as it is.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -buildvcs=false -tags nomsgpack -ldflags "-s -w" -o /out/telegram-sim ./cmd/telegram-sim
# The repository stays outside, so the commit has to be told:
#
#	docker build --build-arg REVISION=$(git rev-parse HEAD) .
ARG REVISION=unknown
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -buildvcs=false -tags nomsgpack -ldflags "-s -w -X example.com/telegram-login/internal/metrics.revision=$REVISION" -o /out/site ./cmd/site

FROM gcr.io/distroless/static-debian12:nonroot AS telegram-sim
LABEL org.opencontainers.image.title="Telegram stand-in, for development only" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /out/telegram-sim /telegram-sim
USER nonroot
EXPOSE 8081
# No shell and no curl here: the program asks itself.
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s --retries=3 CMD ["/telegram-sim", "healthcheck"]
ENTRYPOINT ["/telegram-sim"]

# The last one is what a build without a target makes.
FROM gcr.io/distroless/static-debian12:nonroot AS site
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Log in with Telegram" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /out/site /site
USER nonroot
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 CMD ["/site", "healthcheck"]
ENTRYPOINT ["/site"]
