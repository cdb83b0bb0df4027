# Sourced after tests/tap.sh: makes small rpm-md repositories of real packages in TEST_DIR, with rpmbuild and
# createrepo_c.
command -v rpmbuild > /dev/null || skip_all "needs rpmbuild"
command -v createrepo_c > /dev/null || skip_all "needs createrepo_c"

# make_rpm FOLDER NAME VERSION [TAG-LINE…]: a noarch package, release 1. `File: PATH` is a file that it has.
make_rpm() {
  local folder=$1 name=$2 version=$3 work line
  shift 3
  work=$(mktemp -d "$TEST_DIR/rpm-XXXXXX")
  mkdir -p "$folder"
  {
    printf '%s\n' "Name: $name" "Version: $version" "Release: 1" "Summary: test package" "License: GPL-3.0-or-later" \
      "BuildArch: noarch" "AutoReqProv: no"
    for line; do [[ $line == File:* ]] || echo "$line"; done
    printf '%s\n' "%description" "A test package." "%install" "mkdir -p %{buildroot}"
    for line; do
      [[ $line == File:* ]] && printf 'install -D /dev/null %%{buildroot}%s\n' "${line#File: }"
    done
    echo "%files"
    for line; do [[ $line == File:* ]] && echo "${line#File: }"; done
  } > "$work/package.spec"
  HOME=$work rpmbuild --quiet -bb --define "_topdir $work" --define "_rpmdir $folder" --define '_build_name_fmt %%{NAME}-%%{VERSION}.rpm' \
    --define '__os_install_post %{nil}' "$work/package.spec" > "$work/log" 2>&1 || { cat "$work/log"; return 1; }
  rm -rf "$work"
}

# index_rpms FOLDER [OPTION…]: repodata of it.
index_rpms() {
  local folder=$1
  shift
  createrepo_c --quiet --no-database "$@" "$folder"
}

# with_zstd FOLDER: its indices as .zst, which this createrepo_c cannot make.
with_zstd() {
  local index old new
  for index in "$1"/repodata/*.xml.gz; do
    zcat "$index" | zstd -q > "${index%.gz}.zst"
    old=$(sha256sum < "$index" | cut -d' ' -f1) new=$(sha256sum < "${index%.gz}.zst" | cut -d' ' -f1)
    sed -i "s@sha256\">$old@sha256\">$new@; s@${index##*/}@$(basename "$index" .gz).zst@; /<size>/d" \
      "$1/repodata/repomd.xml"
    rm "$index"
  done
}

# minimal_group FILE NAME…: a comps file whose group "core" demands these.
minimal_group() {
  local file=$1
  shift
  {
    printf '%s\n' '<?xml version="1.0" encoding="UTF-8"?>' '<comps>' '<group>' '<id>core</id>' '<name>Core</name>' \
      '<packagelist>'
    printf '<packagereq type="mandatory">%s</packagereq>\n' "$@"
    printf '%s\n' '</packagelist>' '</group>' '</comps>'
  } > "$file"
}

# The packages that a small release has: what a base archive is made of, and a few more.
# rpm_release FOLDER
rpm_release() {
  local folder=$1 name
  make_rpm "$folder" setup 2.13 "File: /etc/hosts" || return 1
  make_rpm "$folder" bash 5.1 "Provides: /bin/sh" "File: /usr/bin/bash" "File: /usr/bin/sh" || return 1
  for name in dnf kernel dracut iproute kmod systemd systemd-udev zstd; do
    make_rpm "$folder" "$name" 1 "Requires: /bin/sh" || return 1
  done
  make_rpm "$folder" chrony 4 "Conflicts: ntpsec" "File: /etc/chrony.conf" "File: /usr/bin/chronyc" || return 1
  make_rpm "$folder" ntpsec 1 "File: /etc/ntp.conf" || return 1
  make_rpm "$folder" langs 1 "Requires: (langs-de if german)" || return 1
  make_rpm "$folder" german 1 || return 1
  make_rpm "$folder" langs-de 1 "Conflicts: ntpsec" || return 1
  minimal_group "$TEST_DIR/comps.xml" setup bash
  index_rpms "$folder" -g "$TEST_DIR/comps.xml"
}
