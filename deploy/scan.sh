#!/usr/bin/env bash
# Looks for known vulnerabilities in an image, and writes its parts list (SBOM) beside the archive.
#   deploy/scan.sh FILE      an OCI archive, as deploy/image.sh makes it
# Fails on a critical or high one that has a fix. The scanner sees the image's files alone: no docker socket, no credentials.
set -euo pipefail
archive=${1:?Usage: deploy/scan.sh FILE}
scanner=${TRIVY_IMAGE:-aquasec/trivy:0.74.0@sha256:62b1e65e8869bc4b4c6aa4fa2b21595256c7c2f6018a9d9ad61caf87187c1969}
layout=$(mktemp -d)
trap 'rm -rf "$layout"' EXIT
tar -xf "$archive" -C "$layout"
trivy() { docker run --rm -v "$layout:/image:ro" "$scanner" "$@" --input /image; }
trivy image --quiet --format cyclonedx > "$(dirname "$archive")/sbom.json"
trivy image --quiet --exit-code 1 --ignore-unfixed --severity CRITICAL,HIGH
