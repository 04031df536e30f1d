# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy/rollback.sh reads this file
# Rolls back a change of a stack that failed. One that succeeded is undone by deploying the commit before.

# Whether CloudFormation is at rest.
at_rest() {
  status=$(stack_status "$1") || return
  [[ $status != *_IN_PROGRESS ]] || return "$NOT_YET"
}

step "look at the stacks" "Nothing was done."
failed_stack=
for one in "$stack" "$stack-state" "$stack-account"; do
  status=$(query UPDATE_FAILED stack_status "$one")
  say "  $one: $status"
  [[ -n $failed_stack || ! $status =~ FAILED|ROLLBACK ]] || failed_stack=$one
done
[[ -n $failed_stack ]] ||
  die "No change has failed: CloudFormation takes back an update that failed, not one that succeeded. To return to an earlier definition, check its commit out and deploy it: git switch --detach COMMIT && deploy/deploy.sh $environment --back."
status=$(query UPDATE_FAILED stack_status "$failed_stack")
confirm "Roll back the stack $failed_stack ($status)"

step "roll back $failed_stack" "See the stack's events for the resource that cannot be returned, mend it, and run the same command again."
case $status in
  CREATE_FAILED | UPDATE_FAILED) run aws cloudformation rollback-stack --stack-name "$failed_stack" ;;
  UPDATE_ROLLBACK_FAILED) run aws cloudformation continue-update-rollback --stack-name "$failed_stack" ;;
  ROLLBACK_FAILED | DELETE_FAILED)
    die "$failed_stack is $status: what CloudFormation could not delete has to be deleted, and then the stack: docs/runbook.md, \"A first deployment that failed\"."
    ;;
  *_IN_PROGRESS) say "  CloudFormation is at it already." ;;
  *) say "  CloudFormation has rolled it back already." ;;
esac
await 120 "$failed_stack" at_rest "$failed_stack"

step "verify" "See the stack's events: aws cloudformation describe-stack-events --stack-name $failed_stack"
run aws cloudformation describe-stacks --stack-name "$failed_stack" --query 'Stacks[0].{name:StackName,status:StackStatus,reason:StackStatusReason}'
[[ $status =~ ^(UPDATE_)?ROLLBACK_COMPLETE$ ]] || $dry_run || fail "$failed_stack is $status."
[[ $status != ROLLBACK_COMPLETE ]] || say "It was its first deployment: deploy/deploy.sh $environment deletes what is left of it and begins anew."
say "$failed_stack is rolled back; the other stacks were not touched."
