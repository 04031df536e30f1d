#!/usr/bin/env bash
# Prints the names of the alarms that ring, one a line. deploy/validate.sh --alarms-before takes them, so that a release is not
# blamed for what rang before it.
#   deploy/alarms.sh dev|staging|prod
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/common.sh
source deploy/environment.sh
take_environment "${1:-}"
need aws
step "ask for the alarms" "Run the same command again."
take_account
alarms=$(aws cloudwatch describe-alarms --alarm-name-prefix "$SERVICE" --state-value ALARM --output json)
jq -r '.MetricAlarms[], .CompositeAlarms[]? | .AlarmName' <<< "$alarms"
