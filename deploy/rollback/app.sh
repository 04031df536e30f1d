# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy/rollback.sh reads this file
# Rolls a release back: to the one that runs, where the tag or an unfinished deployment says otherwise; else to the one before it.
# Never further: see docs/decisions/0050-what-runs.md.

# finish <digest> <sentence>: the service runs that image; so says the tag, and the service is asked.
finish() {
  step "see that the tag $environment means it" "The service runs it, and the tag does not say so yet. Run the same command again."
  move_tag "$1"
  step "verify" "The service runs $1, and does not answer well: the trouble is elsewhere (deploy/validate.sh $api_url --env $environment)."
  verify
  say "$2 The schema is the newest one, which the release before can work with."
}

step "find the release to return to" "Nothing was done."
history=$(query '["sha256:1","sha256:2"]' releases)
running=$(jq -r 'last // empty' <<< "$history")
before=$(jq -r '.[-2] // empty' <<< "$history")
[[ -n $running ]] || die "No release has succeeded in $environment yet: there is nothing to return to."
tagged=$(digest_of "$environment" "$running")
newest=$(query null newest_deployment)
under_way=
if [[ $(jq -r '.status // empty' <<< "$newest") =~ ^(PENDING|IN_PROGRESS|STOP_REQUESTED|ROLLBACK_REQUESTED|ROLLBACK_IN_PROGRESS)$ ]]; then
  revision=$(jq -r '.targetServiceRevisionArn' <<< "$newest")
  under_way=$(images_of "$revision" | jq -r --arg revision "$revision" '.[$revision] // "an image that ECS has not found yet"')
fi
say "  Runs: $running. Before it: ${before:-none that ECS remembers}. The tag: $tagged.${under_way:+ Under way: $under_way.}"

if [[ -n $wanted_version ]]; then
  target=$(digest_of "$wanted_version" sha256:0)
  [[ $target != None ]] || die "No version $wanted_version was pushed. Nothing was done."
elif [[ -n $under_way && $under_way == "$before" ]]; then
  # Run again after a rollback that was cut short: that rollback is brought to its end, instead of going back one release further.
  step "wait for the rollback that is under way" "Run the same command again."
  # Any deployment that is not named counts as the one that is waited for.
  await "$DEPLOYMENT_MINUTES" "the deployment" deployment_ended ""
  finish "$before" "$environment runs $before again."
  exit
elif [[ -n $under_way && $under_way != "$running" ]]; then
  confirm "Stop the deployment of $under_way and go on with $running"
  step "stop the deployment that is under way" "Run the same command again."
  [[ $(jq -r '.status' <<< "$newest") != @(PENDING|IN_PROGRESS) ]] ||
    run aws ecs stop-service-deployment --service-deployment-arn "$(jq -r '.serviceDeploymentArn' <<< "$newest")" --stop-type ROLLBACK \
      --query serviceDeploymentArn --output text
  # Whether ECS is done with it, in whichever way.
  # shellcheck disable=SC2317 # await calls it
  stopped() {
    newest=$(newest_deployment) || return
    [[ $(jq -r '.status' <<< "$newest") =~ ^(STOPPED|ROLLBACK_SUCCESSFUL|ROLLBACK_FAILED|SUCCESSFUL)$ ]] || return "$NOT_YET"
  }
  await "$DEPLOYMENT_MINUTES" "ECS to take it back" stopped
  running=$(releases | jq -r 'last')
  finish "$running" "$environment goes on with $running."
  exit
elif [[ $tagged != "$running" ]]; then
  # A release that failed, or a push by hand: the service never ran it, or does no longer.
  confirm "Give the tag back to the release that runs"
  finish "$running" "$environment runs $running, as before; only the tag was elsewhere. To go to the release before it, run the same command again."
  exit
else
  target=$before
  [[ -n $target ]] || die "ECS remembers no release before $running. Name a version that was pushed: deploy/rollback.sh app $environment --to VERSION."
fi

confirm "Return to ${wanted_version:-$target}"
step "update the service" "ECS keeps the tasks that were healthy. See the log group /aws/ecs/$SERVICE, and name another version: deploy/rollback.sh app $environment --to VERSION."
move_service "$target"
finish "$target" "$environment runs ${wanted_version:-$target} again."
