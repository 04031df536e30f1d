# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used by the scripts that read this file
# What the deployment scripts share: names, progress, dry runs, the question before production, and a sentence when a step fails.

# A failure within $(…) is one.
shopt -s inherit_errexit

readonly SERVICE=opportunity-management-service
readonly MIGRATIONS=$SERVICE-migrations
# How many releases' snapshots of the database are kept.
readonly KEPT_SNAPSHOTS=20
readonly LABEL_VERSION=org.opencontainers.image.version
readonly LABEL_DIGEST=opportunities.image.digest

dry_run=false
confirmed=false
step_name="the preparation"
step_hint="Mend what is said above and run the same command again."

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$*"
  trap - ERR
  exit 1
}

# step <name> <what to do when it fails>: a step begins.
step() {
  step_name=$1
  step_hint=$2
  say "==> $step_name"
}

failed() {
  local status=$?
  # Within $(…) the shell around it fails too, and says so.
  ((BASH_SUBSHELL == 0)) || exit "$status"
  say "Failed in: $step_name (exit code $status). $step_hint"
  exit "$status"
}

# run <command…>: runs a command that changes something; a dry run only says it.
run() {
  say "  + $*"
  $dry_run || "$@"
}

# query <answer of a dry run> <command…>: prints what a command that changes nothing prints.
query() {
  say "  ? ${*:2}"
  if $dry_run; then printf '%s\n' "$1"; else "${@:2}"; fi
}

# start <answer of a dry run> <command…>: prints what a command that changes something prints.
start() {
  say "  + ${*:2}"
  if $dry_run; then printf '%s\n' "$1"; else "${@:2}"; fi
}

# fail <sentence>: the step has failed, for this reason.
fail() {
  say "$*"
  return 1
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" > /dev/null || die "$tool is needed and not on PATH."
  done
}

# take_environment <name>: checks it, and sets what follows from it.
take_environment() {
  case ${1:-} in
    dev) api_url=https://dev-api.example.com ;;
    staging) api_url=https://staging-api.example.com ;;
    prod) api_url=https://api.example.com ;;
    *) die "Which environment? dev, staging or prod; '${1:-}' is none of them." ;;
  esac
  environment=$1
  # A deployment under other domain names says so here; see EnvironmentSettings.cs.
  api_url=${API_URL:-$api_url}
  cluster=$SERVICE-$environment
  stack=$SERVICE-$environment
}

# confirm <what is about to happen>: production asks first.
confirm() {
  [[ $environment == prod ]] || return 0
  if $dry_run || $confirmed; then return 0; fi
  [[ -t 0 ]] || die "$1 in production: nobody is there to ask. Add --yes if that is meant."
  local answer
  read -r -p "$1 in production. Type prod to go on: " answer
  [[ $answer == prod ]] || die "Nothing was done."
}

# take_account: checks whose credentials these are, and sets registry.
take_account() {
  : "${AWS_REGION:=us-east-1}"
  export AWS_REGION
  local account
  account=$(query "${AWS_ACCOUNT_ID:-000000000000}" aws sts get-caller-identity --query Account --output text)
  [[ ${AWS_ACCOUNT_ID:-$account} == "$account" ]] ||
    die "AWS_ACCOUNT_ID is $AWS_ACCOUNT_ID, but the credentials are those of $account. Nothing was done."
  registry=$account.dkr.ecr.$AWS_REGION.amazonaws.com
}

# digest_of <tag>: prints the digest of the image with that tag, or None.
digest_of() {
  query "${2:-None}" aws ecr batch-get-image --repository-name "$SERVICE" --image-ids "imageTag=$1" --query 'images[0].imageId.imageDigest' --output text
}

# move_tag <digest>: makes the environment's tag mean that image, so that whatever starts from now on starts from it.
move_tag() {
  local current image manifest type
  current=$(digest_of "$environment")
  if [[ $current == "$1" ]]; then
    say "  The tag $environment is on that image already."
    return
  fi
  image=$(query '{}' aws ecr batch-get-image --repository-name "$SERVICE" --image-ids "imageDigest=$1" --query 'images[0]' --output json)
  manifest=$(jq -r '.imageManifest // "manifest"' <<< "$image")
  type=$(jq -r '.imageManifestMediaType // "type"' <<< "$image")
  run aws ecr put-image --repository-name "$SERVICE" --image-tag "$environment" --image-manifest "$manifest" --image-manifest-media-type "$type" \
    --query 'image.imageId' --output text
}

# wait_until_stable: one wait of the AWS CLI's is ten minutes, and replacing many tasks may take longer.
wait_until_stable() {
  local wait=(aws ecs wait services-stable --cluster "$cluster" --services "$SERVICE")
  run "${wait[@]}" || run "${wait[@]}"
}

# await_service [task definition]: waits until the service is stable, and refuses one that ECS took back meanwhile.
await_service() {
  wait_until_stable
  local running
  running=$(query "${1:-}" aws ecs describe-services --cluster "$cluster" --services "$SERVICE" \
    --query "services[0].deployments[?status=='PRIMARY'].taskDefinition | [0]" --output text)
  [[ -z ${1:-} || $running == "$1" ]] ||
    fail "The service runs $running, not $1: ECS took the deployment back because its tasks did not become healthy."
}

# verify: the seed's last step, after a deployment and after a roll back.
verify() {
  run aws ecs describe-services --cluster "$cluster" --services "$SERVICE" \
    --query 'services[0].{status:status,running:runningCount,desired:desiredCount,taskDefinition:taskDefinition}'
  run curl --fail --silent --show-error --retry 12 --retry-delay 10 --retry-all-errors "$api_url/health"
}

trap failed ERR
