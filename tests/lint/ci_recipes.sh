#!/usr/bin/env bash
# What docs/ci says is true: the recipes' own lines check, build and publish LMPs. Only what installs packages and reaches
# other machines is not run: ssh runs its command here.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lmp/small_server.sh"
. "$SOURCE/tests/system/lmp/apt_root.sh"
python3 -c 'import yaml' 2>/dev/null || skip_all "python3-yaml is not installed"
recipe() { python3 "$SOURCE/tests/lint/ci_recipes.py" "$SOURCE/docs/ci/$1.yml" "${@:2}"; }

GNUPGHOME=$(mktemp -d /tmp/lmp-gpg-XXXXXX)
export GNUPGHOME
trap 'gpgconf --kill all; rm -rf "$GNUPGHOME" "$TEST_DIR"' EXIT
gpg --batch --quiet --passphrase '' --quick-generate-key lmp@example.org ed25519 sign never 2>/dev/null || skip_all "gpg cannot make a key here"

small_server
mkdir -p "$TEST_DIR/bin" "$TEST_DIR/etc" "$TEST_DIR/home"
ln -s "$BUILD/src/lmp/lmp" "$TEST_DIR/bin/lmp"
cp "$definitions" "$TEST_DIR/etc/lucie.conf"
# shellcheck disable=SC2016  # written for the program
printf '#!/bin/sh\necho "$1" >>"%s/hosts"\nshift\nexec sh -c "$*"\n' "$TEST_DIR" >"$TEST_DIR/bin/ssh"
chmod +x "$TEST_DIR/bin/ssh"
export PATH=$TEST_DIR/bin:$PATH LUCIE_ETC=$TEST_DIR/etc LUCIE_LMPS=$TEST_DIR/installed HOME=$TEST_DIR/home
unset SOURCE_DATE_EPOCH

checkout() { # FOLDER: a clone with two LMPs
  mkdir -p "$1" && cd "$1" && git init -q . && new_lmp lmps one editor && new_lmp lmps two editor && commit
}
commit() { git add -A && git -c user.name=A -c user.email=a@example.org commit -qm change; }
run_lines() { # FOLDER RECIPE JOB STEP…: as a job does it
  local folder=$1
  recipe "${@:2}" >"$TEST_DIR/lines" || return 1
  (cd "$folder" && export LMP_REPOSITORY=$TEST_DIR/$2.repo LMP_HOST=publisher@mirror.example.org LMP_KEY=lmp@example.org && bash -e "$TEST_DIR/lines")
}
published() { # RECIPE LMP…: apt verifies the repository and has them
  apt_root "[signed-by=$TEST_DIR/$1.repo/lucie.asc] file:$TEST_DIR/$1.repo" && its_apt apt-get -q update &&
    [ "$(its_apt apt-cache madison lmp-one lmp-two | awk '{ print $1, $3 }' | sort | paste -sd,)" = "$2" ]
}
try() { # RECIPE, and the steps that check, build and publish
  local folder=$TEST_DIR/$1.clone
  step "$1: two LMPs" checkout "$folder"
  step "$1: they are checked and built" run_lines "$folder" "$1" build $2
  step "$1: and published" run_lines "$folder" "$1" publish $3
  step "$1: apt has both" published "$1" "lmp-one 1.0,lmp-two 1.0"
  sed -i 's/version     1.0/version     1.1/' "$folder/lmps/two/lmp.conf"
  echo '# a note' >>"$folder/lmps/one/lmp.conf"
  (cd "$folder" && sleep 1 && commit && rm -r packages)
  step "$1: the next time" run_lines "$folder" "$1" build $2
  step "$1: what has a new version is published" run_lines "$folder" "$1" publish $3
  step "$1: apt has the new version too" published "$1" "lmp-one 1.0,lmp-two 1.0,lmp-two 1.1"
  printf 'define lmp{\n    lmp_name broken\n}\n' >"$folder/lmps/one/lmp.conf"
  step "$1: a fault fails the job" expect 1 run_lines "$folder" "$1" build $2
}
try github-actions "Check Build" Publish
try gitlab-ci script script

each_host() { [ -s "$TEST_DIR/hosts" ] && ! grep -vx 'publisher@mirror.example.org' "$TEST_DIR/hosts"; }
step "the packages go to the host that is named" each_host
names() { recipe "$1" --variables | sort >"$TEST_DIR/$1.names" && printf '%s\n' LMP_HOST=publisher@mirror.example.org LMP_KEY=lmp@example.org LMP_REPOSITORY=/srv/lmp | same - "$TEST_DIR/$1.names"; }
step "GitHub's variables are those of the text" names github-actions
step "GitLab's too" names gitlab-ci
all_checked() { # what is not run is at least shell, and installs what there is
  local name
  for name in github-actions gitlab-ci; do
    recipe $name --all >"$TEST_DIR/all" && bash -n "$TEST_DIR/all" && shellcheck --shell=bash --severity=warning --exclude=SC2029 "$TEST_DIR/all" || return 1
    grep -o 'lucie-[a-z]*$' "$TEST_DIR/all" | while read -r package; do grep -qx "Package: $package" "$SOURCE/packaging/debian/control" || exit 1; done || return 1
  done
}
step "all lines are shell, and the packages exist" all_checked
key_lines() { # the key is readable by its owner alone
  (export SSH_KEY=secret HOST_KEYS=host LMP_SSH_KEY=secret LMP_HOST_KEYS=host && recipe github-actions publish Key >"$TEST_DIR/lines" && bash -e "$TEST_DIR/lines") &&
    [ "$(stat -c %a "$HOME/.ssh/id_ed25519")" = 600 ] && grep -qx secret "$HOME/.ssh/id_ed25519" && grep -qx host "$HOME/.ssh/known_hosts"
}
step "the ssh key is kept from others" key_lines
finish
