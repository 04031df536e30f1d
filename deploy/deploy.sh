#!/usr/bin/env bash
# Deploys this working copy: the steps that are listed in deploy/steps, in that order. Safe to run again after a failure half-way.
#   deploy/deploy.sh dev|staging|prod [--step NAME]... [--back] [--dry-run] [--yes]
# --step runs that step alone; what the steps before it did is asked of AWS. Every setting is that of the environment's committed
# file, Opportunities.Infrastructure/environments/ENV.json. staging and prod take what comes after the commit that runs there; --back
# takes any other too.
#
# VERSION: the image's tag, which never moves (default: the commit; with changes that are not committed, the commit and a hash of the content)
# IMAGE_ARCHIVE: an image that was built before (deploy/image.sh), instead of a build
# AWS_ACCOUNT_ID, AWS_REGION: when set, they must be those of the settings
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/common.sh
source deploy/environment.sh
source deploy/images.sh
source deploy/service.sh

# How many releases' snapshots of the database are kept. An account has room for a hundred; RDS itself keeps the backups of the last weeks.
readonly KEPT_SNAPSHOTS=20

usage="Usage: deploy/deploy.sh dev|staging|prod [--step NAME]... [--back] [--dry-run] [--yes]"
name=
back=false
chosen=" "
while (($# > 0)); do
  case $1 in
    --dry-run) dry_run=true ;;
    --yes) confirmed=true ;;
    --back) back=true ;;
    --step) chosen+="${2:?$usage} "; shift ;;
    -*) die "$usage" ;;
    *)
      [[ -z $name ]] || die "$usage"
      name=$1
      ;;
  esac
  shift
done
mapfile -t steps < <(sed -n 's/^\([a-z]\{1,\}\)\t.*/\1/p' deploy/steps)
for wanted in $chosen; do
  [[ " ${steps[*]} " == *" $wanted "* ]] || die "There is no step '$wanted': ${steps[*]}."
done
[[ $chosen != " " ]] || chosen=" ${steps[*]} "

# content: prints a hash of the working copy with what is not committed yet.
content() {
  local index
  index=$(mktemp)
  cp "$(git rev-parse --git-path index)" "$index"
  GIT_INDEX_FILE=$index git add --all
  GIT_INDEX_FILE=$index git write-tree
  rm "$index"
}

take_version() {
  local commit
  version=${VERSION:-}
  if [[ -z $version ]]; then
    commit=$(git rev-parse --short=12 HEAD)
    version=$commit
    if [[ -n $(git status --porcelain) ]]; then
      [[ $environment != prod ]] || die "The working copy has changes that are not committed: production gets what can be found again."
      version+=-$(content | cut -c 1-8)
    fi
  fi
  [[ $version =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || die "VERSION is '$version', which is no tag of an image."
  # ECR keeps one image of those whose tag begins with the environment's name.
  [[ ! $version =~ ^(dev|staging|prod) ]] || die "VERSION is '$version': a version cannot begin like the tag of an environment."
}

# Refuses a change of the stacks that cannot end well, or that would take away what is needed later.
look_at_stacks() {
  local one status role state tagged
  for one in "$stack-account" "$stack-state" "$stack"; do
    status=$(stack_status "$one")
    [[ $status != *ROLLBACK_FAILED && $status != DELETE_FAILED ]] ||
      die "$one is $status. See docs/runbook.md, \"A first deployment that failed\", or deploy/rollback.sh infrastructure $environment. Nothing was done."
    case $one in
      *-account)
        [[ $status == NONE ]] || role=$(output "$one" DeploymentRoleArn)
        [[ -z ${role:-} || -n $(setting gitHubRepository) ]] ||
          die "The pipeline deploys with $role, and the setting gitHubRepository is empty: this deployment would delete the role. Nothing was done."
        ;;
      *-state) state=$status ;;
    esac
  done
  case $state in
    NONE | REVIEW_IN_PROGRESS | ROLLBACK_COMPLETE)
      [[ $(setting protected) == false ]] || die "There is no state stack yet: a first deployment begins with the setting protected=false. Nothing was done."
      ;;
    *)
      if [[ $environment != dev && $(setting protected) == false ]]; then
        tagged=$(digest_of "$environment")
        [[ $tagged == None ]] ||
          die "$environment has had a release and is not protected: set protected=true, write the fingerprints, commit, and deploy that. Nothing was done."
      fi
      ;;
  esac
}

# Refuses a commit that does not come after the one that runs: a release that waited for its approval while a newer one went by, or a
# workflow that was run again. Versions that the pipeline and this script make begin with the commit.
look_at_commit() {
  local status running tags commit
  [[ $environment != dev && $back == false ]] || return 0
  status=$(stack_status "$stack")
  [[ $status != NONE && $status != REVIEW_IN_PROGRESS && $status != ROLLBACK_COMPLETE ]] || return 0
  running=$(releases | jq -r 'last // empty')
  [[ -n $running ]] || return 0
  tags=$(aws ecr describe-images --repository-name "$SERVICE" --image-ids "imageDigest=$running" \
    --query 'imageDetails[0].imageTags' --output json)
  commit=$(jq -r '[.[]? | select(test("^[0-9a-f]{12}(-|$)"))[:12]] | first // empty' <<< "$tags")
  if [[ -z $commit ]]; then
    say "  No tag of $running names a commit: whether this one comes after it is not known."
    return
  fi
  git cat-file -e "$commit^{commit}" 2> /dev/null ||
    die "$environment runs the commit $commit, which this clone does not have: git fetch, or --back where any will do. Nothing was done."
  git merge-base --is-ancestor "$commit" HEAD ||
    die "$environment runs the commit $commit, and this one does not come after it. Where that is meant: --back. Nothing was done."
}

check_step() {
  step "look at what is to be deployed" "Nothing was done."
  need aws docker npx dotnet jq curl git
  say "  $version to $environment, account $account, $AWS_REGION."
  CDK_DEFAULT_ACCOUNT=$account run dotnet run --project Opportunities.Infrastructure --verbosity quiet -- check "$environment"
  if $dry_run; then return; fi
  look_at_stacks
  look_at_commit
}

infrastructure_step() {
  step "infrastructure" "CloudFormation has taken back what it began. Mend what it says and run the same command again."
  $dry_run || look_at_stacks
  # The app refuses placeholders, another account, another region, and templates whose fingerprint is not the committed one.
  run npx cdk deploy --all --context "env=$environment" --require-approval never
}

image_step() {
  step "build the image" "The infrastructure is up to date and nothing else was touched. Mend the build and run the same command again."
  if [[ -n ${IMAGE_ARCHIVE:-} ]]; then
    [[ -f $IMAGE_ARCHIVE ]] || fail "There is no image in $IMAGE_ARCHIVE."
    say "  $IMAGE_ARCHIVE was built before."
    return
  fi
  local platform=linux/amd64 revision
  [[ $(setting architecture) == X86_64 ]] || platform=linux/arm64
  revision=$(git rev-parse HEAD)
  # One image and no index of them: ECR scans no index.
  run docker build --platform "$platform" --provenance=false -t "$SERVICE:$environment" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" .
}

# login <tool>: logs in to the registry; the password goes through standard input.
login() {
  say "  + aws ecr get-login-password --region $AWS_REGION | $1 login --username AWS --password-stdin $registry"
  $dry_run || aws ecr get-login-password --region "$AWS_REGION" | "$1" login --username AWS --password-stdin "$registry"
}

push_step() {
  step "push the image" "The service still runs what it ran. Run the same command again."
  local pushed archived
  pushed=$(digest_of "$version")
  if [[ -n ${IMAGE_ARCHIVE:-} ]]; then
    archived=$(query sha256:0 skopeo inspect --format '{{.Digest}}' "oci-archive:$IMAGE_ARCHIVE")
    if [[ $pushed == None ]]; then
      login skopeo
      run skopeo copy --preserve-digests "oci-archive:$IMAGE_ARCHIVE" "docker://$registry/$SERVICE:$version"
      pushed=$(digest_of "$version" sha256:0)
    fi
    [[ $pushed == "$archived" ]] || fail "Under $version there is another image ($pushed) than the one that was built ($archived): give it another VERSION."
  elif [[ $pushed == None ]]; then
    run docker tag "$SERVICE:$environment" "$registry/$SERVICE:$version"
    login docker
    run docker push "$registry/$SERVICE:$version"
    pushed=$(digest_of "$version" sha256:0)
  else
    say "  $version was pushed before; a version's tag never moves."
  fi

  step "scan the image" "The image is pushed, and the service still runs what it ran. Update what is vulnerable, commit, and run the same command again."
  scan_findings "$pushed"
}

# released: prints the digest of the version that is deployed.
released() {
  local digest
  digest=$(digest_of "$version" sha256:0)
  [[ $digest != None ]] || fail "$version was not pushed yet: deploy/deploy.sh $environment --step image --step push."
  printf '%s\n' "$digest"
}

# Whether the snapshot can be used.
snapshot_taken() {
  local status
  status=$(aws rds describe-db-snapshots --db-snapshot-identifier "$1" --query 'DBSnapshots[0].Status' --output text) || return
  case $status in
    available) ;;
    creating) return "$NOT_YET" ;;
    *) fail "The snapshot $1 is $status." ;;
  esac
}

snapshot_step() {
  step "take a snapshot of the database" "The service still runs what it ran. Run the same command again."
  if [[ $environment == dev ]]; then
    say "  dev keeps no snapshots of releases."
    return
  fi
  local snapshot surplus old
  # One for each deployment: a version that is deployed again finds another database.
  snapshot=$(sed 's/[^A-Za-z0-9]\{1,\}/-/g; s/-$//' <<< "$SERVICE-$version")-$(date -u +%Y%m%d%H%M%S)
  run aws rds create-db-snapshot --db-instance-identifier "$SERVICE" --db-snapshot-identifier "$snapshot" --query 'DBSnapshot.Status' --output text
  await 120 "the snapshot" snapshot_taken "$snapshot"
  # JSON, because text would be one answer for each page of a hundred snapshots. One that is being taken has no time yet.
  surplus=$(query '[]' aws rds describe-db-snapshots --db-instance-identifier "$SERVICE" --snapshot-type manual --output json --query \
    "sort_by(DBSnapshots[?Status=='available' && starts_with(DBSnapshotIdentifier, '$SERVICE-')], &SnapshotCreateTime)[:-$KEPT_SNAPSHOTS].DBSnapshotIdentifier")
  for old in $(jq -r '.[]' <<< "$surplus"); do
    run aws rds delete-db-snapshot --db-snapshot-identifier "$old" --query 'DBSnapshot.Status' --output text
  done
}

migrations_step() {
  step "migrations" "The service still runs what it ran, on a schema that it can work with. Mend the migration and run the same command again."
  local digest options=()
  digest=$(released)
  if $dry_run; then options=(--dry-run); fi
  deploy/migrate.sh "$environment" --digest "$digest" "${options[@]}"
}

service_step() {
  step "update the service" "The service still runs what it ran, and the tag is on it (else deploy/rollback.sh app $environment puts it there). See why the new tasks were not healthy (log group /aws/ecs/$SERVICE), then run the same command again."
  local digest
  digest=$(released)
  move_service "$digest"
}

verification_step() {
  step "verify" "The new version runs. Ask deploy/validate.sh $api_url --env $environment what is wrong with it, or take it back: deploy/rollback.sh app $environment."
  verify
}

take_environment "$name"
need aws git
step "whose account this is" "Nothing was done."
take_account
take_version
[[ $chosen =~ ^\ (check|verification)\ $ ]] || confirm "Deploy $version"
for one in "${steps[@]}"; do
  [[ $chosen != *" $one "* ]] || "${one}_step"
done
[[ $chosen != *" verification "* ]] || say "$version runs in $environment."
