#!/usr/bin/env bash
# Runs OWASP ZAP's baseline scan against an address; the report goes to zap-report/zap-report.html. Needs docker, and no credentials.
#   deploy/zap.sh URL [option of docker run…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
url=${1:?Usage: deploy/zap.sh URL}
shift
mkdir -p zap-report
# ZAP writes as a user of its own.
chmod a+w zap-report
# The program's own home; the image named owasp/zap2docker-stable is no longer published.
docker run --rm "$@" -v "$PWD/zap-report:/zap/wrk/" \
  "${ZAP_IMAGE:-zaproxy/zap-stable:2.17.0@sha256:781a2bdaea47324e7bab583e2263f21d257b0aee61ed51521a5be45f5f5081ef}" \
  zap-baseline.py -t "$url" -r zap-report.html -I
# It ends well without having written anything.
[[ -s zap-report/zap-report.html ]]
