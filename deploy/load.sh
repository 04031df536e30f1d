# shellcheck shell=bash
# A load of GET requests: with hey where it is installed, else with curl's own parallel transfers. Reads work and opportunities.

# load <requests> <at once>: passes if every answer is 200 and the 95th percentile is below MAX_P95_MS.
load() {
  local requests=$1 parallel=$2 times=${work:?}/times p95 failures
  ((parallel <= requests)) || parallel=$requests
  if command -v hey > /dev/null; then
    hey -n "$requests" -c "$parallel" -o csv -H "Authorization: Bearer ${TOKEN:-}" "${opportunities:?}" | awk -F, 'NR > 1 {print $7, $1}' > "$times"
  else
    # The fragment only numbers the requests: it is not sent.
    curl --silent --config "$work/all" --parallel --parallel-max "$parallel" --max-time 60 --output /dev/null \
      --write-out '%{http_code} %{time_total}\n' "${opportunities:?}#[1-$requests]" > "$times" || true
  fi
  failures=$(awk '$1 != 200' "$times" | wc -l)
  failures=$((failures + requests - $(wc -l < "$times")))
  p95=$(sort -n -k 2 "$times" | awk '{t[NR] = $2} END {i = int(NR * 0.95); if (i < 1) i = 1; printf "%d", t[i] * 1000}')
  # shellcheck disable=SC2034 # told by check
  detail="$requests requests, $parallel at once: 95th percentile $p95 ms, $failures not 200"
  ((failures == 0 && p95 < ${MAX_P95_MS:-500}))
}
