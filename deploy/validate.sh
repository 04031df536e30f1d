#!/usr/bin/env bash
# Validates a running system: functions, performance, security, monitoring, in the order of the validation procedure.
#   deploy/validate.sh BASE_URL [--env ENV] [--auth-url URL] [--quick] [--skip SECTION]... [--alarms-before FILE] [--report FILE]
#   deploy/validate.sh --env ENV …       the environment's own address
#
# --env ENV             the environment, for CloudWatch and for the machine clients' secrets (default: none, as for a local system)
# --auth-url URL        the token endpoint (default: the development issuer's for a local address, else the environment's)
# --quick               a fiftieth of the load, no pauses
# --skip SECTION        functional, performance, security or monitoring; or zap, of the security section
# --alarms-before FILE  alarms that rang before (deploy/alarms.sh) are not held against what is validated
# --report FILE         where the summary goes (default: artifacts/validation.json)
#
# CLIENT_ID, CLIENT_SECRET, LIMITED_CLIENT_ID, LIMITED_CLIENT_SECRET: machine clients with every scope and with none that permits
# anything; TOKEN and LIMITED_TOKEN instead of them. MAX_P95_MS (500): the slowest 95th percentile that passes. ALARM_MINUTES (10):
# how long an alarm may ring before it counts. Ends with 0 if no check failed, 1 if one did, and with 2 if it could not begin.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/common.sh
source deploy/environment.sh
# Until the checks begin, whatever fails has nothing to do with what is validated.
trap 'exit 2' ERR
# shellcheck source=deploy/checks.sh
source deploy/checks.sh
# shellcheck source=deploy/load.sh
source deploy/load.sh

usage="Usage: deploy/validate.sh [BASE_URL] [--env ENV] [--auth-url URL] [--quick] [--skip SECTION]... [--alarms-before FILE] [--report FILE]"
stop() {
  say "$*"
  exit 2
}
die() { stop "$@"; }

base_url=
auth_url=
quick=false
skipped=" "
report=artifacts/validation.json
environment=
alarms_before=/dev/null
: "${ALARM_MINUTES:=10}"
while (($# > 0)); do
  case $1 in
    --env | --auth-url | --skip | --alarms-before | --report)
      [[ -n ${2:-} ]] || stop "$usage"
      case $1 in
        --env) environment=$2 ;;
        --auth-url) auth_url=$2 ;;
        --skip) skipped+="$2 " ;;
        --alarms-before) alarms_before=$2 ;;
        --report) report=$2 ;;
      esac
      shift
      ;;
    --quick) quick=true ;;
    -*) stop "$usage" ;;
    *)
      [[ -z $base_url ]] || stop "$usage"
      base_url=${1%/}
      ;;
  esac
  shift
done
for tool in curl jq; do command -v "$tool" > /dev/null || stop "$tool is needed and not on PATH."; done
if [[ -n $environment ]]; then
  take_environment "$environment"
  need aws
  take_account
  : "${base_url:=$api_url}"
fi
[[ $base_url == http://* || $base_url == https://* ]] || stop "$usage"
[[ -r $alarms_before ]] || stop "There are no alarms in $alarms_before."
host=${base_url#*://}
host=${host%%[:/]*}
local_system=false
if [[ $host == 127.0.0.1 || $host == localhost || $host == "[" ]]; then local_system=true; fi
opportunities=$base_url/api/v1/opportunities
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# client <Machine|Limited>: prints id and secret of a machine client of the environment.
client() {
  local pool id
  pool=$(output "$stack-account" UserPoolId) &&
    id=$(output "$stack-account" "${1}ClientId") &&
    printf '%s ' "$id" &&
    aws cognito-idp describe-user-pool-client --user-pool-id "$pool" --client-id "$id" --query UserPoolClient.ClientSecret --output text
}

if $local_system; then
  : "${auth_url:=http://127.0.0.1:5181/oauth2/token}"
  : "${CLIENT_ID:=dev-all}" "${CLIENT_SECRET:=development-only}" "${LIMITED_CLIENT_ID:=dev-none}" "${LIMITED_CLIENT_SECRET:=development-only}"
elif [[ -n $environment ]]; then
  : "${auth_url:=$(output "$stack-account" TokenEndpoint)}"
  [[ -n ${CLIENT_ID:-}${TOKEN:-} ]] || read -r CLIENT_ID CLIENT_SECRET < <(client Machine) || stop "The machine client's secret could not be read."
  [[ -n ${LIMITED_CLIENT_ID:-}${LIMITED_TOKEN:-} ]] || read -r LIMITED_CLIENT_ID LIMITED_CLIENT_SECRET < <(client Limited) || stop "The limited client's secret could not be read."
fi
[[ -n $auth_url || (-n ${TOKEN:-} && -n ${LIMITED_TOKEN:-}) ]] || stop "Where do tokens come from? Give --env, --auth-url, or TOKEN and LIMITED_TOKEN."

# token <client id> <secret>: prints an access token. The secret goes through standard input: arguments can be read by others.
token() {
  printf 'grant_type=client_credentials&client_id=%s&client_secret=%s' "$1" "$2" |
    curl --silent --show-error --fail -X POST "$auth_url" -d @- | jq -r '.access_token // empty'
}

# answers <status> <curl arguments…>: whether a request is answered with that status; the body goes to $work/body.
answers() {
  local expected=$1 status
  shift
  status=$(curl --silent --show-error --max-time 30 --output "$work/body" --write-out '%{http_code}' "$@" 2> "$work/error") || status=$(cat "$work/error")
  detail="answered $status"
  [[ $status == "$expected" ]]
}

body_has() {
  jq -e "$1" "$work/body" > /dev/null 2>&1 || {
    detail="the answer lacks: $1"
    return 1
  }
}

# as <token>: the argument that sends a token, from a file that only we can read.
as() {
  printf 'header = "Authorization: Bearer %s"\n' "$1" > "$work/$2"
  chmod 600 "$work/$2"
}

functional() {
  check "health" health
  check "detailed health" detailed_health
  check "token" get_token
  as "${TOKEN:-}" all
  check "the token works" answers 200 --config "$work/all" "$opportunities"
  check "create opportunity" create
  check "get opportunity" answers 200 --config "$work/all" "$opportunities/$id"
  check "update opportunity" update
  check "change status" change_status
  check "delete opportunity" answers 204 --config "$work/all" -X DELETE "$opportunities/$id"
  check "the deleted one is gone" answers 404 --config "$work/all" "$opportunities/$id"
}

health() { answers 200 "$base_url/health" && body_has '.status == "healthy"'; }
detailed_health() { answers 200 "$base_url/health/detailed" && body_has '.components.database.status == "healthy"'; }

get_token() {
  [[ -n ${TOKEN:-} ]] || TOKEN=$(token "$CLIENT_ID" "$CLIENT_SECRET" 2> "$work/error") || true
  detail=$(cat "$work/error" 2> /dev/null || true)
  [[ -n ${TOKEN:-} ]]
}

create() {
  answers 201 --config "$work/all" -X POST "$opportunities" -H "Content-Type: application/json" -d '{
    "title": "Test Opportunity",
    "description": "Test Description",
    "client_name": "Test Client",
    "estimated_budget": 10000.0,
    "estimated_start_date": "2023-01-01T00:00:00Z",
    "estimated_end_date": "2023-12-31T00:00:00Z",
    "status": "DRAFT"
  }' && body_has '.status == "DRAFT"' && id=$(jq -r '.id' "$work/body")
}

update() {
  answers 200 --config "$work/all" -X PUT "$opportunities/$id" -H "Content-Type: application/json" -d '{
    "title": "Updated Opportunity"
  }' && body_has '.title == "Updated Opportunity"'
}

change_status() {
  answers 200 --config "$work/all" -X POST "$opportunities/$id/status" -H "Content-Type: application/json" -d '{
    "new_status": "SUBMITTED",
    "reason": "Ready for review"
  }' && body_has '.status == "SUBMITTED"'
}

performance() {
  [[ -n ${TOKEN:-} ]] || get_token || true
  as "${TOKEN:-}" all
  local divisor=1 pause=60 i
  if $quick; then divisor=50 pause=0; fi
  check "latency" load $((1000 / divisor)) 50
  check "throughput" load $((10000 / divisor)) 100
  for i in {1..5}; do
    check "scalability, step $i" load $((1000 * i / divisor)) $((50 * i))
    ((i == 5)) || sleep "$pause"
  done
}

security() {
  if [[ $base_url == https://* ]]; then
    check "TLS 1.2 or newer only" tls
  else
    not_applicable "TLS 1.2 or newer only" "a local system is served without TLS"
  fi
  check "no token is refused" answers 401 "$opportunities"
  check "an invalid token is refused" answers 401 -H "Authorization: Bearer invalid_token" "$opportunities"
  [[ -n ${LIMITED_TOKEN:-} ]] || LIMITED_TOKEN=$(token "${LIMITED_CLIENT_ID:-}" "${LIMITED_CLIENT_SECRET:-}" 2> /dev/null) || true
  as "${LIMITED_TOKEN:-}" limited
  check "a token without the permission is refused" answers 403 --config "$work/limited" "$opportunities"
  if [[ $skipped == *" zap "* ]]; then
    not_applicable "OWASP ZAP" "skipped by --skip zap"
  elif docker info > /dev/null 2>&1; then
    check "OWASP ZAP" zap
  else
    not_applicable "OWASP ZAP" "no docker engine answers"
  fi
}

tls() {
  if command -v nmap > /dev/null; then
    nmap --script ssl-enum-ciphers -p 443 "$host" > "$work/tls" 2>&1
    detail=$(grep -oE 'SSLv[23]|TLSv1\.[01]:|least strength: [B-F]' "$work/tls" | sort -u | tr '\n' ' ' || true)
    [[ -z $detail ]] && grep -q 'TLSv1\.[23]' "$work/tls"
  else
    detail="it speaks TLS 1.1, or no TLS 1.2"
    curl --silent --output /dev/null --tlsv1.2 "$base_url/health" &&
      ! curl --silent --output /dev/null --tls-max 1.1 "$base_url/health"
  fi
}

zap() {
  detail="see zap-report/zap-report.html"
  local network=()
  if $local_system; then network=(--network host); fi
  deploy/zap.sh "$base_url" "${network[@]}" > "$work/zap" 2>&1
}

monitoring() {
  if [[ -z $environment ]]; then
    local name
    for name in "alarms" "logs" "dashboard"; do not_applicable "$name" "no --env: CloudWatch watches deployed systems"; done
    return
  fi
  check "alarms" alarms
  check "logs" logs
  check "dashboard" dashboard
}

# Whether no alarm rings that did not ring before.
alarms_settled() {
  local ringing
  detail="there is no alarm"
  aws cloudwatch describe-alarms --alarm-name-prefix "$SERVICE" --output json > "$work/alarms" || return 1
  jq -e '.MetricAlarms | length > 0' "$work/alarms" > /dev/null || return 1
  ringing=$(jq -r '.MetricAlarms[], .CompositeAlarms[]? | select(.StateValue == "ALARM").AlarmName' "$work/alarms" | grep -vxFf "$alarms_before" || true)
  detail=${ringing:+in alarm, and not before: ${ringing//$'\n'/, }}
  [[ -z $ringing ]] || return "$NOT_YET"
}

# One that rings has time to end: a deployment rings some of them.
alarms() { await "$ALARM_MINUTES" "alarms to settle" alarms_settled 2> /dev/null; }

logs() {
  local stream
  stream=$(aws logs describe-log-streams --log-group-name "/aws/ecs/$SERVICE" --order-by LastEventTime --descending --limit 1 \
    --query 'logStreams[0].logStreamName' --output text) || return 1
  detail="nothing is logged in $stream"
  aws logs get-log-events --log-group-name "/aws/ecs/$SERVICE" --log-stream-name "$stream" --limit 10 --output json > "$work/logs" || return 1
  jq -e '.events | length > 0' "$work/logs" > /dev/null
}

dashboard() {
  aws cloudwatch get-dashboard --dashboard-name OpportunityManagementService --query DashboardArn --output text > "$work/dashboard"
}

id=none
trap - ERR
say "Validating $base_url"
for section in functional performance security monitoring; do
  if [[ $skipped == *" $section "* ]]; then
    not_applicable "all" "skipped by --skip $section"
  else
    "$section"
  fi
done
summarize
