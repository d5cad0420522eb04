#include <cells/library/lstm.hpp>
#include <experiments/plugin.hpp>

extern "C" carousel::Plugin carousel_plugin() {
  return carousel::plugin([](carousel::Registry& r) { r.cell<carousel::cells::Lstm>("lstm"); });
}
