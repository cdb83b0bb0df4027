#include "universe/deb_version.hpp"

#include <apt-pkg/debversion.h>

namespace lucie::universe {

int compare_deb_versions(const std::string& left, const std::string& right) {
  return debVS.CmpVersion(left, right);
}

}  // namespace lucie::universe
