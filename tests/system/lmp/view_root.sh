# Sourced by tests: a view of this machine's root that keeps all changes in memory and is gone with the test.
#   view_root                    makes the folders; ends the test when such a view cannot be mounted
#   in_view                      runs the commands on standard input there; what they leave in /out is kept in $TEST_DIR/out
view_root() {
  mkdir -p "$TEST_DIR/view" "$TEST_DIR/out"
  echo 'touch /out/works' | in_view 2>"$TEST_DIR/err" ||
    skip_all "cannot mount a view of the root: $(tail -n 1 "$TEST_DIR/err")"
}
in_view() {
  cat >"$TEST_DIR/out/script"
  unshare --mount --pid --fork --kill-child sh -c '
    mount --make-rprivate / && mount -t tmpfs view "$1" && mkdir "$1/upper" "$1/work" "$1/root" &&
    mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" view "$1/root" &&
    mount -t proc proc "$1/root/proc" && mount -t tmpfs tmp "$1/root/tmp" && mount --bind /dev "$1/root/dev" &&
    mkdir "$1/root/out" && mount --bind "$2" "$1/root/out" &&
    exec env -i PATH="$PATH" HOME=/root LC_ALL=C.UTF-8 chroot "$1/root" sh -eu /out/script' in_view "$TEST_DIR/view" "$TEST_DIR/out" </dev/null
}
