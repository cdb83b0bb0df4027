# Sourced by tests: an rpm of its own below TEST_DIR, whose root holds nothing.
#   rpm_root                     makes it anew
#   its_rpm -i FILE…             runs rpm with it; the database lies where dnf looks for it
rpm_database=$(rpm --eval '%{_dbpath}' 2>/dev/null)
its_rpm() { LC_ALL=C.UTF-8 rpm --root "$TEST_DIR/rpm-root" --dbpath "$rpm_database" "$@"; }
rpm_root() {
  rm -rf "$TEST_DIR/rpm-root"
  mkdir -p "$TEST_DIR/rpm-root$rpm_database"
  its_rpm --initdb
}
