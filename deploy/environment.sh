# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the scripts that read this file, and the other way round
# The environment that is meant: its committed settings, its account, its stacks.

# setting <key>: prints a setting from the environment's committed file, the only source of settings.
setting() { jq -er --arg key "$1" 'if has($key) then .[$key] | tostring else error("there is no setting \($key)") end' "$settings"; }

# take_environment <name>: checks it, and sets what follows from it.
take_environment() {
  case ${1:-} in
    dev | staging | prod) environment=$1 ;;
    *) die "Which environment? dev, staging or prod; '${1:-}' is none of them." ;;
  esac
  need jq
  settings=Opportunities.Infrastructure/environments/$environment.json
  cluster=$SERVICE-$environment
  stack=$SERVICE-$environment
  local domain
  domain=$(setting apiDomain)
  api_url=https://$domain
}

# take_account: refuses credentials and a region that are not those of the settings, and sets account and registry.
take_account() {
  local expected region actual
  expected=$(setting account)
  region=$(setting region)
  [[ ${AWS_REGION:-$region} == "$region" ]] || die "AWS_REGION is $AWS_REGION, and $environment is in $region ($settings). Nothing was done."
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region
  [[ $expected =~ ^[0-9]{12}$ && $expected != 000000000000 ]] || $dry_run ||
    die "The account of $environment is not filled in: '$expected' in $settings. Nothing was done."
  actual=$(query "$expected" aws sts get-caller-identity --query Account --output text)
  [[ $actual == "$expected" ]] || die "$environment is in the account $expected ($settings), and the credentials are those of $actual. Nothing was done."
  [[ ${AWS_ACCOUNT_ID:-$actual} == "$actual" ]] || die "AWS_ACCOUNT_ID is $AWS_ACCOUNT_ID, and the credentials are those of $actual. Nothing was done."
  account=$actual
  registry=$account.dkr.ecr.$AWS_REGION.amazonaws.com
}

# stack_status <stack>: prints its status, or NONE.
stack_status() {
  local answer
  if ! answer=$(aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].StackStatus' --output text 2>&1); then
    [[ $answer == *"does not exist"* ]] || fail "$answer" || return
    answer=NONE
  fi
  printf '%s\n' "$answer"
}

# output <stack> <key>: prints an output of a stack; nothing where there is none.
output() {
  aws cloudformation describe-stacks --stack-name "$1" --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue | [0]" --output text | sed 's/^None$//'
}
