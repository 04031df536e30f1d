#!/usr/bin/env bash
# Looks for known vulnerabilities in a local image, and writes its parts list (SBOM).
#   deploy/scan.sh IMAGE
# Fails on a critical or high one that has a fix.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
image=${1:?Usage: deploy/scan.sh IMAGE}
scanner=${TRIVY_IMAGE:-aquasec/trivy:0.57.1}
mkdir -p artifacts
trivy() { docker run --rm -v /var/run/docker.sock:/var/run/docker.sock:ro -v "$PWD/artifacts:/artifacts" "$scanner" "$@"; }
trivy image --quiet --format cyclonedx --output /artifacts/sbom.json "$image"
trivy image --quiet --exit-code 1 --ignore-unfixed --severity CRITICAL,HIGH "$image"
