# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the scripts that read this file, and the other way round
# What the deployment scripts share: progress, dry runs, waiting, the question before production, and a sentence when a step fails.

((BASH_VERSINFO[0] >= 5)) || {
  printf 'bash 5 or newer is needed, and this is %s (on macOS: brew install bash).\n' "$BASH_VERSION" >&2
  exit 2
}
# A failure within $(…) is one.
shopt -s inherit_errexit

readonly SERVICE=opportunity-management-service
readonly MIGRATIONS=$SERVICE-migrations
# Seconds between two looks at something that takes its time.
: "${POLL_SECONDS:=10}"
# What a function that is waited for returns while it is not done.
readonly NOT_YET=75

dry_run=false
confirmed=false
step_name="the preparation"
step_hint="Mend what is said above and run the same command again."
# A command that takes back what the step that fails has begun.
undo=()

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$*"
  trap - ERR
  exit 1
}

# step <name> <what to do when it fails>: a part of the work begins.
step() {
  step_name=$1
  step_hint=$2
  say "==> $step_name"
}

failed() {
  local status=$?
  # Within $(…) the shell around it fails too, and says so.
  ((BASH_SUBSHELL == 0)) || exit "$status"
  trap - ERR
  if ((${#undo[@]} > 0)); then
    say "  + ${undo[*]}"
    "${undo[@]}" > /dev/null || say "  That could not be taken back."
  fi
  say "Failed in: $step_name (exit code $status). $step_hint"
  exit "$status"
}

# run <command…>: runs a command that changes something; a dry run only says it.
run() {
  say "  + $*"
  $dry_run || "$@"
}

# query <answer of a dry run> <command…>: prints what a command that changes nothing prints.
query() {
  say "  ? ${*:2}"
  if $dry_run; then printf '%s\n' "$1"; else "${@:2}"; fi
}

# start <answer of a dry run> <command…>: prints what a command that changes something prints.
start() {
  say "  + ${*:2}"
  if $dry_run; then printf '%s\n' "$1"; else "${@:2}"; fi
}

# fail <sentence>: the step has failed, for this reason.
fail() {
  say "$*"
  return 1
}

# await <minutes> <what> <function…>: asks until the function returns something else than NOT_YET.
await() {
  # The function sees these names, and sets those of its caller.
  local await_minutes=$1 await_what=$2 await_began=$SECONDS await_result
  shift 2
  say "  Waiting for $await_what, $await_minutes minutes at most."
  if $dry_run; then return; fi
  while :; do
    await_result=0
    "$@" || await_result=$?
    ((await_result == NOT_YET)) || return "$await_result"
    if ((SECONDS - await_began >= await_minutes * 60)); then
      # What goes on is not taken back.
      undo=()
      fail "Waited $await_minutes minutes for $await_what. It goes on without this script."
      return
    fi
    sleep "$POLL_SECONDS"
  done
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" > /dev/null || die "$tool is needed and not on PATH."
  done
}

# confirm <what is about to happen>: production asks first.
confirm() {
  [[ $environment == prod ]] || return 0
  if $dry_run || $confirmed; then return 0; fi
  [[ -t 0 ]] || die "$1 in production: nobody is there to ask. Add --yes if that is meant."
  local answer
  read -r -p "$1 in production. Type prod to go on: " answer
  [[ $answer == prod ]] || die "Nothing was done."
}

# A pipeline that is cancelled says so before it kills.
interrupted() {
  say "Interrupted."
  (exit 130) || failed
}

trap failed ERR
trap interrupted INT TERM
