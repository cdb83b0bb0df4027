#!/usr/bin/env bash
# Rules for every tracked text: no package registry's host name, no path of the machine it was written on, no
# large or binary files, C++ formatted as .clang-format says, shell scripts that shellcheck has no error for.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
cd "$SOURCE" || exit 1

tracked() {
  if git rev-parse --git-dir > /dev/null 2>&1; then git ls-files; else find . -type f -not -path './build*' -not -path './.git/*'; fi
}

# The hosts that this machine's own package managers use.
registry_hosts() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* ~/.npmrc /etc/npmrc 2> /dev/null |
    grep -oE '[a-z]+://[A-Za-z0-9.-]+' | sed 's@.*//@@' | grep '\.' | sort -u
}

no_registry() {
  registry_hosts > "$TEST_DIR/hosts"
  [ -s "$TEST_DIR/hosts" ] || return 0
  ! tracked | xargs grep -nFf "$TEST_DIR/hosts" --
}
step "no registry's host name (examples use mirror.example.org)" no_registry

no_machine_path() { ! tracked | xargs grep -nF -e "$SOURCE/" -e "$BUILD/" --; }
step "no path of this machine" no_machine_path

no_large_file() { ! tracked | xargs -r du -k | awk '$1 > 512' | grep .; }
step "no file over 512 KiB" no_large_file

formatted() { tracked | grep -E '\.(cpp|hpp)$' | xargs clang-format --dry-run --Werror 2>&1 | grep -E 'error|warning' | head -20 | grep . && return 1; return 0; }
step "C++ is formatted as .clang-format says" formatted

shell_files() {
  tracked | while read -r file; do
    case $(head -c 60 "$file" | head -n 1) in '#!'*sh | '#!'*sh\ *) echo "$file" ;; esac
  done
}
shell_checked() { shell_files | xargs -r shellcheck --severity=error --exclude=SC1090,SC1091; }
step "shellcheck has no error for the shell scripts" shell_checked
finish
