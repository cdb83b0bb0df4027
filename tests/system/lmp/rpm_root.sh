# Sourced by tests: an rpm of its own below TEST_DIR, whose root holds nothing but a shell.
#   rpm_root                     makes it anew
#   its_rpm -i FILE…             runs rpm with it
its_rpm() { LC_ALL=C.UTF-8 rpm --root "$TEST_DIR/rpm-root" --dbpath /var/lib/rpm "$@"; }
rpm_root() {
  rm -rf "$TEST_DIR/rpm-root"
  mkdir -p "$TEST_DIR/rpm-root/var/lib/rpm"
  its_rpm --initdb
}
