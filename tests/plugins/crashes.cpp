#include <cstdlib>
#include <experiments/plugin.hpp>

extern "C" carousel::Plugin carousel_plugin() {
  return carousel::plugin([](carousel::Registry&) { std::abort(); });
}
