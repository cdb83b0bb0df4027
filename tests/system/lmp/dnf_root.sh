# Sourced by tests after rpm_root.sh: a dnf of its own that knows one repository and installs into the root of rpm_root.
#   dnf_root LINE…               the repository's further lines: baseurl=…, gpgcheck=1 …
#   its_dnf install NAME…        runs it; nothing is asked, nothing outside TEST_DIR is read or written
dnf_root() {
  rm -rf "$TEST_DIR/dnf"
  mkdir -p "$TEST_DIR"/dnf/{repos,vars,cache,log,persist}
  cat >"$TEST_DIR/dnf/dnf.conf" <<CONF
[main]
reposdir=$TEST_DIR/dnf/repos
varsdir=$TEST_DIR/dnf/vars
cachedir=$TEST_DIR/dnf/cache
logdir=$TEST_DIR/dnf/log
persistdir=$TEST_DIR/dnf/persist
plugins=0
install_weak_deps=0
CONF
  printf '%s\n' '[lucie]' 'name=lucie' "$@" >"$TEST_DIR/dnf/repos/lucie.repo"
}
its_dnf() {
  LC_ALL=C.UTF-8 dnf -c "$TEST_DIR/dnf/dnf.conf" --installroot "$TEST_DIR/rpm-root" --releasever 1 --forcearch x86_64 \
    --setopt=cachedir="$TEST_DIR/dnf/cache" --refresh -y "$@"
}
