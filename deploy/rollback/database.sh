# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy/rollback.sh reads this file
# Puts a snapshot in the place of the database's instance. The instance in use is always the one named like the service: that is
# the name that CloudFormation, the alarms, the snapshots and the secret know. See docs/decisions/0051-restored-database.md.

readonly SECRET=$SERVICE/database
# Which snapshot an instance was made from.
readonly TAG_SNAPSHOT=opportunities:snapshot
# Whether the return to it is begun or done.
readonly TAG_STATE=opportunities:restore
# What a dry run takes an instance to be like.
readonly ANY_INSTANCE='{"DBInstanceIdentifier":"INSTANCE","DBInstanceStatus":"available","InstanceCreateTime":"2026-01-01T00:00:00Z",
  "DBInstanceArn":"arn:instance","Endpoint":{"Address":"HOST"},"DBSubnetGroup":{},"DBParameterGroups":[],"VpcSecurityGroups":[],"TagList":[]}'

# instance <identifier>: prints it as JSON; null where there is none.
instance() {
  aws rds describe-db-instances --query "DBInstances[?DBInstanceIdentifier=='$1'] | [0]" --output json
}

# Whether an instance is there, available, and as a jq condition says.
instance_ready() {
  local one
  one=$(instance "$1") || return
  case $(jq -r '.DBInstanceStatus // "none"' <<< "$one") in
    available) [[ $(jq -r "${2:-true}" <<< "$one") == true ]] || return "$NOT_YET" ;;
    failed | incompatible-* | storage-full | inaccessible-*) fail "$1 is $(jq -r '.DBInstanceStatus' <<< "$one")." ;;
    *) return "$NOT_YET" ;;
  esac
}

# tag_of <instance as JSON> <key>: prints the value of a tag.
tag_of() { jq -r --arg key "$2" '.TagList[]? | select(.Key == $key).Value' <<< "$1"; }

# compact <time>: prints a time as it can stand in an identifier.
compact() { cut -c 1-19 <<< "$1" | tr -cd '0-9'; }

# rename <from> <to>
rename() {
  run aws rds modify-db-instance --db-instance-identifier "$1" --new-db-instance-identifier "$2" --apply-immediately \
    --query 'DBInstance.DBInstanceStatus' --output text
  await 60 "$2" instance_ready "$2"
}

step "find the snapshot" "Nothing was done."
secret=$(query '{"dbInstanceIdentifier":"'"$SERVICE"'"}' aws secretsmanager get-secret-value --secret-id "$SECRET" --query SecretString --output text)
used=$(jq -r '.dbInstanceIdentifier' <<< "$secret")
[[ $used == "$SERVICE" ]] ||
  die "The secret $SECRET names the instance $used: give it the name $SERVICE first (docs/runbook.md, \"Two instances of the database\"). Nothing was done."
present=$(query "$ANY_INSTANCE" instance "$SERVICE")
# A restore that was begun and not ended: beside the present instance, or in its place already.
begun=$(query null aws rds describe-db-instances --query "DBInstances[?starts_with(DBInstanceIdentifier, '$SERVICE-restored-')] | [0]" --output json)
[[ $begun != null || $(tag_of "$present" "$TAG_STATE") != begun ]] || begun=$present
[[ $present$begun != nullnull ]] || die "There is no instance $SERVICE. Nothing was done."
if [[ $begun != null ]]; then
  restored=$(jq -r '.DBInstanceIdentifier' <<< "$begun")
  id=$(tag_of "$begun" "$TAG_SNAPSHOT")
  [[ -n $id ]] || die "$restored exists, and does not say what it was made from: rename or delete it. Nothing was done."
  [[ -z $wanted_snapshot || $wanted_snapshot == "$id" ]] ||
    die "A return to $id was begun ($restored) and not ended: end it (without --snapshot), or delete $restored. Nothing was done."
  say "  A return to $id was begun ($restored, $(jq -r '.DBInstanceStatus' <<< "$begun")): it is gone on with."
else
  if [[ -n $wanted_snapshot ]]; then
    which=(--db-snapshot-identifier "$wanted_snapshot")
  else
    which=(--db-instance-identifier "$SERVICE")
  fi
  # One that is being taken has no time yet. JSON, because text would be one answer for each page of a hundred snapshots.
  snapshot=$(query '{"DBSnapshotIdentifier":"'"${wanted_snapshot:-SNAPSHOT}"'","SnapshotCreateTime":"2026-01-01T00:00:00"}' aws rds describe-db-snapshots \
    "${which[@]}" --query "sort_by(DBSnapshots[?Status=='available'], &SnapshotCreateTime)[-1]" --output json)
  [[ $snapshot != null ]] || die "There is no snapshot ${wanted_snapshot:-of $SERVICE} that can be used. Nothing was done."
  id=$(jq -r '.DBSnapshotIdentifier' <<< "$snapshot")
  restored=$SERVICE-restored-$(compact "$(jq -r '.SnapshotCreateTime' <<< "$snapshot")")
fi
confirm "Return the database to $id (what was written since stays behind in the present instance)"

step "restore $id as $restored" "The service still uses the present instance. Run the same command again: a restore that was begun is not begun twice."
if [[ $begun == null ]]; then
  # Everything that CloudFormation gave the present instance and a restore can take.
  run aws rds restore-db-instance-from-db-snapshot --query 'DBInstance.DBInstanceStatus' --output text --cli-input-json "$(
    jq -c --arg name "$restored" --arg snapshot "$id" --arg of "$TAG_SNAPSHOT" --arg state "$TAG_STATE" '{
      DBInstanceIdentifier: $name, DBSnapshotIdentifier: $snapshot, PubliclyAccessible: false,
      DBInstanceClass, MultiAZ, StorageType, CopyTagsToSnapshot, DeletionProtection, AutoMinorVersionUpgrade,
      DBSubnetGroupName: .DBSubnetGroup.DBSubnetGroupName, DBParameterGroupName: .DBParameterGroups[0].DBParameterGroupName,
      VpcSecurityGroupIds: [.VpcSecurityGroups[].VpcSecurityGroupId], EnableIAMDatabaseAuthentication: .IAMDatabaseAuthenticationEnabled,
      EnableCloudwatchLogsExports: .EnabledCloudwatchLogsExports,
      Tags: ([.TagList[]? | select(.Key | (startswith("aws:") or . == $of or . == $state) | not)]
        + [{Key: $of, Value: $snapshot}, {Key: $state, Value: "begun"}])
    } | with_entries(select(.value != null))' <<< "$present")"
fi
await 240 "$restored" instance_ready "$restored"

step "give $restored the settings that a restore does not take" "The service still uses the present instance. Run the same command again."
# Once the present instance has given its name away, its settings were given before.
if [[ $restored != "$SERVICE" && $present != null ]]; then
  managed=$(query null instance "$restored" | jq '.MasterUserSecret != null')
  run aws rds modify-db-instance --query 'DBInstance.DBInstanceStatus' --output text --cli-input-json "$(
    jq -c --arg name "$restored" --argjson managed "$managed" '{
      DBInstanceIdentifier: $name, ApplyImmediately: true, ManageMasterUserPassword: (if $managed then null else true end), MaxAllocatedStorage,
      BackupRetentionPeriod, PreferredBackupWindow, PreferredMaintenanceWindow, CACertificateIdentifier, MonitoringInterval, MonitoringRoleArn,
      DatabaseInsightsMode, EnablePerformanceInsights: .PerformanceInsightsEnabled, PerformanceInsightsRetentionPeriod
    } | with_entries(select(.value != null))' <<< "$present")"
fi
await 60 "$restored and its owner's password" instance_ready "$restored" '.MasterUserSecret.SecretStatus == "active"'

step "give $restored the name $SERVICE" "The database does not answer meanwhile, and the service says 503. Run the same command again: it goes on where it stopped."
if [[ $restored != "$SERVICE" ]]; then
  if [[ $present != null ]]; then
    rename "$SERVICE" "$SERVICE-of-$(compact "$(jq -r '.InstanceCreateTime' <<< "$present")")"
  fi
  rename "$restored" "$SERVICE"
fi

step "point the secret to it" "The tasks may use an address that is gone. Run the same command again."
present=$(query "$ANY_INSTANCE" instance "$SERVICE")
host=$(jq -r '.Endpoint.Address' <<< "$present")
if [[ $(jq -r '.host' <<< "$secret") == "$host" ]]; then
  say "  It names $host already."
else
  secret_file=$(mktemp)
  chmod 600 "$secret_file"
  trap 'rm -f "$secret_file"' EXIT
  # In a file and not among the arguments, which anyone on this machine can read.
  jq --arg host "$host" '.host = $host' <<< "$secret" > "$secret_file"
  run aws secretsmanager put-secret-value --secret-id "$SECRET" --secret-string "file://$secret_file" --query VersionId --output text
fi

step "bring its schema and the API's password up" "The database is the restored one. Mend what the task says, and run the same command again."
if $dry_run; then deploy/migrate.sh "$environment" --dry-run; else deploy/migrate.sh "$environment"; fi

step "replace the tasks" "The database is the restored one. Run the same command again."
deploy_service

step "verify" "The database is the restored one: deploy/validate.sh $api_url --env $environment says what is wrong. Run the same command again."
verify
run aws rds add-tags-to-resource --resource-name "$(jq -r '.DBInstanceArn' <<< "$present")" --tags "Key=$TAG_STATE,Value=done"
say "$environment uses $id. The instance before it is kept as $SERVICE-of-…, with everything written since; nothing deletes it."
