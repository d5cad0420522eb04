#include <experiments/plugin.hpp>

extern "C" carousel::Plugin carousel_plugin() {
  return {carousel::header_version, "libc++ of the moon", [](carousel::Registry&) {}};
}
