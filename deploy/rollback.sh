#!/usr/bin/env bash
# Rolls back a release, the database, or a failed change of the infrastructure. Safe to run again after a failure half-way.
#   deploy/rollback.sh app ENV [--to VERSION]             the release that runs, the one before it, or the one that is named
#   deploy/rollback.sh database ENV [--snapshot ID]       the newest snapshot, or the one that is named, in the place of the present instance
#   deploy/rollback.sh infrastructure ENV                 a change of a stack that failed
# Each with [--dry-run] [--yes].
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/common.sh
source deploy/environment.sh
source deploy/images.sh
source deploy/service.sh

usage="Usage: deploy/rollback.sh app|database|infrastructure dev|staging|prod [--to VERSION] [--snapshot ID] [--dry-run] [--yes]"
words=()
wanted_version=
wanted_snapshot=
while (($# > 0)); do
  case $1 in
    --dry-run) dry_run=true ;;
    --yes) confirmed=true ;;
    --to) wanted_version=${2:?$usage}; shift ;;
    --snapshot) wanted_snapshot=${2:?$usage}; shift ;;
    -*) die "$usage" ;;
    *) words+=("$1") ;;
  esac
  shift
done
((${#words[@]} == 2)) || die "$usage"
take_environment "${words[1]}"
need aws jq curl
step "whose account this is" "Nothing was done."
take_account
case ${words[0]} in
  app) source deploy/rollback/app.sh ;;
  database) source deploy/rollback/database.sh ;;
  infrastructure) source deploy/rollback/infrastructure.sh ;;
  *) die "$usage" ;;
esac
