#!/usr/bin/env bash
# Brings the database schema to the version of the image that the environment's tag is on: a one-off ECS task, waited for.
#   deploy/migrate.sh [ENV] [--dry-run]      ENV: dev, staging or prod; without it, the one that is in this AWS account
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/common.sh

name=${OPPORTUNITIES_ENVIRONMENT:-}
for argument in "$@"; do
  case $argument in
    --dry-run) dry_run=true ;;
    -*) die "Usage: deploy/migrate.sh [dev|staging|prod] [--dry-run]" ;;
    *) name=$argument ;;
  esac
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
network=$(query '{}' aws ecs describe-services --cluster "$cluster" --services "$SERVICE" --query 'services[0].networkConfiguration' --output json)

step "run the migrations" "The service was not touched. What the task said is in the log group /aws/ecs/$SERVICE, stream migrations/…; after mending, run the same command again."
task=$(start arn:task aws ecs run-task --cluster "$cluster" --task-definition "$MIGRATIONS" --launch-type FARGATE --network-configuration "$network" \
  --started-by "deploy/migrate.sh" --query 'tasks[0].taskArn' --output text)
[[ $task != None ]] || fail "ECS did not start the task."
run aws ecs wait tasks-stopped --cluster "$cluster" --tasks "$task"
outcome=$(query '{"exit":0}' aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].{exit:containers[0].exitCode,reason:stoppedReason}' --output json)
exit_code=$(jq -r 'if .exit == null then "none" else .exit end' <<< "$outcome")
[[ $exit_code == 0 ]] || fail "The migrations ended with exit code $exit_code: $(jq -r '.reason // "no reason was given"' <<< "$outcome")."
say "The schema of $environment is up to date."
