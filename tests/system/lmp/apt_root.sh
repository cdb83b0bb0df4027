# Sourced by tests: an apt of its own below TEST_DIR that knows one repository and has nothing installed.
#   apt_root "[trusted=yes] file:/path"     the source's words between "deb" and "lucie main"
#   its_apt apt-get …                       runs a program of apt with it
apt_root() {
  rm -rf "$TEST_DIR/apt"
  mkdir -p "$TEST_DIR"/apt/{lists/partial,cache/archives/partial,empty}
  : >"$TEST_DIR/apt/status"
  echo "deb $1 lucie main" >"$TEST_DIR/apt/sources.list"
  cat >"$TEST_DIR/apt/apt.conf" <<CONF
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "root";
Dir::State "$TEST_DIR/apt";
Dir::State::status "$TEST_DIR/apt/status";
Dir::State::lists "$TEST_DIR/apt/lists";
Dir::Cache "$TEST_DIR/apt/cache";
Dir::Etc::sourcelist "$TEST_DIR/apt/sources.list";
Dir::Etc::sourceparts "$TEST_DIR/apt/empty";
Dir::Etc::parts "$TEST_DIR/apt/empty";
Dir::Etc::preferencesparts "$TEST_DIR/apt/empty";
Dir::Etc::trustedparts "$TEST_DIR/apt/empty";
Dir::Etc::trusted "$TEST_DIR/apt/none.gpg";
Debug::NoLocking "true";
CONF
}
its_apt() { APT_CONFIG="$TEST_DIR/apt/apt.conf" LC_ALL=C.UTF-8 "$@"; }
