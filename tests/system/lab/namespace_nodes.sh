#!/usr/bin/env bash
# Four nodes made of namespaces install themselves at once, start from their own disks, and are switched, looked
# into, installed again and killed. What they boot, install and run is real; only the kernel is the machine's.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lab/cluster.sh"

cluster_conf namespace 4 base,ssh >"$TEST_DIR/cluster.conf"
has() { grep -qF -- "$2" <<<"$1" || { echo "$1"; return 1; }; }

refused_firmware() {
  sed 's/kind  *namespace/&\n  firmware uefi/' "$TEST_DIR/cluster.conf" >"$TEST_DIR/uefi.conf"
  has "$("$lab" up --debs "$TEST_DIR/debs" "$TEST_DIR/uefi.conf" 2>&1)" \
    "uefi.conf:34:8: error: the lab cannot make nodes of kind 'namespace' with firmware 'uefi'"
}
shown() { "$lab" status | grep -E "^$1 +namespace +$2 "; }
is_off() { shown "$1" off; }
not_booted() { has "$(expect 1 on node00 true 2>&1)" "node00 is off, or has not booted yet"; }

nothing_to_boot() {
  "$lab" power node03 on && eventually grep -qF "no bootable system on the disk" "$LUCIE_LAB/log/node03.console" &&
    shown node03 on && "$lab" power node03 off && shown node03 off
}
boots_as_told() {
  local text
  text=$(console_of "$1")
  has "$text" "Lucie: installing $1 with installer full" && has "$text" "finalize: done" &&
    has "$text" "Lucie: $1 boots from its own disk"
}
offers_login() { eventually grep -qF "$1 login:" "$LUCIE_LAB/log/$1.console"; }
is_itself() {
  has "$(on "$1" hostname)" "$1" && has "$(on "$1" cat /etc/lucie/installed.json)" "\"host\": \"$1\""
}
runs_systemd() { eventually on "$1" systemctl is-active ssh.service systemd-networkd.service; }
lets_server_in() {
  eventually in_server ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new "$1" true &&
    has "$(in_server ssh -o BatchMode=yes "$1" uname -n)" "$1"
}
mounts_its_table() {
  has "$(on "$1" findmnt -no SOURCE,FSTYPE /)" "/dev/vda2 ext4" && on "$1" findmnt /var/log &&
    has "$(on "$1" cat /etc/fstab)" "UUID=$(on "$1" blkid -p -s UUID -o value /dev/vda2) / ext4 noatime"
}
own_address() { has "$(on node02 ip -brief address show eth0)" "192.168.10.3/24"; }
reach_each_other() { on node00 bash -c 'exec 3<>/dev/tcp/192.168.10.2/22 && read -r line <&3 && echo "$line"' | grep -F SSH-2.0; }

one_disk() { test "$(on node00 ls /sys/block)" = vda && test "$(on node00 ls /dev | grep -c '^vda')" = 4; }
own_processes() { on node00 sh -c 'ls -d /proc/[0-9]* | wc -l' | { read -r count && [ "$count" -lt 40 ]; }; }
hidden_machine() { expect 1 on node00 test -e "$SOURCE" && expect 1 on node00 test -e "$LUCIE_LAB"; }
# To the time that it has, so that nothing happens when it can be set after all.
sets_clock() { "$@" sh -c 'date -s "@$(date +%s)"' >/dev/null 2>&1; }
clock_is_the_machines() {
  ! sets_clock on node00 && ! in_server ssh -o BatchMode=yes node00 'date -s "@$(date +%s)"'
}
kernel_is_the_machines() {
  expect 1 on node00 test -w /proc/sys/kernel/panic && expect 1 on node00 test -w /proc/sysrq-trigger &&
    on node00 test -w /proc/sys/net/ipv4/ip_forward
}

types_at_console() {
  { sleep 0.5; printf '\r'; sleep 2; } | timeout 20 "$lab" console node00 2>/dev/null >"$TEST_DIR/typed"
  grep -F "login:" "$TEST_DIR/typed"
}
boot_id() { on "$1" stat -c %Y.%Z /proc/1 && on "$1" cat /proc/1/stat | cut -d' ' -f22; }
reboots() {
  local before after
  before=$(boot_id node01)
  on node01 touch /root/kept
  on node01 reboot
  booted_anew() { after=$(boot_id node01) && [ "$after" != "$before" ] && on node01 systemctl is-active ssh.service; }
  eventually booted_anew && on node01 test -e /root/kept && shown node01 on
}
switches_itself_off() { on node01 poweroff; eventually shown node01 off; }
is_switched_on() { "$lab" power node01 on && runs_systemd node01 && on node01 test -e /root/kept; }
is_cycled() { "$lab" power node01 cycle && runs_systemd node01; }
is_installed_again() {
  in_server lucie install node01 && "$lab" power node01 cycle &&
    in_server lucie wait --booted --timeout 10m node01 && runs_systemd node01 && expect 1 on node01 test -e /root/kept
}
dies_while_installing() {
  in_server lucie install 'node[02-03]' && "$lab" power 'node[02-03]' cycle &&
    eventually sh -c '"$1" exec -- lucie status | grep -E "^node02 +installing"' sh "$lab" && note_devices &&
    kill -9 "$("$lab" status --json | sed -n 's/.*"process": \([0-9]*\).*/\1/p')"
}

# How many instances of inotify the kernel allows a user.
inotify_instances() { cat /proc/sys/fs/inotify/max_user_instances; }
before=$(inotify_instances)
more_instances() { [ "$(inotify_instances)" -gt "$before" ]; }
as_before() { [ "$(inotify_instances)" -eq "$before" ]; }

step "Lucie's packages are made" make_debs
step "LMPs are made" make_lmps base ssh
step "namespaces have no firmware" refused_firmware
step "a lab comes up" cluster_up
step "its nodes may watch more files" eventually more_instances
step "its server is ready" cluster_apply
step "nodes are off at first" every_node is_off
step "a node that is off cannot be entered" not_booted
step "an empty disk boots nothing" nothing_to_boot
step "four nodes install themselves at once" install_all 15m
step "each did as its boot script says" every_node boots_as_told
step "each offers a login on its console" every_node offers_login
step "each knows who it is" every_node is_itself
step "each runs systemd and its services" every_node runs_systemd
step "each lets the server's root log in" every_node lets_server_in
step "each has mounted what its fstab says" every_node mounts_its_table
step "a node has its address" own_address
step "nodes reach each other" reach_each_other
step "a node sees one disk" one_disk
step "a node sees its own processes" own_processes
step "a node does not see the machine" hidden_machine
step "a node cannot set the machine's clock" clock_is_the_machines
step "a node cannot set the machine's kernel" kernel_is_the_machines
step "its console can be typed at" types_at_console
step "a node reboots" reboots
step "a node switches itself off" switches_itself_off
step "it is switched on, with what was on its disk" is_switched_on
step "it is switched off and on" is_cycled
step "it is installed again" is_installed_again
step "none of Lucie's programs crashed" none_crashed
step "the lab is killed while nodes install" dies_while_installing
step "nothing remains" nothing_remains
step "the kernel allows as much as before" eventually as_before
finish
