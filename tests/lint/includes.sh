#!/usr/bin/env bash
# Includes go one way (docs/ARCHITECTURE.md): a room may include itself and the rooms listed for it, cli only from
# main.cpp and commands/, and each third party's headers stay in their place.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
cd "$SOURCE" || exit 1

# room: the rooms that it may include
allowed() {
  case $1 in
    base) echo base ;;
    cli) echo base cli ;;
    net) echo base net ;;
    config) echo base config ;;
    wire) echo base config wire ;;
    universe) echo base net config universe ;;
    metapackage) echo base config universe metapackage ;;
    installer | dolly | agent) echo base net config wire "$1" ;;  # run on nodes: nothing of apt, rpm, libsolv
    lmp | setup | daemon | control | lab) echo base net config wire universe metapackage "$1" ;;
  esac
}

# check_includes FILE…: prints file:line: error for each include that goes sideways or upward.
check_includes() {
  local file room program_layer number target found=0
  for file in "$@"; do
    room=${file#*src/}
    room=${room%%/*}
    program_layer=no
    case $file in */main.cpp | */commands/*) program_layer=yes ;; esac
    while read -r number target; do
      case " $(allowed "$room") " in *" $target "*) continue ;; esac
      [ "$target" = cli ] && [ $program_layer = yes ] && continue
      echo "$file:$number: error: $room must not include $target"
      found=1
    done < <(awk '/^ *# *include *"[a-z]+\// { split($0, part, /["\/]/); print NR, part[2] }' "$file")
  done
  return $found
}

# Where each third party's headers may stand: "pattern of the include|pattern of the files".
third_parties() {
  cat <<'LIST'
CLI/|src/cli/
curl/|src/net/fetch
microhttpd|src/net/server
solv/|src/universe/
apt-pkg/|src/universe/
sqlite3|src/daemon/store
rpm/|src/metapackage/
createrepo_c/|src/metapackage/
archive|src/(base|dolly|metapackage|universe|daemon|setup)/
openssl/|src/base/(digest|ed25519)|src/dolly/tls
lzma|src/metapackage/compress
zstd|src/(metapackage/compress|dolly/(packer|offer_text))
xxhash|src/base/checksum
tinyxml2|src/(wire|agent|universe)/
nlohmann/|\.cpp|src/metapackage/shell_|src/wire/whole_number|src/dolly/attributes_json
LIST
}

check_third_parties() {
  local header place file found=0
  while IFS='|' read -r header place; do
    while read -r file; do
      [ -n "$file" ] || continue
      echo "$file" | grep -Eq "$place" && continue
      grep -n "include *<$header" "$file" | sed "s@^\([0-9]*\):.*@$file:\1: error: <$header…> belongs into $place@"
      found=1
    done < <(grep -rlE "include *<$header" "$@")
  done < <(third_parties)
  return $found
}

mapfile -t sources < <(find src -name '*.cpp' -o -name '*.hpp' | sort)
step "includes go one way" check_includes "${sources[@]}"
step "third-party headers stay in their place" check_third_parties src

# The check itself must be able to fail.
mkdir -p "$TEST_DIR/src/base"
printf '#include "base/error.hpp"\n#include "config/cluster.hpp"\n' > "$TEST_DIR/src/base/wrong.cpp"
upward() {
  local output
  output=$(check_includes "$TEST_DIR/src/base/wrong.cpp") && return 1
  [ "$output" = "$TEST_DIR/src/base/wrong.cpp:2: error: base must not include config" ] || { echo "$output"; return 1; }
}
step "an upward include is found with its file and line" upward
finish
