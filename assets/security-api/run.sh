#!/bin/sh
# Makes the accounts of {{cluster}} by Elasticsearch's security APIs. Written by stackseal.
#
#   sh run.sh            all calls that are needed, in order
#   sh run.sh NAME...    these calls only, in the order given
#   sh run.sh --list     the names
#
# It holds no secret: passwords come from {{root}}/accounts, and what is not there is asked for. It can
# run twice, and stops at the first call that fails. STACKSEAL_URL, STACKSEAL_CA and STACKSEAL_USER
# name another node, CA file or login, STACKSEAL_CERT and STACKSEAL_KEY a client certificate,
# STACKSEAL_WAIT how many seconds a cluster that has just started is waited for (30).
set -eu
umask 077

# Paths of the environment count from where one stands.
from_here() {
  case $1 in ''|/*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac
}
ca=$(from_here "${STACKSEAL_CA-}")
cert=$(from_here "${STACKSEAL_CERT-}")
key=$(from_here "${STACKSEAL_KEY-}")
cd "$(dirname "$0")"

accounts={{root}}/accounts
url=${STACKSEAL_URL:-{{url}}}
ca=${ca:-{{root}}/{{ca}}}
login=${STACKSEAL_USER:-elastic}
{{#own}}
if [ -z "$cert" ] && [ -r "$accounts/operator.crt" ]; then
  cert=$accounts/operator.crt
  key=$accounts/operator.key
fi
{{/own}}

die() {
  printf 'run.sh: %s\n' "$*" >&2
  exit 1
}

work=
finish() {
  [ -z "$work" ] || rm -rf "$work"
  [ ! -t 0 ] || stty echo
}
trap finish EXIT
trap 'exit 130' HUP INT TERM

# ask WHAT FILE: the value of the file, or what is typed; into $answer, never into an argument.
ask() {
  if [ -n "$2" ] && [ -r "$2" ]; then
    answer=$(cat "$2")
    return
  fi
  [ -t 0 ] || die "no terminal to ask for $1${2:+; put it into $2}"
  printf '%s: ' "$1" >&2
  stty -echo
  IFS= read -r answer
  stty echo
  printf '\n' >&2
  [ -n "$answer" ] || die "nothing was typed for $1"
}

# escaped: $answer as it stands between quotes of JSON or of curl's configuration.
escaped() {
  sed 's/[\\"]/\\&/g' <<END
$answer
END
}

# Logs in once, and checks whom it talks to. Here-documents, since a shell may have no printf of its own,
# and what another program is given everybody can see.
begin() {
  [ -r "$ca" ] || die "$ca is missing: it is the CA by which $url is checked"
  work=$(mktemp -d)
  ask "password of $login at $url" "{{login}}"
  cat > "$work/curl" <<END
user = "$login:$(escaped)"
cacert = "$ca"
END
  if [ -n "$cert" ]; then
    printf 'cert = "%s"\nkey = "%s"\n' "$cert" "$key" >> "$work/curl"
  fi
  left=${STACKSEAL_WAIT:-30}
  request GET /_security/_authenticate
  # In its first minute a cluster may know no password yet.
  while [ "$code" != 200 ] && [ "$left" -gt 0 ]; do
    case $rc:$code in 7:*|0:401|0:503) ;; *) break ;; esac
    printf 'not let in yet (%s); trying for %s s more\n' "$code" "$left" >&2
    sleep 3
    left=$((left - 3))
    request GET /_security/_authenticate
  done
  [ "$code" = 200 ] || failed login GET /_security/_authenticate
}

# request METHOD PATH: sends $work/body where there is one; $code and $work/answer are what came back.
request() {
  set -- -sS -K "$work/curl" -o "$work/answer" -w '%{http_code}' -X "$1" "$url$2"
  if [ -f "$work/body" ]; then
    set -- "$@" -H 'Content-Type: application/json' --data-binary "@$work/body"
  fi
  : > "$work/answer"
  rc=0
  code=$(curl "$@" 2> "$work/trouble") || rc=$?
  [ "$rc" -eq 0 ] || code=000
  rm -f "$work/body"
}

failed() {
  printf 'run.sh: %s failed: %s %s answered %s\n' "$1" "$2" "$3" "$code" >&2
  cat "$work/answer" "$work/trouble" | head -c 2000 >&2
  printf '\nWhat was done before it stays; run.sh can simply be run again.\n' >&2
  exit 1
}

# value NAME: a text of the last answer.
value() {
  sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/answer" | head -n 1
}

# keep FILE: $answer, for the command that stores it on a host.
keep() {
  printf '%s' "$answer" > "$1.new"
  mv "$1.new" "$1"
  printf '  kept in %s\n' "$1"
}

# call NAME METHOD PATH KIND [ACCOUNT]
call() {
  printf '%s\n' "$1"
  case $4 in
    api-key)
      if [ -s "$accounts/$5.api_key" ]; then
        printf '  made before: %s\n' "$accounts/$5.api_key"
        return
      fi ;;
    trial)
      request GET /_license/trial_status
      [ "$code" = 200 ] || failed "$1" GET /_license/trial_status
      if ! grep -q '"eligible_to_start_trial":true' "$work/answer"; then
        printf '  the trial of this version was started before\n'
        return
      fi ;;
  esac
  [ ! -f "$1.json" ] || cp "$1.json" "$work/body"
  if [ "$4" = password ]; then
    ask "password for $5" "$accounts/$5.password"
    body=$(cat "$1.json")
    rest=${body#?}
    case $rest in '}') comma= ;; *) comma=, ;; esac
    cat > "$work/body" <<END
{"password":"$(escaped)"$comma$rest
END
  fi
  request "$2" "$3"
  if [ "$4" = token ] && [ "$code" = 409 ]; then
    printf '  there is one of this name; DELETE %s takes it back\n' "$3"
    return
  fi
  case $code in 2??) ;; *) failed "$1" "$2" "$3" ;; esac
  case $4 in
    api-key)
      answer=$(value id):$(value api_key)
      keep "$accounts/$5.api_key" ;;
    token)
      answer=$(value value)
      keep "$accounts/$5.token" ;;
  esac
}

one() {
  case $1 in
{{cases}}
    *) die "there is no call $1; sh run.sh --list names all" ;;
  esac
}

if [ "${1-}" = --list ]; then
  printf '%s\n' {{all}}
  exit 0
fi
if [ $# -eq 0 ]; then
  set -- {{needed}}
fi
if [ $# -eq 0 ]; then
  printf 'nothing is needed: the files bring all accounts\n'
  exit 0
fi
begin
for name do
  one "$name"
done
printf 'done\n'
