#!/bin/sh
# Brings the files of this folder to their places on {{host}}. Written by stackseal for Elastic {{version}}.
#
#   sh install.sh [OPTION]... [PRODUCT]...     without a PRODUCT all of them: {{products $host}}
#
#   --dry-run            say what would be done, and change nothing
#   --undo               put back what the last run replaced, and take away what it brought
#   --replace-keystore   replace a keystore that holds settings which the new one lacks
#   --replace-accounts   replace files of accounts that hold some which the new ones lack
#   --root DIR           work below DIR as if it were /
#   --help               show this
#
# It is run as root; for what was unpacked from an archive, as the user that it runs as. All is checked before
# the first change. What a file replaces stays in .stackseal-backup in the product's config folder; files that
# are there already are left alone. It holds no secret, and can simply be run again.
#
# It ends with 0 when it is done, with 1 when something is wrong and nothing was changed, with 2 when it was
# called wrongly, and with 3 when it was stopped halfway.

set -eu
umask 077
LC_ALL=C
export LC_ALL
unset CDPATH

products='{{products $host}}'
backups=.stackseal-backup

# place PRODUCT: what was planned for it. A line of $files is the mode of a file and where it lies below
# PRODUCT/config here and below the config folder there; $awaited are those that others have to bring first.
place() {
  case $1 in
{{places $host}}
  esac
}

say() { printf '%s\n' "$*"; }
usage() {
  printf 'install.sh: %s\nsh install.sh --help says how it is called.\n' "$1" >&2
  exit 2
}
# Collected, so that all that is wrong is told at once.
wrongs=0
wrong() {
  printf 'install.sh: %s\n' "$*" >&2
  wrongs=$((wrongs + 1))
}

# --- Where a product is, and whom its files belong to ---

# number passwd|group NAME: its number, as the host below $root counts.
number() {
  case $2 in
    root) say 0; return ;;
    *[!0-9]*) ;;
    *) say "$2"; return ;;
  esac
  if [ -z "$root" ] && command -v getent > /dev/null; then
    getent "$1" "$2" | cut -d: -f3
  elif [ -r "$root/etc/$1" ]; then
    grep "^$2:" "$root/etc/$1" | cut -d: -f3
  fi
}

# load PRODUCT: all that the other functions need to know of it.
load() {
  product=$1
  place "$product"
  from=$here/$product/config
  target=$root$folder
  work=$target/$backups/work
  case $kind in
    archive)
      # Whoever owns the config folder runs the product; a user can give files to nobody else.
      user=$(stat -c %u "$target" 2> /dev/null || :)
      look=%u own=$user folders=0700
      if [ "$me" = 0 ]; then
        own=$user:$(stat -c %g "$target" 2> /dev/null || :)
        look=%u:%g
      fi ;;
    *)
      user=$(number passwd "${owner#*:}" || :)
      look=%u:%g own=$(number passwd "${owner%:*}"):$(number group "${owner#*:}" || :)
      folders=2750
      case $owner in root:root|*:0) folders=0750 ;; esac
      case $kind in container) user=${owner%:*} ;; esac ;;
  esac
}

staged() {
  case $1 in
    */*) say "$target/${1%/*}/.${1##*/}.stackseal-new" ;;
    *) say "$target/.$1.stackseal-new" ;;
  esac
}

# parents PATH: the folders above it below the config folder, from the top.
parents() {
  above='' rest=$1
  while :; do
    case $rest in */*) ;; *) break ;; esac
    above=$above${above:+/}${rest%%/*} rest=${rest#*/}
    say "$above"
  done
}

# each FUNCTION: for every file of the product, with its $mode and $path.
each() {
  while read -r mode path; do
    [ -z "$path" ] || "$1"
  done <<END
$files
END
}

# each_above FUNCTION: for every folder $above the file $path.
each_above() {
  while read -r above; do
    [ -z "$above" ] || "$1"
  done <<END
$(parents "$path")
END
}

# is_right FILE MODE: whether it has the owner and mode that were planned.
is_right() {
  [ "$(stat -c "$look %a" "$1")" = "$own ${2#0}" ]
}

# is_there: whether the file $path is what it is to be.
is_there() {
  [ -f "$target/$path" ] && cmp -s "$from/$path" "$target/$path" && is_right "$target/$path" "$mode"
}

sum() { sha256sum < "$1" | cut -c 1-64; }

# --- Checks: nothing is changed here ---

# link_to FOLDER: the first link on the way to it below $root.
link_to() {
  at=$root rest=${1#/}
  while [ -n "$rest" ]; do
    at=$at/${rest%%/*}
    if [ -L "$at" ]; then
      say "$at"
      return
    fi
    case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
  done
}

check_folder() {
  if [ -n "$root" ] && [ -n "$(link_to "$folder")" ]; then
    wrong "$(link_to "$folder") is a link, which may lead out of $root"
  elif [ -d "$target" ]; then
    check_writable "$target"
    return 0
  elif [ -e "$target" ] || [ -L "$target" ]; then
    wrong "$target is no folder"
  elif [ "$kind" = container ]; then
    return 0
  else
    wrong "$target is missing: it is the config folder of $product as the plan knows it ($kind)"
  fi
  return 1
}

# check_writable FOLDER: where somebody else runs this, that is what is told.
check_writable() {
  case $me in
    0|"$user") [ -w "$1" ] || wrong "$1 cannot be written" ;;
  esac
}

check_user() {
  if [ "$kind" != archive ]; then
    if [ "$me" != 0 ]; then
      wrong "files of $product ($kind) are installed by root: become root first"
    elif [ -z "$user" ] || [ -z "${own#*:}" ]; then
      wrong "there is no user and group ${owner#*:} here: is $product installed as a package?"
    fi
  elif [ "$me" = 0 ]; then
    if [ "$product" != metricbeat ] && [ -z "$root" ] && [ "$user" != 0 ]; then
      wrong "files of $product ($kind) are installed by the user that it runs as, not by root: by $(stat -c %U "$target")"
    fi
  elif [ "$me" != "$user" ]; then
    wrong "$target belongs to $(stat -c %U "$target"), and $(id -un) cannot install there"
  fi
}

# found: the version that is installed; nothing where nothing tells.
found() {
  case $kind in
    archive) home=${target%/config} ;;
    package) home=$root/usr/share/$product ;;
    container) return 0 ;;
  esac
  case $product in
    elasticsearch)
      for jar in "$home"/lib/elasticsearch-[0-9]*.jar; do
        jar=${jar##*/elasticsearch-}
        [ "$jar" = '[0-9]*.jar' ] || say "${jar%.jar}"
      done ;;
    kibana)
      [ ! -r "$home/package.json" ] ||
        sed -n 's/.*"version": *"\([0-9][^"]*\)".*/\1/p' "$home/package.json" | head -n 1 ;;
    metricbeat)
      # A program below another root is not for this system.
      [ -n "$root" ] || program
      if [ -z "$root" ] && [ -x "$tool" ]; then
        "$tool" version 2> /dev/null < /dev/null | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*/\1/p' | head -n 1
      fi ;;
  esac
}

check_version() {
  version=$(found || :)
  if [ -z "$version" ] && [ "$kind" = package ] && [ -z "$root" ]; then
    # shellcheck disable=SC2016 # dpkg-query's own variable
    version=$(dpkg-query -W -f '${Version}' "$product" 2> /dev/null ||
      rpm -q --qf '%{VERSION}' "$product" 2> /dev/null || :)
    case $version in [0-9]*) ;; *) version= ;; esac
  fi
  case $version in
    {{version}}|{{version}}.*|{{version}}-*) ;;
    '') say "note: nothing here tells the version of $product; this is for {{version}}" ;;
    *) wrong "$product is $version here, and this was written for {{version}}: set the version in stackseal, and write again" ;;
  esac
}

check_backups() {
  if [ -L "$target/$backups" ] || { [ -e "$target/$backups" ] && [ ! -d "$target/$backups" ]; }; then
    wrong "$target/$backups is in the way: backups are to go there"
  elif [ -d "$target/$backups" ] && [ "$(stat -c %u "$target/$backups")" != "$me" ]; then
    wrong "$target/$backups belongs to $(stat -c %U "$target/$backups"), and backups are to go there"
  fi
}

check_above() {
  if [ -L "$target/$above" ]; then
    wrong "$target/$above is a link; a folder is wanted there"
  elif [ -d "$target/$above" ]; then
    check_entry "$target/$above"
  elif [ -e "$target/$above" ]; then
    wrong "$target/$above is no folder"
  fi
}

# check_target: whether a file may be put at $path.
check_target() {
  each_above check_above
  for one in "$target/$path" "$(staged "$path")"; do
    if [ -L "$one" ]; then
      wrong "$one is a link; a file is wanted there"
    elif [ -f "$one" ]; then
      # What root had made, a user could not put back as it was.
      case $me:$(stat -c %u "$one") in
        "0:$user"|0:0|"$user:$user") ;;
        *) wrong "$one belongs to $(stat -c %U "$one"), whom nobody expects there" ;;
      esac
    elif [ -e "$one" ]; then
      wrong "$one is no file"
    fi
  done
}

# check_entry FOLDER: a folder that was there before has to let the product in.
check_entry() {
  check_writable "$1"
  uid=$(stat -c %u "$1") gid=$(stat -c %g "$1") bits=$(stat -c %a "$1")
  case $uid in
    "$user"|"${own%:*}"|0) ;;
    *) wrong "$1 belongs to $(stat -c %U "$1"), whom nobody expects there" ;;
  esac
  # Metricbeat runs as root as a package; others are let in as owner, by their group, or as anybody.
  case $uid:$gid:$bits in
    "$user":*|*:"${own#*:}":*[57][0-7]|*[57]) ;;
    *) [ "$user" = 0 ] || wrong "$1 is closed to the user that $product runs as: its owner, group or mode is wrong" ;;
  esac
}

check_source() {
  if [ -f "$from/$path" ] && [ -r "$from/$path" ]; then
    return
  fi
  case "
$awaited
" in
    *"
$path
"*) wrong "$product/config/$path is not there yet: the runbook says who has to bring it" ;;
    *) wrong "$product/config/$path is missing or cannot be read: copy the whole folder again" ;;
  esac
}

# ours: whether an earlier run brought the file that is at $path now.
ours() {
  now=$(sum "$target/$path")
  for manifest in "$target/$backups"/*/manifest; do
    if [ -f "$manifest" ] && grep -qxF "sum $now $path" "$manifest"; then
      return 0
    fi
  done
  return 1
}

# program: where the product's own keystore tool lies.
program() {
  home=/usr/share/$product
  [ "$kind" != archive ] || home=${folder%/config}
  case $product:$kind in
    metricbeat:package) tool=$home/bin/metricbeat ;;
    metricbeat:*) tool=$home/metricbeat ;;
    *) tool=$home/bin/$product-keystore ;;
  esac
}

# list_names: the names in the keystore that is there. Its password, if it has one, is nobody's business here.
list_names() {
  case $product in
    elasticsearch) ES_PATH_CONF=$folder "$tool" list ;;
    kibana)
      if [ "$me" = 0 ]; then
        KBN_PATH_CONF=$folder "$tool" list --allow-root
      else
        KBN_PATH_CONF=$folder "$tool" list
      fi ;;
    metricbeat)
      # Even for a list it writes a log and a mark of its own, which are not to stay.
      scratch=$(mktemp -d) || return 1
      set -- --path.home "$home" --path.config "$folder" --path.data "$scratch" --path.logs "$scratch"
      status=0
      "$tool" keystore list "$@" -E "keystore.path=$folder/$path" || status=$?
      rm -rf "$scratch"
      return "$status" ;;
  esac < /dev/null 2> /dev/null
}

# lost: names that the new keystore lacks, but for what auto-configuration leaves and what is set anew; and
# keys of Kibana's, of which a new one could not read what the old one has encrypted.
lost() {
  say "$names" | while IFS= read -r name; do
    case $product:$name in
      kibana:xpack.*ncryptionKey) say "$name"; continue ;;
      elasticsearch:autoconfiguration.*|elasticsearch:keystore.seed|elasticsearch:bootstrap.password) continue ;;
      elasticsearch:xpack.security.http.ssl.*|elasticsearch:xpack.security.transport.ssl.*) continue ;;
      kibana:elasticsearch.serviceAccountToken|kibana:elasticsearch.username|kibana:elasticsearch.password) continue ;;
      *:|*:*[!A-Za-z0-9._-]*) continue ;;
    esac
    case "
$stored
" in *"
$name
"*) ;; *) say "$name" ;; esac
  done
}

# check_keystore: one that others made may hold what the new one lacks.
check_keystore() {
  case $path in *.keystore) ;; *) return 0 ;; esac
  if [ ! -f "$target/$path" ] || cmp -s "$from/$path" "$target/$path" || ours; then
    return
  fi
  program
  if [ -n "$force" ] || [ -n "$root" ] || [ ! -x "$tool" ]; then
    say "note: $target/$path is not of stackseal; it is replaced, and kept in $backups"
  elif ! names=$(list_names); then
    wrong "$target/$path cannot be listed, so that nobody knows what it holds; --replace-keystore replaces it all the same"
  elif [ -n "$(lost)" ]; then
    wrong "$target/$path holds what the new one lacks or has anew: $(lost | tr '\n' ' ')"
    say "  --replace-keystore goes on; it is kept in $backups, and what is still wanted is stored again afterwards" >&2
  fi
}

# accounts FILE: whom or what a file of Elasticsearch's accounts names, one a line; nothing of other files.
accounts() {
  case $product:$path in
    elasticsearch:users|elasticsearch:service_tokens)
      sed -n 's/^\([^#:][^:]*\):.*/\1/p' "$1" ;;
    elasticsearch:users_roles)
      awk -F : '/^[^#]/ { n = split($2, who, ","); for (i = 1; i <= n; i++) print $1 ":" who[i] }' "$1" |
        tr -d ' \t\r' ;;
    elasticsearch:roles.yml|elasticsearch:role_mapping.yml)
      sed -n 's/^\([^# :-][^:]*\):.*/\1/p' "$1" ;;
  esac
}

# check_accounts: Elasticsearch takes these files whole, so whom others put in would be locked out.
check_accounts() {
  if [ -n "$drop" ] || [ ! -f "$target/$path" ] || cmp -s "$from/$path" "$target/$path" || ours; then
    return
  fi
  mine=$(accounts "$from/$path")
  others=$(accounts "$target/$path" | while IFS= read -r one; do
    case "
$mine
" in *"
$one
"*) ;; *) say "$one" ;; esac
  done | tr '\n' ' ')
  if [ -n "$others" ]; then
    wrong "$target/$path holds what would be lost: $others"
    say "  add its lines to $product/config/$path here, or --replace-accounts leaves them in $backups alone" >&2
  fi
}

check() {
  load "$1"
  check_folder || return 0
  check_user
  check_backups
  [ -n "$undo" ] || check_version
  each check_file
}

check_file() {
  check_target
  if [ -z "$undo" ]; then
    check_source
    if [ -r "$target/$path" ] && [ -f "$from/$path" ]; then
      check_keystore
      check_accounts
    fi
  fi
}

# --- Bringing ---

# prepare: backs up what is replaced, makes folders, and puts the new files beside their places. A run that was
# stopped left its backup as `work`: it is gone on with, since it alone knows what there was before it.
prepare() {
  clean
  count=0
  each foresee
  if [ "$count" = 0 ] || [ -n "$dry" ]; then
    return
  fi
  [ -f "$work/manifest" ] || rolling="$rolling $product"
  if [ "$kind" = container ]; then
    (umask 022 && mkdir -p "${target%/*/*}")
    make_folder "${target%/*}"
    make_folder "$target"
  fi
  back_up
  each make_folders
  each stage
}

foresee() {
  if is_there; then
    say "is there already: $target/$path"
    return
  fi
  count=$((count + 1))
  [ -n "$dry" ] || return 0
  if [ -e "$target/$path" ]; then
    say "would replace, and keep in $backups: $target/$path"
  else
    say "would bring: $target/$path"
  fi
  say "  with owner $owner and mode $mode"
}

# clean: takes away what a run left that was stopped.
clean() {
  [ -z "$dry" ] || return 0
  each clean_file
  if [ -d "$work" ] && [ ! -f "$work/manifest" ]; then
    rm -rf "$work"
  fi
  no_folder "$target/$backups"
}

clean_file() {
  one=$(staged "$path")
  [ ! -f "$one" ] || rm -f "$one"
  each_above clean_above
}
clean_above() { no_folder "$(staged "$above")"; }

# no_folder FOLDER: takes it away where nothing is in it.
no_folder() {
  if [ -d "$1" ]; then
    rmdir "$1" 2> /dev/null || :
  fi
}

# make_folder FOLDER: it shows itself with its owner and mode.
make_folder() {
  if [ ! -d "$1" ]; then
    one=${1%/*}/.${1##*/}.stackseal-new
    no_folder "$one"
    mkdir "$one"
    [ "$look" = %u ] || chown -h "$own" "$one"
    chmod "$folders" "$one"
    mv "$one" "$1"
  fi
}

# The manifest comes last and at once: without it nothing was changed yet.
back_up() {
  mkdir -p "$work/files"
  lines=''
  if [ -f "$work/manifest" ]; then
    lines=$(cat "$work/manifest")
  fi
  each back_up_file
  let_in
  say "$lines" > "$work/manifest.new"
  mv -f "$work/manifest.new" "$work/manifest"
}

# Elasticsearch looks through its whole config folder as it starts, and ends where it may not enter a folder.
let_in() {
  [ "$look" = %u ] ||
    find "$target/$backups" -type d -exec chgrp "${own#*:}" {} + -exec chmod 0750 {} +
}

back_up_file() {
  if is_there; then
    return
  fi
  each_above remember_above
  if ! knows "new $path"; then
    if [ -e "$target/$path" ]; then
      remember "old $path"
      keep "$work/files"
    elif ! knows "old $path"; then
      remember "new $path"
    fi
  fi
  remember "sum $(sum "$from/$path") $path"
}
remember_above() { [ -d "$target/$above" ] || remember "folder $above"; }

knows() {
  case "
$lines
" in *"
$1
"*) return 0 ;; esac
  return 1
}
remember() {
  knows "$1" || lines=$lines${lines:+
}$1
}

# keep FOLDER: a copy of what is at $path, with its owner, mode and time, unless there is one.
keep() {
  if [ ! -f "$1/$path" ]; then
    case $path in */*) mkdir -p "$1/${path%/*}" ;; esac
    cp -p "$target/$path" "$1/.part"
    mv -f "$1/.part" "$1/$path"
  fi
}

make_folders() { each_above make_above; }
make_above() { make_folder "$target/$above"; }

# stage: the new file beside its place. Made with its mode and only where nothing is: whoever else may write
# in this folder cannot turn it into a link.
stage() {
  if is_there; then
    return
  fi
  one=$(staged "$path")
  (
    umask "$(printf '%04o' $((0777 & ~mode)))"
    set -C
    cat "$from/$path" > "$one"
  )
  [ "$look" = %u ] || chown -h "$own" "$one"
  is_right "$one" "$mode" || chmod "$mode" "$one"
  if ! cmp -s "$from/$path" "$one" || ! is_right "$one" "$mode"; then
    say "install.sh: $one could not be made as it is to be" >&2
    return 1
  fi
}

swap() {
  load "$1"
  each swap_file
  if [ ! -f "$work/manifest" ]; then
    say "$product: nothing to do, all files are there"
    return
  fi
  name=$(date -u +%Y-%m-%dT%H%M%SZ)
  newest=$(last)
  # A clock that was set back must not hide the last backup.
  if [ "$(printf '%s\n%s\n' "$newest" "$name" | sort | tail -n 1)" = "$newest" ]; then
    name=$newest-2
  fi
  mv "$work" "$target/$backups/$name"
  say "$product: done; what was replaced is in $target/$backups/$name"
}

swap_file() {
  one=$(staged "$path")
  if [ -f "$one" ]; then
    mv -f "$one" "$target/$path"
    say "brought: $target/$path"
  fi
}

# last: the name of the newest backup.
last() {
  for manifest in "$target/$backups"/[0-9]*/manifest; do
    if [ -f "$manifest" ]; then
      manifest=${manifest%/manifest}
      say "${manifest##*/}"
    fi
  done | sort | tail -n 1
}

# --- Putting back ---

# roll_back: as if this run had never been; no file was replaced yet.
roll_back() {
  clean
  if [ -f "$work/manifest" ]; then
    remove_folders
    rm -f "$work/manifest"
  fi
  rm -rf "$work"
  clean_container
}

remove_folders() {
  sed -n 's/^folder //p' "$work/manifest" | sort -r | while IFS= read -r one; do
    if [ -d "$target/$one" ] && ! rmdir "$target/$one" 2> /dev/null; then
      say "stays, since others put something into it: $target/$one"
    fi
  done
}

# clean_container: folders that were made for a container go when nothing is left in them.
clean_container() {
  no_folder "$target/$backups"
  if [ "$kind" = container ]; then
    for one in "$target" "${target%/*}" "${target%/*/*}"; do
      no_folder "${one%/*}/.${one##*/}.stackseal-new"
      no_folder "$one"
    done
  fi
}

# put_back: a stopped one goes on as `work` again, so that a next run can end it either way.
put_back() {
  load "$1"
  if [ -f "$work/manifest" ]; then
    at=$work
  elif [ -d "$work" ]; then
    say "$product: the run that was stopped had changed nothing; --undo again puts back what was before it"
    [ -n "$dry" ] || roll_back
    done_any=yes
    return
  else
    at=$target/$backups/$(last)
  fi
  if [ ! -f "$at/manifest" ]; then
    say "$product: there is no backup to put back"
    [ -n "$dry" ] || { clean && clean_container; }
    return
  fi
  done_any=yes
  clean
  if [ -z "$dry" ] && [ "$at" != "$work" ]; then
    mv "$at" "$work"
    at=$work
  fi
  while read -r word path; do
    case $word in
      old) [ ! -f "$at/files/$path" ] || put "put back" ;;
      new) [ ! -f "$target/$path" ] || put "taken away" ;;
    esac
  done <<END
$(cat "$at/manifest")
END
  if [ -z "$dry" ]; then
    remove_folders
    rm -f "$work/manifest"
    rm -rf "$work"
    clean_container
    say "$product: put back as it was"
  fi
}

# put WORDS: what was changed here since is kept before it goes.
put() {
  say "${dry:+would be }$1: $target/$path"
  [ -z "$dry" ] || return 0
  if [ -f "$target/$path" ] && ! cmp -s "$target/$path" "$at/files/$path" &&
    ! grep -qxF "sum $(sum "$target/$path") $path" "$at/manifest"; then
    [ -n "$aside" ] || aside=undone-$(date -u +%Y-%m-%dT%H%M%SZ)
    mkdir -p "$target/$backups/$aside"
    keep "$target/$backups/$aside"
    let_in
    say "  it was changed since, and is kept in $target/$backups/$aside"
  fi
  if [ -f "$at/files/$path" ]; then
    mv -f "$at/files/$path" "$target/$path"
  else
    rm -f "$target/$path"
  fi
}

# --- The run ---

dry='' undo='' force='' drop='' root='' chosen='' aside='' rolling='' done_any='' stage=checks
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry=yes ;;
    --undo) undo=yes ;;
    --replace-keystore) force=yes ;;
    --replace-accounts) drop=yes ;;
    --root)
      [ $# -gt 1 ] || usage "--root wants a folder"
      root=$2
      [ -n "$root" ] || usage "--root wants a folder"
      shift ;;
    --help)
      sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
      exit 0 ;;
    -*) usage "there is no option $1" ;;
    *)
      known=
      for one in $products; do
        [ "$one" != "$1" ] || known=yes
      done
      [ -n "$known" ] || usage "$1 is none of the products of this folder: $products"
      case " $chosen " in *" $1 "*) ;; *) chosen="$chosen $1" ;; esac ;;
  esac
  shift
done
chosen=${chosen:-$products}
me=$(id -u)
here=$(cd "$(dirname "$0")" && pwd -P)
if [ -n "$root" ]; then
  root=$(cd "$root" 2> /dev/null && pwd -P) || {
    say "install.sh: --root: no folder that can be entered" >&2
    exit 1
  }
  root=${root%/}
fi

for one_product in $chosen; do
  check "$one_product"
done
if [ "$wrongs" -gt 0 ]; then
  say "Nothing was changed." >&2
  exit 1
fi

finish() {
  code=$?
  trap - EXIT
  set +e
  if [ "$code" != 0 ] && [ "$stage" = prepare ]; then
    for one_product in $rolling; do
      load "$one_product"
      roll_back
    done
    say "install.sh: it could not be done; nothing was changed." >&2
    exit 1
  elif [ "$code" != 0 ] && [ "$stage" != checks ]; then
    say "install.sh: stopped halfway; run it again to go on, or with --undo to put all back." >&2
    exit 3
  fi
}
trap finish EXIT
trap 'exit 130' HUP INT TERM

if [ -n "$undo" ]; then
  stage=undo
  for one_product in $chosen; do
    put_back "$one_product"
  done
  [ -z "$dry" ] || say "Nothing was changed: --dry-run."
  stage=checks
  [ -n "$done_any" ] || exit 1
  exit 0
fi
stage=prepare
for one_product in $chosen; do
  load "$one_product"
  prepare
done
if [ -n "$dry" ]; then
  say "Nothing was changed: --dry-run."
  exit 0
fi
# What a file is replaced by has to be on the disk before it is.
sync
stage=swap
for one_product in $chosen; do
  swap "$one_product"
done
say "Next: README.md beside this says what is stored and when services are started again."
