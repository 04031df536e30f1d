# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the scripts that read this file, and the other way round
# The ECS service: what runs, what ran before, and how it is moved to an image. ECS's own record of deployments is what is asked;
# tags and labels say what somebody meant, not what runs.

# How long a deployment may take, and how long migrations may.
: "${DEPLOYMENT_MINUTES:=60}" "${MIGRATION_MINUTES:=60}"

# register <task definition> <container> <digest> [jq filter]: registers a copy of CloudFormation's task definition whose image is
# pinned by its digest, and prints its ARN.
register() {
  local definition copy
  definition=$(query '{"containerDefinitions":[]}' aws ecs describe-task-definition --task-definition "$1" --query taskDefinition --output json)
  copy=$(jq -c --arg container "$2" --arg image "$registry/$SERVICE@$3" '
    del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy, .deregisteredAt)
    | (.containerDefinitions[] | select(.name == $container)).image = $image' <<< "$definition")
  copy=$(jq -c "${4:-.}" <<< "$copy")
  start arn:task-definition aws ecs register-task-definition --cli-input-json "$copy" --query taskDefinition.taskDefinitionArn --output text
}

readonly deregister=(aws ecs deregister-task-definition --query taskDefinition.status --output text --task-definition)

# images_of <service revision…>: prints {service revision: digest of the API's image}, as JSON.
images_of() {
  local all='{}' page
  while (($# > 0)); do
    page=$(aws ecs describe-service-revisions --service-revision-arns "${@:1:20}" --output json)
    all=$(jq -c --argjson page "$page" '. + ([$page.serviceRevisions[] | {(.serviceRevisionArn): ((.containerImages // [])[] | select(.containerName == "api")
      | .imageDigest // (.image | split("@")[1]))}] | add // {})' <<< "$all")
    shift "$(($# < 20 ? $# : 20))"
  done
  printf '%s\n' "$all"
}

# list_deployments [status]: prints the service's deployments of the last 90 days, oldest first, as a JSON list.
list_deployments() {
  local all='[]' page token=''
  while :; do
    page=$(aws ecs list-service-deployments --cluster "$cluster" --service "$SERVICE" ${1:+--status "$1"} --max-results 100 \
      ${token:+--next-token "$token"} --output json) || return
    all=$(jq -c --argjson page "$page" '. + $page.serviceDeployments | sort_by(.createdAt)' <<< "$all")
    token=$(jq -r '.nextToken // empty' <<< "$page")
    [[ -n $token ]] || break
  done
  printf '%s\n' "$all"
}

# releases: prints the digests of the releases that succeeded, oldest first, as a JSON list; the last one is what runs. A return to
# one of them takes those after it off the list: a second rollback does not bring back what the first one took away.
releases() {
  local deployments listed revisions=() images
  deployments=$(list_deployments SUCCESSFUL)
  listed=$(jq -r 'map(.targetServiceRevisionArn) | unique | .[]' <<< "$deployments")
  [[ -z $listed ]] || mapfile -t revisions <<< "$listed"
  images=$(images_of "${revisions[@]}")
  jq -c --argjson images "$images" '
    map($images[.targetServiceRevisionArn] // empty)
    | reduce .[] as $digest ([]; index($digest) as $at | if $at then .[:$at + 1] else . + [$digest] end)' <<< "$deployments"
}

# newest_deployment: prints the service's newest deployment, as JSON, or null.
newest_deployment() { list_deployments | jq -c 'last'; }

# deployment_ended <ARN of the one before>: whether the newest deployment, another than that, is at its end; fails when ECS took it back.
deployment_ended() {
  local newest
  newest=$(newest_deployment) || {
    # A question that failed says nothing of the deployment, which goes on.
    undo=()
    return 1
  }
  [[ $(jq -r '.serviceDeploymentArn // empty' <<< "$newest") != "$1" ]] || return "$NOT_YET"
  case $(jq -r '.status // empty' <<< "$newest") in
    SUCCESSFUL) ;;
    STOPPED | ROLLBACK_SUCCESSFUL | ROLLBACK_FAILED)
      fail "ECS took the deployment back: $(jq -r '"\(.status), \(.statusReason // "no reason was given")"' <<< "$newest")."
      ;;
    *) return "$NOT_YET" ;;
  esac
}

# deploy_service <option of update-service…>: starts a deployment and waits for its end.
deploy_service() {
  local before desired first=()
  before=$(query null newest_deployment)
  desired=$(query 1 aws ecs describe-services --cluster "$cluster" --services "$SERVICE" --query 'services[0].desiredCount' --output text)
  # Before the first image there was nothing to run; auto-scaling raises this to its minimum.
  [[ $desired != 0 ]] || first=(--desired-count 1)
  run aws ecs update-service --cluster "$cluster" --service "$SERVICE" "$@" --force-new-deployment "${first[@]}" \
    --query 'service.deployments[0].id' --output text
  await "$DEPLOYMENT_MINUTES" "the deployment" deployment_ended "$(jq -r '.serviceDeploymentArn // empty' <<< "$before")"
}

# disarm: the environment's tag goes back to the image that runs, or goes where none does.
disarm() {
  local running
  running=$(releases | jq -r 'last // empty') || return
  if [[ -n $running ]]; then
    move_tag "$running"
  else
    run aws ecr batch-delete-image --repository-name "$SERVICE" --image-ids "imageTag=$environment" --query 'imageIds[0].imageDigest' --output text
  fi
}

# move_service <digest>: moves tag and service to an image. Tasks start from the tag, as after the deployment document's own push; when
# the deployment does not succeed, the tag goes back, so that nothing starts the image later.
move_service() {
  local base
  base=$(query arn:base output "$stack" TaskDefinitionArn)
  [[ -n $base ]] || fail "The stack $stack has no output TaskDefinitionArn: deploy the infrastructure first."
  undo=(disarm)
  move_tag "$1"
  deploy_service --task-definition "$base"
  undo=()
}

# verify: the deployment document's last step, after a deployment and after a rollback.
verify() {
  run aws ecs describe-services --cluster "$cluster" --services "$SERVICE" \
    --query 'services[0].{status:status,running:runningCount,desired:desiredCount,taskDefinition:taskDefinition}'
  run curl --fail --silent --show-error --retry 12 --retry-delay 10 --retry-all-errors "$api_url/health" || fail "$api_url/health does not answer well."
}
