#!/usr/bin/env bash
# Takes back a release, the database, or a failed change of the infrastructure. Safe to run again after a failure half-way.
#   deploy/rollback.sh app ENV [--to VERSION]             the release before this one, or the one that is named
#   deploy/rollback.sh database ENV [--snapshot ID]       the newest snapshot, or the one that is named, beside the present instance
#   deploy/rollback.sh infrastructure ENV                 an update of the stack that failed
# Each with [--dry-run] [--yes].
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/common.sh

usage="Usage: deploy/rollback.sh app|database|infrastructure dev|staging|prod [--to VERSION] [--snapshot ID] [--dry-run] [--yes]"
words=()
wanted_version=
wanted_snapshot=
while (($# > 0)); do
  case $1 in
    --dry-run) dry_run=true ;;
    --yes) confirmed=true ;;
    --to) wanted_version=${2:?$usage}; shift ;;
    --snapshot) wanted_snapshot=${2:?$usage}; shift ;;
    -*) die "$usage" ;;
    *) words+=("$1") ;;
  esac
  shift
done
((${#words[@]} == 2)) || die "$usage"
case ${words[0]} in
  app | database | infrastructure) part=${words[0]} ;;
  *) die "$usage" ;;
esac
take_environment "${words[1]}"
need aws jq curl

# label <task definition> <label>: prints the label of the API's container; nothing where there is none.
label() {
  aws ecs describe-task-definition --task-definition "$1" \
    --query "taskDefinition.containerDefinitions[?name=='api'].dockerLabels.\"$2\" | [0]" --output text | sed 's/^None$//'
}

# previous_release <current>: prints the newest revision before the current one that is of another image.
previous_release() {
  local current=$1 current_digest revisions digest candidate revision
  revisions=$(aws ecs list-task-definitions --family-prefix "$SERVICE" --status ACTIVE --sort DESC --query 'taskDefinitionArns' --output text)
  current_digest=$(label "$current" "$LABEL_DIGEST")
  for candidate in $revisions; do
    revision=${candidate##*:}
    ((revision < ${current##*:})) || continue
    digest=$(label "$candidate" "$LABEL_DIGEST")
    [[ -z $digest || $digest == "$current_digest" ]] || {
      printf '%s\n' "$candidate"
      return
    }
  done
}

rollback_app() {
  step "find the release to return to" "Nothing was done."
  local current newest state previous digest
  current=$(query "$SERVICE:2" aws ecs describe-services --cluster "$cluster" --services "$SERVICE" --query 'services[0].taskDefinition' --output text)
  newest=$(query "$SERVICE:2" aws ecs describe-task-definition --task-definition "$SERVICE" --query 'taskDefinition.taskDefinitionArn' --output text)
  state=$(query COMPLETED aws ecs describe-services --cluster "$cluster" --services "$SERVICE" \
    --query "services[0].deployments[?status=='PRIMARY'].rolloutState | [0]" --output text)
  if [[ -n $wanted_version ]]; then
    previous=$current
    digest=$(digest_of "$wanted_version" sha256:0)
    [[ $digest != None ]] || die "No version $wanted_version was pushed. Nothing was done."
  elif [[ $state == IN_PROGRESS && $current != "$newest" ]]; then
    # Run again after a roll back that was cut short: that one is brought to its end, instead of going back one further.
    previous=$current
    digest=$(query sha256:0 label "$previous" "$LABEL_DIGEST")
  else
    previous=$(query "$SERVICE:1" previous_release "$current")
    [[ -n $previous ]] || die "No release before $current is on record. Name a version that was pushed: deploy/rollback.sh app $environment --to VERSION."
    digest=$(query sha256:0 label "$previous" "$LABEL_DIGEST")
  fi
  say "  From $current to $previous, image $digest."
  confirm "Return to ${wanted_version:-$previous}"

  step "let $environment mean that image" "The service still runs what it ran. Run the same command again."
  move_tag "$digest"

  step "update the service" "ECS keeps the tasks that were healthy. See the log group /aws/ecs/$SERVICE, and name another version: deploy/rollback.sh app $environment --to VERSION."
  run aws ecs update-service --cluster "$cluster" --service "$SERVICE" --task-definition "$previous" --force-new-deployment \
    --query 'service.deployments[0].id' --output text
  await_service "$previous"

  step "verify" "The service runs $previous, and does not answer well: the trouble is elsewhere (deploy/validate.sh $api_url --env $environment)."
  verify
  say "$environment runs ${wanted_version:-$previous} again. Its schema is the newer one, which the release before can work with."
}

# What a dry run takes the present instance to be like.
readonly like_any='{"DBInstanceClass":"CLASS","DBSubnetGroup":{"DBSubnetGroupName":"SUBNETS"},"DBParameterGroups":[{"DBParameterGroupName":"PARAMETERS"}],"MultiAZ":true,"VpcSecurityGroups":[{"VpcSecurityGroupId":"SECURITY-GROUP"}]}'

# restore <instance>: restores the snapshot into an instance like the present one.
restore() {
  local like listed options
  like=$(query "$like_any" aws rds describe-db-instances --db-instance-identifier "$SERVICE" --query 'DBInstances[0]' --output json)
  listed=$(jq -r '
    "--db-instance-class", .DBInstanceClass,
    "--db-subnet-group-name", .DBSubnetGroup.DBSubnetGroupName,
    "--db-parameter-group-name", .DBParameterGroups[0].DBParameterGroupName,
    (if .MultiAZ then "--multi-az" else "--no-multi-az" end),
    "--vpc-security-group-ids", .VpcSecurityGroups[].VpcSecurityGroupId' <<< "$like")
  mapfile -t options <<< "$listed"
  run aws rds restore-db-instance-from-db-snapshot --db-instance-identifier "$1" --db-snapshot-identifier "$2" \
    --no-publicly-accessible --deletion-protection --copy-tags-to-snapshot --enable-iam-database-authentication "${options[@]}" \
    --query 'DBInstance.DBInstanceStatus' --output text
}

# set_password <instance>: gives the restored instance the password of now; it has that of the snapshot's time.
set_password() {
  # In a file and not among the arguments, which anyone on this machine can read.
  jq --arg instance "$1" '{DBInstanceIdentifier: $instance, MasterUserPassword: .password, ApplyImmediately: true}' <<< "$2" > "$secret_file"
  run aws rds modify-db-instance --cli-input-json "file://$secret_file" --query 'DBInstance.DBInstanceStatus' --output text
}

rollback_database() {
  step "find the snapshot" "Nothing was done."
  local restored=$SERVICE-restored snapshot=$wanted_snapshot existing secret host
  [[ -n $snapshot ]] || snapshot=$(query snapshot-1 aws rds describe-db-snapshots --db-instance-identifier "$SERVICE" \
    --query 'sort_by(DBSnapshots, &SnapshotCreateTime)[-1].DBSnapshotIdentifier' --output json)
  # JSON, because text would be one answer for each page of a hundred snapshots.
  snapshot=${snapshot//\"/}
  [[ $snapshot != null ]] || die "There is no snapshot of $SERVICE. Nothing was done."
  confirm "Return the database to $snapshot (what was written since stays behind in $SERVICE)"
  secret_file=$(mktemp)
  chmod 600 "$secret_file"
  trap 'rm -f "$secret_file"' EXIT

  step "restore $snapshot as $restored" "The service still uses $SERVICE. Run the same command again: a restore that was begun is not begun twice."
  existing=$(query None aws rds describe-db-instances --query "DBInstances[?DBInstanceIdentifier=='$restored'].DBInstanceStatus | [0]" --output text)
  if [[ $existing == None ]]; then
    restore "$restored" "$snapshot"
  else
    say "  $restored exists already ($existing)."
  fi
  run aws rds wait db-instance-available --db-instance-identifier "$restored"

  step "give $restored the present password" "The service still uses $SERVICE. Run the same command again."
  secret=$(query '{}' aws secretsmanager get-secret-value --secret-id "$SERVICE/database" --query SecretString --output text)
  set_password "$restored" "$secret"
  run aws rds wait db-instance-available --db-instance-identifier "$restored"

  step "point the secret to $restored" "The tasks still use $SERVICE until they are replaced. Run the same command again."
  host=$(query restored.example.com aws rds describe-db-instances --db-instance-identifier "$restored" --query 'DBInstances[0].Endpoint.Address' --output text)
  jq --arg host "$host" --arg instance "$restored" '.host = $host | .dbInstanceIdentifier = $instance' <<< "$secret" > "$secret_file"
  run aws secretsmanager put-secret-value --secret-id "$SERVICE/database" --secret-string "file://$secret_file" --query VersionId --output text

  step "replace the tasks" "The secret points to $restored. Run: aws ecs update-service --cluster $cluster --service $SERVICE --force-new-deployment"
  run aws ecs update-service --cluster "$cluster" --service "$SERVICE" --force-new-deployment --query 'service.deployments[0].id' --output text
  await_service

  step "verify" "The schema of the snapshot may be older than the release: deploy/rollback.sh app $environment returns to the release of its time, deploy/migrate.sh $environment brings the schema up."
  verify
  say "$environment uses $restored. $SERVICE is as it was; docs/runbook.md says how to give its name to the restored one."
}

rollback_infrastructure() {
  step "look at the stack" "Nothing was done."
  local status
  status=$(query UPDATE_FAILED aws cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].StackStatus' --output text)
  confirm "Roll back the stack $stack ($status)"

  step "roll back $stack" "See the stack's events for the resource that cannot be returned, mend it, and run the same command again."
  case $status in
    CREATE_FAILED | UPDATE_FAILED)
      run aws cloudformation rollback-stack --stack-name "$stack"
      ;;
    UPDATE_ROLLBACK_FAILED)
      run aws cloudformation continue-update-rollback --stack-name "$stack"
      ;;
    ROLLBACK_IN_PROGRESS | UPDATE_ROLLBACK_IN_PROGRESS | UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS)
      say "  CloudFormation is at it already."
      ;;
    ROLLBACK_COMPLETE | UPDATE_ROLLBACK_COMPLETE)
      say "  CloudFormation has rolled it back already."
      ;;
    *)
      die "$stack is $status: CloudFormation takes back an update that failed, not one that succeeded. To return to an earlier definition, check its commit out and deploy it: git switch --detach COMMIT && deploy/deploy.sh $environment."
      ;;
  esac
  [[ $status == *ROLLBACK_COMPLETE || $status == CREATE_FAILED || $status == ROLLBACK_IN_PROGRESS ]] ||
    run aws cloudformation wait stack-rollback-complete --stack-name "$stack"

  step "verify" "See the stack's events: aws cloudformation describe-stack-events --stack-name $stack"
  run aws cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].{name:StackName,status:StackStatus,reason:StackStatusReason}'
  say "$stack is rolled back; the state stack was not touched."
}

"rollback_$part"
