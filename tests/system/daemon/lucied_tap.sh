# shellcheck shell=bash
# Sourced by the tests of lucied: a lucied of the test's own on loopback, and nodes played with curl.
. "${SOURCE:?is set by ./test}/tests/tap.sh"

lucied="$BUILD/src/daemon/lucied"
lucie="$BUILD/src/control/lucie"
export LUCIE_STATE="$TEST_DIR/state" LUCIE_RUN="$TEST_DIR/run" LUCIE_ETC="$TEST_DIR/etc"
export LUCIE_TEMPLATES="$SOURCE/templates"
lucied_process=
port=0
jobs_to_end=()
trap 'end_all; rm -rf "$TEST_DIR"' EXIT

# lucied ends by itself where it can: only then a sanitizer looks for memory that it lost.
end_all() {
  local process tries
  {
    for process in "${jobs_to_end[@]}"; do kill -KILL "$process"; done
    if [ -n "$lucied_process" ] && kill -TERM "$lucied_process"; then
      for ((tries = 0; tries < 100; tries++)); do
        kill -0 "$lucied_process" || break
        sleep 0.1
      done
      kill -KILL "$lucied_process"
    fi
    wait
  } 2> /dev/null
}

# until_true COMMAND…: waits until it succeeds, a minute at most.
until_true() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    "$@" > "$TEST_DIR/until" 2>&1 && return
    sleep 0.1
  done
  echo "it never came true: $*"
  cat "$TEST_DIR/until"
  return 1
}

admin() { curl -s --max-time 60 --unix-socket "$LUCIE_RUN/lucied.sock" "$@"; }
healthy() { admin http://lucied/v1/health | grep -q '"status":"ok"'; }

# Not within `step`: the shell that starts lucied must live as long as the test (lucied dies with it). A restarted
# lucied has the port that the first one found.
start_lucied() {
  setpriv --pdeathsig KILL "$lucied" --listen 127.0.0.1 --port "$port" 2>> "$TEST_DIR/lucied.log" &
  lucied_process=$!
  until_true healthy || { cat "$TEST_DIR/lucied.log"; return 1; }
  port=$(admin http://lucied/v1/health | sed 's/.*"listen":"127.0.0.1:\([0-9]*\)".*/\1/')
}

# A cluster of cnode00 … cnode03 at 127.0.0.10 …, of which cnode03 is protected. The LMP motd has one template.
write_sample() {
  mkdir -p "$LUCIE_STATE"/{boot/full,base,pool/debian-12/dists/lucie,lmp/motd/{files/etc,scripts}} "$LUCIE_ETC"
  printf kernel > "$LUCIE_STATE/boot/full/vmlinuz"
  printf initrd > "$LUCIE_STATE/boot/full/initrd.img"
  printf 0123456789 > "$LUCIE_STATE/base/full.tar.zst"
  echo 'Suite: lucie' > "$LUCIE_STATE/pool/debian-12/dists/lucie/Release"
  cat > "$LUCIE_STATE/lmp/motd/lmp.conf" << 'EOF'
define lmp{
    lmp_name    motd
    version     1.0-1
    summary     A message of the day
    maintainer  A. Author <author@example.org>
    license     GPL-3+
}
define package_list{
    target      debian-12
    packages    bash
}
EOF
  echo '@{host.name} at @{host.address}' > "$LUCIE_STATE/lmp/motd/files/etc/motd.in"
  printf '%s\n' '@{for h in lucie_group.hosts}' '@{h.name} @{h.ssh_host_key}' '@{end}' \
    > "$LUCIE_STATE/lmp/motd/files/etc/known.in"
  printf '#!/bin/sh\necho hello\n' > "$LUCIE_STATE/lmp/motd/scripts/10-hello"
  chmod 755 "$LUCIE_STATE/lmp/motd/scripts/10-hello"
  cat > "$LUCIE_ETC/lucie.conf" << 'EOF'
define host{
    name          node
    register      0
    lucie_group   lucie1
    services      motd
    installer     full
}
define host{
    use           node
    host_name     cnode[00-02]
    address       127.0.0.[10-12]
    mac_address   52:54:00:00:00:[10-12]
}
define host{
    use           node
    host_name     cnode03
    address       127.0.0.13
    mac_address   52:54:00:00:00:13
    protected     yes
}
define host_group{
    hostgroup_name rack1
    members        cnode[00-01]
}
define lucie_group{
    name          lucie1
    domain_name   example.org
    gateway       127.0.0.254
    subnet        255.0.0.0
    lucie_address 127.0.0.1
}
EOF
}

compile() { "$BUILD/tests/system/daemon/compile_sample" "$LUCIE_ETC/lucie.conf" "$LUCIE_STATE"; }

# The nodes of the sample, as curl sees them: node NUMBER PATH [curl's options]
declare -A token
node() {
  local number=$1 path=$2
  shift 2
  curl -sS --max-time 60 --interface "127.0.0.1$number" -H "X-Lucie-Token: ${token[$number]}" "$@" \
    "http://127.0.0.1:$port$path"
}
# The status alone.
node_status() { node "$@" -o /dev/null -w '%{http_code}'; }
# boot NUMBER: asks for the boot script, which is left in TEST_DIR/script, and keeps the token that it tells.
boot() {
  node "$1" "/boot/52-54-00-00-00-1$1" > "$TEST_DIR/script" || return
  token[$1]=$(sed -n 's/.*lucie\.token=\([0-9a-f]*\).*/\1/p' "$TEST_DIR/script")
  [ -n "${token[$1]}" ]
}
# events NUMBER JSON…: sends them; prints the status.
send_events() {
  local number=$1 IFS=,
  shift
  node_status "$number" "/v1/nodes/cnode0$number/events" --data-binary "{\"version\":1,\"events\":[$*]}"
}
is() { [ "$1" = "$2" ] || { echo "'$1', wanted '$2'"; return 1; }; }
has() { grep -qF -- "$2" "$1" || { echo "no '$2' in:"; cat "$1"; return 1; }; }
state_is() { is "$("$lucie" status "$1" | awk 'NR == 2 { print $2 }')" "$2"; }
# Times and durations as words.
without_times() { sed -E 's/20[0-9]{2}-[0-9-]*T[0-9:]*Z/WHEN/g; s/[0-9.]+ s( |$)/TIME\1/g; s/ +/ /g; s/ $//'; }
