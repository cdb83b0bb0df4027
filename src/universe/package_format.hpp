#pragma once

namespace lucie::universe {

/// What the packages of a target are; decides how versions compare and what their dependencies mean.
enum class PackageFormat { deb, rpm };

}  // namespace lucie::universe
