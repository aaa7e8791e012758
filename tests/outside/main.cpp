// The smallest program outside the repository: a registry of its own, made from the package.
#include "outside_protocols/registry.hpp"

int main() {
  static_cast<void>(outside_protocols::all_protocols());
  return 0;
}
