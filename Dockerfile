# syntax=docker/dockerfile:1.18
# One image for the API and for the migrations: they are released together, and a migration that came from another build than
# the API that needs it could not happen. Which of them runs is said by the command; see docs/decisions/0012-one-image.md.

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG TARGETARCH
# Said instead of asked of the NuGet sources: an image is built the same way each time. A source without the optional packages needs false.
ARG OPTIONAL_PACKAGES=true
WORKDIR /source
COPY .editorconfig global.json Directory.Build.props Directory.Build.targets Directory.Packages.props Directory.Solution.targets ./
COPY build/ build/
COPY Opportunities.Data/ Opportunities.Data/
COPY Opportunities.ServiceDefaults/ Opportunities.ServiceDefaults/
COPY Opportunities.Api/ Opportunities.Api/
COPY Opportunities.MigrationService/ Opportunities.MigrationService/
RUN --mount=type=cache,target=/root/.nuget/packages \
    for target in Api:/app MigrationService:/app/migrations; do \
      dotnet publish "Opportunities.${target%%:*}" -c Release -a "$TARGETARCH" --no-self-contained -p:OptionalPackages=$OPTIONAL_PACKAGES -o "${target##*:}" || exit; \
    done
COPY deploy/certificates/ /app/certificates/

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled-extra
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="opportunity-management-service" \
      org.opencontainers.image.description="The Opportunity Management Service: its API, and the migrations of its database" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled-extra"
COPY --from=build /app /app
WORKDIR /app
# Not root, and no shell; the root file system may be read-only. Scratch space keeps its permissions as a volume.
USER $APP_UID
VOLUME ["/tmp"]
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["dotnet", "/app/Opportunities.Api.dll", "--healthcheck"]
ENTRYPOINT ["dotnet"]
CMD ["Opportunities.Api.dll"]
