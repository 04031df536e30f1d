# shellcheck shell=bash
# Named checks, each pass, fail or not applicable here, and their summary. Reads section, base_url and report.

results=()
detail=

# check <name> <command…>: the command's exit code decides; what it leaves in detail is told when it fails.
check() {
  local name=$1 began=$EPOCHREALTIME
  shift
  detail=
  if "$@"; then record pass "$name" "$began" "$detail"; else record fail "$name" "$began" "${detail:-it did not succeed}"; fi
}

not_applicable() { record "not applicable here" "$1" "$EPOCHREALTIME" "$2"; }

# record <result> <name> <began> <detail>
record() {
  local milliseconds=$(((${EPOCHREALTIME/./} - ${3/./}) / 1000))
  printf '%-20s %s: %s%s\n' "$1" "${section:?}" "$2" "${4:+ ($4)}"
  results+=("$(jq -cn --arg section "$section" --arg name "$2" --arg result "$1" --arg detail "$4" --argjson ms "$milliseconds" \
    '{section: $section, name: $name, result: $result, milliseconds: $ms, detail: $detail}')")
}

# summarize: writes the report and ends with 1 if a check failed.
summarize() {
  mkdir -p "$(dirname "${report:?}")"
  printf '%s\n' "${results[@]}" | jq -s --arg url "${base_url:?}" --arg at "$(date -u +%Y-%m-%dT%H:%M:%SZ)" '{
    base_url: $url, finished_at: $at,
    passed: map(select(.result == "pass")) | length,
    failed: map(select(.result == "fail")) | length,
    not_applicable: map(select(.result == "not applicable here")) | length,
    checks: .
  }' > "$report"
  jq -r '"\(.passed) passed, \(.failed) failed, \(.not_applicable) not applicable here"' "$report"
  [[ $(jq .failed "$report") == 0 ]]
}
