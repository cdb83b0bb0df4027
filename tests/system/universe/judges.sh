#!/usr/bin/env bash
# The solver's verdicts beside those of apt and dnf, over generated universes. A package "question" needs what is asked
# for. Where apt gives up on what can be installed, dose-debcheck settles it.
#   CASES   how many of each format (30)      SEED   of the first (random); a failed case names its own
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/universe/repository.sh"
for tool in apt-get dnf dose-debcheck; do
  command -v $tool > /dev/null || skip_all "needs $tool"
done
cases=${CASES:-30}
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
generator=$SOURCE/tests/system/universe/judge_cases.py
echo "# SEED=$seed CASES=$cases"
cd "$TEST_DIR" || exit 1
declare -i possible=0 settled=0

# apt with a root of its own, whose only source is the case: case_apt WORD…
mkdir -p apt/lists/partial apt/archives/partial apt/parts
: > apt/status
case_apt() {
  apt-get -qq -o Dir::State="$TEST_DIR/apt" -o Dir::State::Lists="$TEST_DIR/apt/lists" -o Dir::State::status="$TEST_DIR/apt/status" \
    -o Dir::Cache="$TEST_DIR/apt" -o Dir::Etc::SourceList="$TEST_DIR/apt/sources.list" -o Dir::Etc::SourceParts="$TEST_DIR/apt/parts" \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$TEST_DIR/apt/parts" -o APT::Sandbox::User=root \
    -o APT::Architecture=amd64 -o APT::Install-Recommends=false -o Debug::NoLocking=true "$@"
}
apt_says() {
  echo "deb [trusted=yes] file:$TEST_DIR/deb ./" > apt/sources.list
  rm -f apt/*.bin
  case_apt -o APT::Get::List-Cleanup=true update > apt.log 2>&1 || { cat apt.log; return 1; }
  if case_apt -s install question > apt.log 2>&1; then apt=true; else apt=false; fi
}
# Debs are numbered by their versions alone, so a list of name=version is the closure.
apt_takes_closure() {
  local closure
  mapfile -t closure < <(answer packages < lucie.json | tr ' ' =)
  case_apt -s install "${closure[@]}" > apt.log 2>&1 || { echo "apt refuses the closure:"; cat apt.log; return 1; }
}
dose_says() {
  dose-debcheck --coinst question --failures --explain deb/Packages > dose.log 2>&1
  case $? in
    0) dose=true ;;
    1) dose=false ;;
    *) cat dose.log; return 1 ;;
  esac
}

dnf_says() {
  local status=0
  rm -rf root dnf-cache
  dnf --quiet --assumeno --installroot="$TEST_DIR/root" --releasever=1 --config="$TEST_DIR/dnf.conf" install question > dnf.log 2>&1 ||
    status=$?
  if grep -q '^Operation aborted' dnf.log; then
    dnf=true
  elif [ $status -ne 0 ] && grep -qE '^ ?Problem|nothing provides|conflict|Unable to find a match' dnf.log; then
    dnf=false
  else
    cat dnf.log
    return 1
  fi
}
cat > dnf.conf << CONF
[main]
best=False
install_weak_deps=False
gpgcheck=False
cachedir=$TEST_DIR/dnf-cache
persistdir=$TEST_DIR/dnf-persist
logdir=$TEST_DIR/dnf-log
reposdir=$TEST_DIR/apt/parts
pluginpath=$TEST_DIR/apt/parts
module_platform_id=platform:el9
[case]
name=case
baseurl=file://$TEST_DIR/rpm
CONF

lucie_says() { # by the options of the probe
  rm -rf cache
  probe "$@" solve question > lucie.json || return 1
  lucie=$(answer installable < lucie.json)
  if [ "$lucie" = true ]; then possible+=1; fi
}
agree() { # LUCIE OTHER NAME
  [ "$1" = "$2" ] && return
  echo "Lucie says $1, $3 says $2"
  cat lucie.json
  return 1
}

# What `step` runs is in a shell of its own; verdicts are counted outside.
deb_case() { [ "$problem" = none ] || { echo "$problem"; return 1; }; }
judge_deb() {
  rm -rf deb
  python3 "$generator" deb "$1" deb && lucie_says --server "file:$TEST_DIR/deb" ./ "" trusted && apt_says || return 1
  if [ "$lucie" = true ]; then apt_takes_closure || return 1; fi
  [ "$lucie" = "$apt" ] && return
  dose_says || return 1
  if [ "$lucie" = true ] && [ "$apt" = false ] && [ "$dose" = true ]; then
    settled+=1  # apt gave up
    return 0
  fi
  echo "dose-debcheck says $dose"
  agree "$lucie" "$apt" apt || { cat apt.log dose.log; return 1; }
}
judge_rpm() {
  rm -rf rpm
  python3 "$generator" rpm "$1" rpm && lucie_says --target rocky-9 --rpm-server "file:$TEST_DIR/rpm" trusted && dnf_says || return 1
  agree "$lucie" "$dnf" dnf || { cat dnf.log; return 1; }
}
# judged FORMAT SEED
judged() {
  if "judge_$1" "$2" > problem 2>&1; then problem=none; else problem=$(cat problem); fi
  step "$1 SEED=$2: $lucie" deb_case
}

for format in deb rpm; do
  possible=0
  for ((i = 0; i < cases; ++i)); do judged "$format" $((seed + i)); done
  both() { [ $possible -gt 0 ] && [ $possible -lt "$cases" ]; }
  step "$possible of $cases cases of $format can be installed" both
done
echo "# apt gave up on $settled, which dose-debcheck says can be installed"
finish
