# shellcheck shell=bash
# Makes sure of what ./run and ./test need on this machine; sourced by them, in the repository's root.
# What is missing is installed with apt-get (as root) or Homebrew; elsewhere it is named, and the script ends.

say() {
  printf '%s\n' "$*" >&2
}

has() {
  command -v "$1" > /dev/null 2>&1
}

# The same places as in Opportunities.LocalServers/PostgresBinaries.cs.
has_postgres() {
  has initdb && has createdb && return
  local initdb
  for initdb in /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb /usr/local/pgsql/bin/initdb \
    /opt/homebrew/opt/postgresql@*/bin/initdb /usr/local/opt/postgresql@*/bin/initdb \
    /Applications/Postgres.app/Contents/Versions/*/bin/initdb; do
    [[ -x $initdb && -x ${initdb%initdb}createdb ]] && return
  done
  return 1
}

has_redis() {
  has redis-server || has valkey-server
}

has_npm() {
  has npm && has node
}

# global.json says which SDKs will do; `dotnet --version` fails when there is none of them.
has_dotnet() {
  has dotnet && dotnet --version > /dev/null 2>&1
}

use_dotnet_of_home() {
  [[ -x $HOME/.dotnet/dotnet ]] && "$HOME/.dotnet/dotnet" --version > /dev/null 2>&1 || return 1
  export DOTNET_ROOT="$HOME/.dotnet" PATH="$HOME/.dotnet:$PATH"
}

can_apt() {
  has apt-get && ((EUID == 0))
}

# The servers are started by us, with data of their own: keep the packages from starting theirs as well.
apt_install() (
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
  fi
  apt-get update -qq >&2 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
)

# ensure <what> <check> <apt package> <brew formula> <what to do otherwise>
ensure() {
  local what=$1 check=$2 package=$3 formula=$4 advice=$5
  "$check" && return
  if can_apt; then
    say "$what is missing: installing $package"
    # shellcheck disable=SC2086 # Several packages are words of one argument.
    apt_install $package || true
  elif has brew; then
    say "$what is missing: installing $formula"
    brew install "$formula" >&2 || true
  fi
  "$check" && return
  say "$what is missing. $advice"
  exit 1
}

prepare_dotnet() {
  has_dotnet || use_dotnet_of_home || ensure ".NET 10 SDK" has_dotnet dotnet-sdk-10.0 dotnet \
    "Install it from https://dotnet.microsoft.com/download/dotnet/10.0 (Ubuntu: apt-get install dotnet-sdk-10.0; Debian has it in Microsoft's package feed)."
}

prepare_servers() {
  ensure PostgreSQL has_postgres postgresql postgresql@17 "Install it (Debian, Ubuntu: sudo apt-get install postgresql; macOS: brew install postgresql@17)."
  ensure Redis has_redis redis-server redis "Install it (Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis)."
}

# The same places as in tools/docs-page.mjs.
has_browser() {
  [[ -x /usr/bin/chromium ]] || has google-chrome || [[ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ]]
}

has_jq() {
  has jq && has curl
}

has_nmap() {
  has nmap
}

has_sslscan() {
  has sslscan
}

has_wapiti() {
  has wapiti
}

# What the tests run beside the system: a browser, scanners, the CDK's command line, and what tools/package.json and tools/nag/package.json name.
prepare_tools() {
  ensure "jq and curl" has_jq "jq curl" jq "Install them (Debian, Ubuntu: sudo apt-get install jq curl; macOS: brew install jq)."
  ensure nmap has_nmap nmap nmap "Install it (Debian, Ubuntu: sudo apt-get install nmap; macOS: brew install nmap)."
  ensure sslscan has_sslscan sslscan sslscan "Install it (Debian, Ubuntu: sudo apt-get install sslscan; macOS: brew install sslscan)."
  ensure Wapiti has_wapiti wapiti wapiti "Install it (Debian, Ubuntu: sudo apt-get install wapiti; elsewhere: pipx install wapiti3)."
  ensure "A browser" has_browser chromium google-chrome "Install Chromium or Google Chrome (Debian: sudo apt-get install chromium)."
  # A registry to push to. A machine without one leaves out the one test that pushes, and says so.
  { has skopeo && has docker-registry; } || ! can_apt || apt_install skopeo docker-registry || true
  ensure npm has_npm npm node "Install Node.js 20 or later (https://nodejs.org; Debian, Ubuntu: sudo apt-get install npm; macOS: brew install node)."
  npm_packages . ci
  npm_packages tools install
  npm_packages tools/nag ci
}

# npm_packages <folder> <ci|install>: what the folder's package.json names, unless it is there.
npm_packages() {
  [[ $1/node_modules/.package-lock.json -nt $1/package.json ]] && return
  say "The packages of $1/package.json are missing: installing them"
  npm "$2" --prefix "$1" --no-audit --no-fund --loglevel=error >&2 && return
  say "npm could not install them: \`npm $2 --prefix $1\` tells why."
  exit 1
}
