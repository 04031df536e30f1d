#!/usr/bin/env bash
# Deploys this working copy: infrastructure, image, migrations, service. Safe to run again after a failure half-way.
#   deploy/deploy.sh dev|staging|prod [--dry-run] [--yes]
# VERSION (default: the commit) is the image's tag; it never moves. AWS_ACCOUNT_ID, when set, must be the credentials' account.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/common.sh

name=
for argument in "$@"; do
  case $argument in
    --dry-run) dry_run=true ;;
    --yes) confirmed=true ;;
    -*) die "Usage: deploy/deploy.sh dev|staging|prod [--dry-run] [--yes]" ;;
    *) name=$argument ;;
  esac
done
take_environment "$name"
need aws docker npx jq curl git

step "look at what is to be deployed" "Nothing was done."
version=${VERSION:-$(git rev-parse --short=12 HEAD)}
if [[ -z ${VERSION:-} && -n $(git status --porcelain) ]]; then
  [[ $environment != prod ]] || die "The working copy has changes that are not committed: production gets what can be found again."
  version+=-$(date -u +%Y%m%d%H%M%S)
fi
take_account
confirm "Deploy $version"

step "infrastructure" "CloudFormation has taken back what it began. Mend what it says and run the same command again."
run npx cdk deploy --all --context "env=$environment" --require-approval never

step "build the image" "The infrastructure is up to date and nothing else was touched. Mend the build and run the same command again."
run docker build -t "$SERVICE:$environment" --build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse HEAD)" .

step "push the image" "The service still runs what it ran. Run the same command again."
run docker tag "$SERVICE:$environment" "$registry/$SERVICE:$environment"
run docker tag "$SERVICE:$environment" "$registry/$SERVICE:$version"
say "  + aws ecr get-login-password --region $AWS_REGION | docker login --username AWS --password-stdin $registry"
$dry_run || aws ecr get-login-password --region "$AWS_REGION" | docker login --username AWS --password-stdin "$registry"
pushed=$(digest_of "$version")
if [[ $pushed == None ]]; then
  run docker push "$registry/$SERVICE:$version"
else
  say "  $version was pushed before; a version's tag never moves."
fi

step "scan the image" "The image is pushed, and the service still runs what it ran. Update what is vulnerable, commit, and run the same command again."
scan=(--repository-name "$SERVICE" --image-id "imageTag=$version")
run aws ecr wait image-scan-complete "${scan[@]}" || say "  The scan did not complete; what it says follows."
findings=$(query '{"imageScanStatus":{"status":"COMPLETE"}}' aws ecr describe-image-scan-findings "${scan[@]}" --no-paginate --output json)
# ECR knows no packages in some minimal images and says so: the pipeline's own scanner looks into those.
[[ $(jq -r '.imageScanStatus.status' <<< "$findings") == COMPLETE ]] ||
  say "  ECR did not scan this image: $(jq -r '.imageScanStatus.description // "no reason was given"' <<< "$findings")."
critical=$(jq -r '.imageScanFindings.findingSeverityCounts.CRITICAL // 0' <<< "$findings")
[[ $critical == 0 ]] || fail "The scan found critical vulnerabilities in $version: $critical."

step "let $environment mean this image" "The service still runs what it ran. Run the same command again."
digest=$(digest_of "$version" sha256:0)
if [[ $pushed == None ]]; then
  run docker push "$registry/$SERVICE:$environment"
else
  # What was pushed under this version is what was scanned; a build made anew may differ.
  move_tag "$digest"
fi

if [[ $environment != dev ]]; then
  step "take a snapshot of the database" "The service still runs what it ran. Run the same command again."
  snapshot=$SERVICE-${version//[^A-Za-z0-9]/-}
  taken=$(query None aws rds describe-db-snapshots --db-instance-identifier "$SERVICE" --query "DBSnapshots[?DBSnapshotIdentifier=='$snapshot'].Status | [0]" --output text)
  [[ $taken != None ]] || run aws rds create-db-snapshot --db-instance-identifier "$SERVICE" --db-snapshot-identifier "$snapshot" --query 'DBSnapshot.Status' --output text
  run aws rds wait db-snapshot-available --db-instance-identifier "$SERVICE" --db-snapshot-identifier "$snapshot"
  # An account has room for a hundred; the backups of the last weeks are kept by RDS itself.
  surplus=$(query '[]' aws rds describe-db-snapshots --db-instance-identifier "$SERVICE" --snapshot-type manual \
    --query "sort_by(DBSnapshots[?starts_with(DBSnapshotIdentifier, '$SERVICE-')], &SnapshotCreateTime)[:-$KEPT_SNAPSHOTS].DBSnapshotIdentifier" --output json)
  for old in $(jq -r '.[]' <<< "$surplus"); do
    run aws rds delete-db-snapshot --db-snapshot-identifier "$old" --query 'DBSnapshot.Status' --output text
  done
fi

step "migrations" "The service still runs what it ran, on a schema that it can work with. Mend the migration and run the same command again; deploy/rollback.sh app $environment gives the tag back."
if $dry_run; then deploy/migrate.sh "$environment" --dry-run; else deploy/migrate.sh "$environment"; fi

step "update the service" "ECS keeps the tasks that were healthy. See why the new ones were not (log group /aws/ecs/$SERVICE), then run the same command again, or deploy/rollback.sh app $environment."
definition=$(query '{"containerDefinitions":[]}' aws ecs describe-task-definition --task-definition "$SERVICE" --query taskDefinition --output json)
# A revision a release, marked with its image: that is how a roll back finds the one before.
revision=$(jq -c --arg version "$version" --arg digest "$digest" --arg image "$registry/$SERVICE:$environment" \
  --arg label_version "$LABEL_VERSION" --arg label_digest "$LABEL_DIGEST" '
    del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy, .deregisteredAt)
    | .containerDefinitions[] |= if .name == "api"
        then .image = $image | .dockerLabels = ((.dockerLabels // {}) + {($label_version): $version, ($label_digest): $digest}) else . end' <<< "$definition")
task_definition=$(start arn:task-definition aws ecs register-task-definition --cli-input-json "$revision" --query taskDefinition.taskDefinitionArn --output text)
desired=$(query 1 aws ecs describe-services --cluster "$cluster" --services "$SERVICE" --query 'services[0].desiredCount' --output text)
first=()
# Before the first image there was nothing to run; auto-scaling raises this to its minimum.
[[ $desired != 0 ]] || first=(--desired-count 1)
run aws ecs update-service --cluster "$cluster" --service "$SERVICE" --task-definition "$task_definition" --force-new-deployment "${first[@]}" \
  --query 'service.deployments[0].id' --output text
await_service "$task_definition"

step "verify" "The new version runs. Ask deploy/validate.sh $api_url --env $environment what is wrong with it, or take it back: deploy/rollback.sh app $environment."
verify
say "$version runs in $environment."
