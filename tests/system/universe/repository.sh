# Sourced by the tests of this folder: makes small apt repositories in TEST_DIR.
probe() { "$BUILD/tests/system/universe/universe_probe" --cache "$TEST_DIR/cache" "$@"; }

# make_deb FOLDER NAME VERSION [FIELD…]: a real, empty package.
make_deb() {
  local folder=$1 name=$2 version=$3 tree
  shift 3
  tree=$(mktemp -d "$TEST_DIR/deb-XXXXXX")
  mkdir -p "$folder" "$tree/DEBIAN" "$tree/usr/share/doc/$name"
  {
    printf '%s\n' "Package: $name" "Version: $version" "Architecture: all" "Maintainer: Test <test@example.org>" \
      "$@" "Description: test package $name"
  } > "$tree/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone --build "$tree" "$folder/${name}_${version}_all.deb" > /dev/null
  rm -rf "$tree"
}

# index FOLDER: dists/test/main/binary-amd64/Packages.xz of FOLDER/pool, and a Release file. Further arguments are
# lines of the Release file.
index() {
  local folder=$1 binary="dists/test/main/binary-amd64"
  shift
  mkdir -p "$folder/$binary"
  (cd "$folder" && apt-ftparchive packages pool) | xz > "$folder/$binary/Packages.xz"
  release "$folder" "$@"
}

release() {
  local folder=$1 file="main/binary-amd64/Packages.xz"
  shift
  {
    printf '%s\n' "Suite: test" "Codename: test" "Architectures: amd64" "Components: main" "$@" "SHA256:"
    echo " $(sha256sum < "$folder/dists/test/$file" | cut -d' ' -f1)" \
      "$(stat -c %s "$folder/dists/test/$file") $file"
  } > "$folder/dists/test/Release"
}

# A key of our own; the agent ends with the test. GNUPGHOME must be short: it holds sockets.
make_key() {
  export GNUPGHOME=$1
  mkdir -m 700 -p "$GNUPGHOME"
  gpg --batch --quiet --passphrase '' --quick-generate-key "$2" ed25519 sign never 2> /dev/null
  gpg --batch --quiet --export > "$GNUPGHOME/ring.gpg"
  gpg --batch --quiet --armor --export > "$GNUPGHOME/ring.asc"
}

# sign FOLDER GNUPGHOME
sign() {
  rm -f "$1/dists/test/InRelease"
  GNUPGHOME=$2 gpg --batch --quiet --clearsign -o "$1/dists/test/InRelease" "$1/dists/test/Release"
}

# answer JSON-KEY < JSON: prints the value, one element of a list a line.
answer() {
  python3 -c 'import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1:]: value = value[key]
print(*value, sep="\n") if isinstance(value, list) else print(json.dumps(value) if not isinstance(value, str) else value)' "$@"
}

# tells STATUS TEXT command…: the command ends with STATUS and says TEXT (on either stream).
tells() {
  local wanted=$1 text=$2 status=0 output
  shift 2
  output=$("$@" 2>&1) || status=$?
  [ "$status" -eq "$wanted" ] && [[ $output == *"$text"* ]] && return
  printf '%s\n' "$output" "exit status $status, wanted $wanted and the text: $text"
  return 1
}
