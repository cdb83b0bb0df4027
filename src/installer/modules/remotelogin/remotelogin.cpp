// remotelogin: logins by secure shell without a password. While the node is installed, for whoever looks
// after it (the keys in the installer's ssh_authorized_keys); on the installed node, for root of every node
// of the cluster, with a key that the server made for that. A program of its own, written with what authors
// of modules have.
#include <lucie/module.hpp>

namespace module = lucie::module;
namespace fs = std::filesystem;

namespace {

const char* const sshd = "/usr/sbin/sshd";

fs::path own(const std::string& name) {
  return module::run_folder() / "remotelogin" / name;
}

/// The cluster's login key, its public half in `root/.ssh/id_ed25519.pub`.
void unpack_login_key() {
  module::write_file(own("login.tar"), module::fetch("login-key.tar"), 0600);
  module::run({"tar", "--extract", "--no-same-owner", "--same-permissions", "--file",
               own("login.tar").string(), "--directory", own("").string()});
}

std::string login_key(const std::string& file) {
  return module::read_file(own("root/.ssh") / file);
}

/// authorized_keys2, which sshd(8) reads beside authorized_keys: that one is the administrator's.
void let_nodes_in() {
  fs::create_directories(module::in_target_path("/root/.ssh"));
  fs::permissions(module::in_target_path("/root/.ssh"), fs::perms::owner_all);
  module::write_target_file("/root/.ssh/id_ed25519", login_key("id_ed25519"), 0600);
  module::write_target_file("/root/.ssh/id_ed25519.pub", login_key("id_ed25519.pub"));
  module::write_target_file("/root/.ssh/authorized_keys2", login_key("id_ed25519.pub"), 0600);
  module::note("root of every node may log in");
}

std::string authorized_keys() {
  std::string keys = login_key("id_ed25519.pub");
  for (const std::string& key : module::slice_list("ssh_authorized_keys")) keys += key + "\n";
  return keys;
}

/// With the node's own host key, so that nobody is warned of a stranger.
std::string configuration() {
  return "HostKey " + own("etc/ssh/ssh_host_ed25519_key").string() + "\nAuthorizedKeysFile " +
         own("authorized_keys").string() + "\nPidFile " + own("sshd.pid").string() +
         "\nPermitRootLogin prohibit-password\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
         "UsePAM no\nUseDNS no\nStrictModes no\nPrintMotd no\n";
}

bool runs_already() {
  if (!fs::exists(own("sshd.pid"))) return false;
  const std::string process = module::read_file(own("sshd.pid"));
  return fs::exists("/proc/" + process.substr(0, process.find('\n')));
}

/// Started with an empty environment: the installer's has the node's token.
void start_sshd() {
  if (!fs::exists(sshd))
    return module::note("no login while it is installed: the NFS root has no " + std::string(sshd));
  if (runs_already()) return;
  module::write_file(own("host-keys.tar"), module::fetch("host-keys.tar"), 0600);
  module::run({"tar", "--extract", "--no-same-owner", "--same-permissions", "--file",
               own("host-keys.tar").string(), "--directory", own("").string()});
  module::write_file(own("authorized_keys"), authorized_keys(), 0600);
  module::write_file(own("sshd_config"), configuration(), 0600);
  fs::create_directories("/run/sshd");
  module::run({"env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", sshd, "-f", own("sshd_config").string(),
               "-E", own("sshd.log").string()});
  module::note("sshd answers while this node is installed");
}

void run() {
  fs::create_directories(own(""));
  fs::permissions(own(""), fs::perms::owner_all);
  unpack_login_key();
  start_sshd();
  let_nodes_in();
}

}  // namespace

int main(int argc, char** argv) {
  module::Description description;
  description.needs = module::Words{"target"};
  description.after = module::Words{"base"};
  description.produces = module::Words{};
  description.weight = 0.5;
  description.timeout = 300;
  description.summary = "logins by secure shell without a password";
  return module::main(argc, argv, description, run);
}
