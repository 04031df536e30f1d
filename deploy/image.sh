#!/usr/bin/env bash
# Builds the image once, for every environment, into an OCI archive: what is pushed from it has the same digest everywhere.
#   deploy/image.sh VERSION FILE
# deploy/deploy.sh takes the archive from IMAGE_ARCHIVE.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/common.sh

usage="Usage: deploy/image.sh VERSION FILE"
version=${1:?$usage}
file=${2:?$usage}
need docker git jq skopeo

step "build the image" "Mend the build and run the same command again."
architectures=$(jq -rs 'map(.architecture) | unique | join(" ")' Opportunities.Infrastructure/environments/{dev,staging,prod}.json)
case $architectures in
  X86_64) platform=linux/amd64 ;;
  ARM64) platform=linux/arm64 ;;
  *) die "The environments differ in their architecture ($architectures), and one image is built for all of them." ;;
esac
revision=$(git rev-parse HEAD)
# One image and no index of them: ECR scans no index.
run docker build --platform "$platform" --provenance=false -t "$SERVICE:$version" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" .

step "write the archive" "Run the same command again."
mkdir -p "$(dirname "$file")"
# The layers are compressed here, once; a push of docker's compresses them anew.
run skopeo copy "docker-daemon:$SERVICE:$version" "oci-archive:$file"
query sha256:0 skopeo inspect --format '{{.Digest}}' "oci-archive:$file"
