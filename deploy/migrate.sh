#!/usr/bin/env bash
# Brings the database schema to the version of an image: a one-off ECS task, waited for.
#   deploy/migrate.sh [ENV] [--digest sha256:…] [--dry-run]
# ENV: dev, staging or prod; without it, the one that is in this AWS account. Without --digest, the image that the environment's tag
# is on. MIGRATION_MINUTES (60): how long it is waited for; run again, it goes on waiting for a task that still runs.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/common.sh
source deploy/environment.sh
source deploy/images.sh
source deploy/service.sh

usage="Usage: deploy/migrate.sh [dev|staging|prod] [--digest sha256:…] [--dry-run]"
name=${OPPORTUNITIES_ENVIRONMENT:-}
digest=
named=false
while (($# > 0)); do
  case $1 in
    --dry-run) dry_run=true ;;
    --digest) digest=${2:?$usage}; shift ;;
    -*) die "$usage" ;;
    *)
      ! $named || die "$usage"
      named=true
      name=$1
      ;;
  esac
  shift
done
need aws jq

step "find the service" "Deploy the infrastructure first: deploy/deploy.sh ENV."
if [[ -z $name ]]; then
  # Each environment has an account of its own, so that there is one cluster of this name to be found.
  clusters=$(query "cluster/$SERVICE-dev" aws ecs list-clusters --query "clusterArns[?contains(@, 'cluster/$SERVICE-')]" --output text)
  read -r -a found <<< "$clusters"
  ((${#found[@]} == 1)) || die "This account has ${#found[@]} clusters named $SERVICE-…: say which environment is meant."
  name=${found[0]##*"cluster/$SERVICE-"}
fi
take_environment "$name"
take_account
if [[ -z $digest ]]; then
  digest=$(digest_of "$environment" sha256:0)
  [[ $digest != None ]] || die "No image has the tag $environment yet: push one first."
fi
network=$(query '{}' aws ecs describe-services --cluster "$cluster" --services "$SERVICE" --query 'services[0].networkConfiguration' --output json)
base=$(query arn:base output "$stack" MigrationTaskDefinitionArn)
# RDS makes and rotates the owner's password; an instance that was restored from a snapshot has a secret of its own.
[[ -n $base ]] || fail "The stack $stack has no output MigrationTaskDefinitionArn: deploy the infrastructure first."
owner=$(query arn:owner aws rds describe-db-instances --db-instance-identifier "$SERVICE" --query 'DBInstances[0].MasterUserSecret.SecretArn' --output text)

step "run the migrations" "The service was not touched. What the task said is in the log group /aws/ecs/$SERVICE, stream migrations/…; after mending, run the same command again."
# Which task is meant when this is run again.
started_by=migrations/${digest:7:32}
task=$(query None aws ecs list-tasks --cluster "$cluster" --started-by "$started_by" --query 'taskArns[0]' --output text)
if [[ $task == None ]]; then
  # shellcheck disable=SC2016 # $ENV is jq's
  task_definition=$(OWNER=$owner register "$base" migrations "$digest" '
    (.containerDefinitions[].secrets[]? | select(.name == "Database__Username" or .name == "Database__Password").valueFrom)
      |= $ENV.OWNER + capture("^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+(?<key>.*)$").key')
  undo=("${deregister[@]}" "$task_definition")
  task=$(start arn:task aws ecs run-task --cluster "$cluster" --task-definition "$task_definition" --launch-type FARGATE \
    --network-configuration "$network" --started-by "$started_by" --query 'tasks[0].taskArn' --output text)
  [[ $task != None ]] || fail "ECS did not start the task."
else
  say "  $task runs already."
fi

# Whether the task has stopped; how it ended goes to outcome.
task_stopped() {
  outcome=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --output json \
    --query 'tasks[0].{status:lastStatus,exit:containers[0].exitCode,reason:stoppedReason,from:taskDefinitionArn}') || return
  [[ $(jq -r '.status' <<< "$outcome") == STOPPED ]] || return "$NOT_YET"
}
outcome='{"exit":0,"from":"arn:task-definition"}'
await "$MIGRATION_MINUTES" "$task" task_stopped
# Nobody else is to start from it.
run "${deregister[@]}" "$(jq -r '.from' <<< "$outcome")" > /dev/null
undo=()
exit_code=$(jq -r 'if .exit == null then "none" else .exit end' <<< "$outcome")
[[ $exit_code == 0 ]] || fail "The migrations ended with exit code $exit_code: $(jq -r '.reason // "no reason was given"' <<< "$outcome")."
say "The schema of $environment is up to date."
