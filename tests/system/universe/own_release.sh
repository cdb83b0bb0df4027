#!/usr/bin/env bash
# The machine's own release, from its own apt configuration, with apt as an independent judge. The indices are
# shared with other tests (LUCIE_CACHE), so that they are fetched once.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/universe/repository.sh"
. /etc/os-release
[ "$ID" = debian ] || skip_all "the package names are those of Debian"
cache=${LUCIE_CACHE:-/var/cache/lucie}
own() { "$BUILD/tests/system/universe/universe_probe" --cache "$cache" --target "$ID-$VERSION_ID" "$@"; }
own --fresh 0 info > "$TEST_DIR/info" 2> "$TEST_DIR/err" || skip_all "no package server: $(head -1 "$TEST_DIR/err")"

whole() { [ "$(answer size < "$TEST_DIR/info")" -gt 50000 ]; }
step "the universe has all packages" whole
base() { answer base < "$TEST_DIR/info" | grep -cxE 'dpkg|libc-bin|bash|apt|base-files' | grep -qx 5; }
step "the base set has Essential and required packages" base

own solve chrony ntpsec > "$TEST_DIR/pair"
excluded() {
  [ "$(answer installable < "$TEST_DIR/pair")" = false ] && answer reasons < "$TEST_DIR/pair" | tee /dev/stderr |
    tail -1 | grep -qE '^(chrony|ntpsec) [^ ]+ conflicts with time-daemon, provided by (chrony|ntpsec) [^ ]+$'
}
step "chrony and ntpsec exclude each other, by name of the conflict" excluded
own pair chrony ntpsec > "$TEST_DIR/pruned"
step "the pair is decided alike in the closure of the two" same "$TEST_DIR/pair" "$TEST_DIR/pruned"
names_excluded() { own excluded chrony | answer | grep -cxE 'ntpsec|openntpd|systemd-timesyncd' | grep -qx 3; }
step "what chrony excludes" names_excluded

# apt with an empty status and lists of its own, made of the same sources.
mkdir -p "$TEST_DIR/apt/lists/partial" "$TEST_DIR/apt/cache/archives/partial" "$TEST_DIR/apt/empty"
: > "$TEST_DIR/apt/status"
own servers | python3 -c 'import json, sys
for s in json.load(sys.stdin):
    signed = "trusted=yes" if s["trusted"] else "signed-by=" + s["signed_by"] if "trusted.gpg.d" not in s["signed_by"] else ""
    print("deb", "[%s]" % signed if signed else "", s["uris"][0], s["suite"], *s["components"])' > "$TEST_DIR/apt/sources.list"
{
  apt-config dump Acquire | grep -iE '^Acquire::[a-z]+::(proxy|[^ ]*::proxy)'
  cat << CONF
Dir::Etc::Parts "$TEST_DIR/apt/empty";
Dir::Etc::SourceList "$TEST_DIR/apt/sources.list";
Dir::Etc::SourceParts "$TEST_DIR/apt/empty";
Dir::Etc::Preferences "$TEST_DIR/apt/none";
Dir::Etc::PreferencesParts "$TEST_DIR/apt/empty";
Dir::State::lists "$TEST_DIR/apt/lists";
Dir::State::status "$TEST_DIR/apt/status";
Dir::Cache "$TEST_DIR/apt/cache";
Acquire::Languages "none";
APT::Sandbox::User "root";
CONF
} > "$TEST_DIR/apt.conf"
clean_apt() { APT_CONFIG="$TEST_DIR/apt.conf" "$@"; }
step "apt reads the same sources" clean_apt apt-get -qq update

# apt installs only what it is asked for, so the base set is asked for.
like_apt() {
  mapfile -t base_set < <(answer base < "$TEST_DIR/info")
  clean_apt apt-get -s --no-install-recommends install "${base_set[@]}" "$@" |
    awk '/^Inst/ { sub(/^\(/, "", $3); print $2, $3 }' | LC_ALL=C sort > "$TEST_DIR/by-apt"
  own --no-refresh solve "$@" | answer packages | LC_ALL=C sort > "$TEST_DIR/ours"
  [ -s "$TEST_DIR/by-apt" ] && same "$TEST_DIR/by-apt" "$TEST_DIR/ours"
}
step "closure of openssh-server, as apt has it" like_apt openssh-server
step "closure of a bootable node, as apt has it" like_apt linux-image-amd64 systemd-sysv ifupdown extlinux dbus
step "closure with mail and web servers, as apt has it" like_apt default-mta apache2 mailutils
step "closure of a cluster's programs, as apt has it" like_apt slurmd openmpi-bin munge nfs-kernel-server build-essential

alone() { unshare -n "$BUILD/tests/system/universe/universe_probe" --cache "$cache" --target "$ID-$VERSION_ID" "$@"; }
without_network() { alone --fresh 3600 info | same "$TEST_DIR/info" -; }
step "opened again without network" without_network
old_without_network() {
  alone --fresh 0 info > "$TEST_DIR/alone" 2> "$TEST_DIR/err"
  same "$TEST_DIR/info" "$TEST_DIR/alone" && grep -q "^warning: package server 'apt-$VERSION_CODENAME': " "$TEST_DIR/err"
}
step "also when it is not fresh, with a warning" old_without_network
finish
