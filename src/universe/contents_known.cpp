#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "universe/contents.hpp"

/// What Contents indices do not know: files that maintainer scripts make and links of update-alternatives.
/// Debian 12's, checked against its packages by tests/system/lmp/needs.sh.
namespace lucie::universe {
namespace {

struct Known {
  std::string_view path;
  std::string_view packages;  ///< between blanks; empty: every system has it
};

constexpr std::array known = {
    // Files of the system itself, made by its installer or by the maintainer scripts of the base set.
    Known{"/etc/adjtime", ""},
    Known{"/etc/aliases", "exim4-config postfix"},
    Known{"/etc/apt/sources.list", ""},
    Known{"/etc/ca-certificates.conf", "ca-certificates"},
    Known{"/etc/chrony/chrony.conf", "chrony"},
    Known{"/etc/chrony/chrony.keys", "chrony"},
    Known{"/etc/default/grub", "grub-common"},
    Known{"/etc/default/keyboard", "keyboard-configuration"},
    Known{"/etc/default/locale", "locales"},
    Known{"/etc/default/slapd", "slapd"},
    Known{"/etc/environment", ""},
    Known{"/etc/exim4/update-exim4.conf.conf", "exim4-config"},
    Known{"/etc/exports", "nfs-kernel-server"},
    Known{"/etc/fstab", ""},
    Known{"/etc/group", ""},
    Known{"/etc/gshadow", ""},
    Known{"/etc/hostname", ""},
    Known{"/etc/hosts", ""},
    Known{"/etc/inetd.conf", "openbsd-inetd inetutils-inetd"},
    Known{"/etc/ld.so.cache", ""},
    Known{"/etc/locale.gen", "locales"},
    Known{"/etc/localtime", ""},
    Known{"/etc/machine-id", ""},
    Known{"/etc/mailname", "exim4-config postfix"},
    Known{"/etc/motd", ""},
    Known{"/etc/mtab", ""},
    Known{"/etc/munge/munge.key", "munge"},
    Known{"/etc/network/interfaces", "ifupdown"},
    Known{"/etc/nslcd.conf", "nslcd"},
    Known{"/etc/nsswitch.conf", ""},
    Known{"/etc/passwd", ""},
    Known{"/etc/postfix/main.cf", "postfix"},
    Known{"/etc/postfix/master.cf", "postfix"},
    Known{"/etc/profile", ""},
    Known{"/etc/resolv.conf", ""},
    Known{"/etc/shadow", ""},
    Known{"/etc/shells", ""},
    Known{"/etc/ssh/ssh_host_ecdsa_key", "openssh-server"},
    Known{"/etc/ssh/ssh_host_ecdsa_key.pub", "openssh-server"},
    Known{"/etc/ssh/ssh_host_ed25519_key", "openssh-server"},
    Known{"/etc/ssh/ssh_host_ed25519_key.pub", "openssh-server"},
    Known{"/etc/ssh/ssh_host_rsa_key", "openssh-server"},
    Known{"/etc/ssh/ssh_host_rsa_key.pub", "openssh-server"},
    Known{"/etc/ssh/sshd_config", "openssh-server"},
    Known{"/etc/ssl/certs/ca-certificates.crt", "ca-certificates"},
    Known{"/etc/ssl/certs/ssl-cert-snakeoil.pem", "ssl-cert"},
    Known{"/etc/ssl/private/ssl-cert-snakeoil.key", "ssl-cert"},
    Known{"/etc/sssd/sssd.conf", "sssd-common"},
    Known{"/etc/subgid", ""},
    Known{"/etc/subuid", ""},
    Known{"/etc/timezone", ""},
    Known{"/etc/xml/catalog", "xml-core"},
    // Programs that are alternatives.
    Known{"/usr/bin/aclocal", "automake"},
    Known{"/usr/bin/automake", "automake"},
    Known{"/usr/bin/awk", "mawk gawk original-awk"},
    Known{"/usr/bin/c++", "g++ clang"},
    Known{"/usr/bin/c89", "gcc"},
    Known{"/usr/bin/c99", "gcc tcc"},
    Known{"/usr/bin/cc", "gcc clang tcc"},
    Known{"/usr/bin/editor", "nano vim vim-tiny emacs-nox ed"},
    Known{"/usr/bin/ex", "vim vim-tiny nvi"},
    Known{"/usr/bin/f77", "gfortran"},
    Known{"/usr/bin/f95", "gfortran"},
    Known{"/usr/bin/ftp", "tnftp inetutils-ftp"},
    Known{"/usr/bin/fakeroot", "fakeroot"},
    Known{"/usr/bin/java", "openjdk-17-jre-headless"},
    Known{"/usr/bin/javac", "openjdk-17-jdk-headless"},
    Known{"/usr/bin/ksh", "ksh93u+m mksh"},
    Known{"/usr/bin/locate", "plocate locate"},
    Known{"/usr/bin/lzcat", "xz-utils"},
    Known{"/usr/bin/lzma", "xz-utils"},
    Known{"/usr/bin/mail", "bsd-mailx mailutils s-nail"},
    Known{"/usr/bin/mailx", "bsd-mailx mailutils s-nail"},
    Known{"/usr/bin/mpiCC", "libopenmpi-dev libmpich-dev"},
    Known{"/usr/bin/mpic++", "libopenmpi-dev libmpich-dev"},
    Known{"/usr/bin/mpicc", "libopenmpi-dev libmpich-dev"},
    Known{"/usr/bin/mpicxx", "libopenmpi-dev libmpich-dev"},
    Known{"/usr/bin/mpiexec", "openmpi-bin mpich"},
    Known{"/usr/bin/mpif77", "libopenmpi-dev libmpich-dev"},
    Known{"/usr/bin/mpif90", "libopenmpi-dev libmpich-dev"},
    Known{"/usr/bin/mpirun", "openmpi-bin mpich"},
    Known{"/usr/bin/nawk", "mawk gawk original-awk"},
    Known{"/usr/bin/nc", "netcat-openbsd netcat-traditional"},
    Known{"/usr/bin/netcat", "netcat-openbsd netcat-traditional"},
    Known{"/usr/bin/pager", ""},
    Known{"/usr/bin/pinentry", "pinentry-curses pinentry-tty"},
    Known{"/usr/bin/rcp", "openssh-client rsh-redone-client"},
    Known{"/usr/bin/rlogin", "openssh-client rsh-redone-client"},
    Known{"/usr/bin/rsh", "openssh-client rsh-redone-client"},
    Known{"/usr/bin/telnet", "inetutils-telnet telnet-ssl"},
    Known{"/usr/bin/traceroute", "traceroute"},
    Known{"/usr/bin/unlzma", "xz-utils"},
    Known{"/usr/bin/vi", "vim vim-tiny nvi"},
    Known{"/usr/bin/view", "vim vim-tiny nvi"},
    Known{"/usr/bin/vim", "vim vim-nox"},
    Known{"/usr/bin/w", "procps"},
    Known{"/usr/bin/which", ""},
    Known{"/usr/bin/write", "bsdextrautils"},
    Known{"/usr/bin/yacc", "bison byacc"},
    Known{"/usr/sbin/arptables", "iptables arptables"},
    Known{"/usr/sbin/ebtables", "iptables ebtables"},
    Known{"/usr/sbin/ip6tables", "iptables"},
    Known{"/usr/sbin/ip6tables-restore", "iptables"},
    Known{"/usr/sbin/ip6tables-save", "iptables"},
    Known{"/usr/sbin/iptables", "iptables"},
    Known{"/usr/sbin/iptables-restore", "iptables"},
    Known{"/usr/sbin/iptables-save", "iptables"},
    Known{"/usr/sbin/rmt", ""},
};

/// Files of an rpm system that its installer makes and no package lists. Others that are made later are in
/// the file lists as ghosts, alternatives too.
constexpr std::array<std::string_view, 8> known_of_rpm_systems = {
    "/etc/adjtime",     "/etc/fstab",     "/etc/hostname",   "/etc/ld.so.cache",
    "/etc/locale.conf", "/etc/localtime", "/etc/machine-id", "/etc/vconsole.conf"};

}  // namespace

Owners known_owners(const std::string& path, PackageFormat format) {
  if (format == PackageFormat::rpm) return {std::ranges::count(known_of_rpm_systems, path) > 0, {}};
  const auto found = std::ranges::find(known, path, &Known::path);
  if (found == known.end()) return {};
  Owners owners{found->packages.empty(), base::split_words(found->packages)};
  std::ranges::sort(owners.packages);
  return owners;
}

std::vector<std::string> known_owner_names() {
  std::set<std::string> names;
  for (const Known& entry : known) {
    for (std::string& name : base::split_words(entry.packages)) names.insert(std::move(name));
  }
  return {names.begin(), names.end()};
}

}  // namespace lucie::universe
