#!/usr/bin/env bash
# Prints the commit that may be deployed: one of this repository's main, that came by a push, and that CI has passed. Refuses any other.
# A run of CI for a pull request from a fork's branch named main looks like one of main to the trigger's filter; it is not.
#   .github/scripts/trusted-revision.sh      reads what GitHub says of the event, in a clone that has origin/main
set -Eeuo pipefail

refuse() {
  printf 'Not deployed: %s.\n' "$*" >&2
  exit 1
}

event() { jq -r "$1 // empty" "$GITHUB_EVENT_PATH"; }

case $GITHUB_EVENT_NAME in
  workflow_run)
    [[ $(event .workflow_run.conclusion) == success ]] || refuse "CI has not passed"
    [[ $(event .workflow_run.event) == push ]] || refuse "the run of CI was not for a push but for $(event .workflow_run.event)"
    [[ $(event .workflow_run.head_repository.full_name) == "$GITHUB_REPOSITORY" ]] ||
      refuse "the commit is one of $(event .workflow_run.head_repository.full_name)"
    [[ $(event .workflow_run.head_branch) == main ]] || refuse "the branch is $(event .workflow_run.head_branch)"
    [[ $(event .workflow_run.path) == .github/workflows/ci.yml* ]] || refuse "the run is not one of CI"
    revision=$(event .workflow_run.head_sha)
    ;;
  workflow_dispatch)
    [[ $GITHUB_REF == refs/heads/main ]] || refuse "the branch is $GITHUB_REF"
    revision=$GITHUB_SHA
    ;;
  *) refuse "the event is $GITHUB_EVENT_NAME" ;;
esac
[[ $revision =~ ^[0-9a-f]{40}$ ]] || refuse "'$revision' is no commit"
git merge-base --is-ancestor "$revision" origin/main 2> /dev/null || refuse "$revision is not on main"
printf '%s\n' "$revision"
