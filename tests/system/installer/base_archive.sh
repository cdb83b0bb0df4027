# Sourced by tests that install nodes. Prints the path of a small base archive (Debian's essential packages and
# apt), made once by mmdebstrap from the machine's own apt configuration and kept in LUCIE_CACHE. Status 1 when it
# cannot be made.

own_release() { . /etc/os-release && echo "$VERSION_CODENAME"; }

# The machine's own Debian servers as lines of a sources.list; indices must be there (apt-get update).
own_sources() {
  local release
  release=$(own_release)
  apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' |
    awk -F'|' -v release="$release" '$1 == "Debian" && index($2, release) == 1 { print "deb", $3, $4, $5 }' | sort -u
}

base_archive() {
  local sources key folder file
  sources=$(own_sources)
  [ -n "$sources" ] || { echo "no Debian server in the machine's apt configuration" >&2; return 1; }
  key=$(printf '%s\n' "base 1" "$sources" | sha256sum | cut -c1-16)
  folder=${LUCIE_CACHE:-/var/cache/lucie}/test
  file=$folder/base-$key.tar.zst
  mkdir -p "$folder"
  (
    flock 9
    [ -e "$file" ] && exit
    printf '%s\n' "$sources" |
      mmdebstrap --quiet --variant=apt --mode=root --aptopt='Acquire::Languages "none"' --format=tar \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        "$(own_release)" - - > "$folder/base.new" && zstd --quiet --rm -f -3 "$folder/base.new" -o "$file"
  ) 9> "$folder/base.lock" >&2 || return 1
  echo "$file"
}
