#!/usr/bin/env bash
# Stands in for a tool: writes down how it was called, and answers as ANSWERS says: lines of a pattern, an exit code, how often, and
# an output, with tabs between; the first whose pattern fits counts, and without one it succeeds and says nothing.
call="$(basename "$0") $*"
printf '%s\n' "${call//$'\n'/ }" >> "$CALLS"
[[ -t 0 || $* != *--password-stdin* ]] || cat > /dev/null
while IFS=$'\t' read -r pattern code times output; do
  # shellcheck disable=SC2053 # the pattern is one
  if [[ $call == $pattern ]] && (($(grep -cxF -- "${call//$'\n'/ }" "$CALLS") <= times)); then
    [[ -z $output ]] || printf '%s\n' "$output"
    ((code == 0)) || printf 'An error occurred: as told by the test\n' >&2
    exit "$code"
  fi
done < "$ANSWERS"
