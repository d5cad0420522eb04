#include <experiments/plugin.hpp>

extern "C" carousel::Plugin carousel_plugin() {
  return {"0.0.1", carousel::build_of_headers(), [](carousel::Registry&) {}};
}
