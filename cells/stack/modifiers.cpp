#include <autograd/support/error.hpp>
#include <cells/stack/modifiers.hpp>

namespace carousel::cells {

void Modifiers::settings(Settings& s) {
  const Range share = between_open(0, 1);
  s("layers", layers, "cells on top of each other", at_least(1));
  s("residual", residual, "every layer but the first adds its input to its output");
  s("bidirectional", bidirectional, "a second cell runs backwards; how both outputs are joined",
    {"none", "concat", "sum", "mean"});
  s("dropout", dropout, "share of a layer's outputs that the next does not see", share);
  s("dropout_input", dropout_input, "share of x that is dropped, one mask a sequence", share);
  s("dropout_recurrent", dropout_recurrent,
    "share of the states that recurrent weights do not see, one mask a sequence", share);
  s("layer_norm", layer_norm, "normalise the output of every layer");
  s("projection", projection, "width of a matrix on the output of every layer; 0: none",
    at_least(0));
  s("initial_state", initial_state, "where sequences begin", {"zeros", "learned"});
  s("masked_output", masked_output, "outputs beyond a sequence's length", {"repeat", "zero"});
  s("stateful", stateful, "sequences that go on start in the state they were left in",
    {"task", "true", "false"});
}

void Modifiers::check(const std::string& where) const {
  const auto refuse = [&](const char* setting, const std::string& got) {
    throw Error(ErrorKind::config, where + setting, "layers of at least 2", got,
                "Set layers, or leave " + std::string(setting) + " out");
  };
  if (layers < 2 && residual) refuse("residual", "1 layer, which has no layer below it");
  if (layers < 2 && dropout > 0) refuse("dropout", "1 layer; it stands between layers");
  if (stateful == "true" && both_directions()) {
    throw Error(ErrorKind::config, where + "stateful", "cells of one direction", "bidirectional",
                "Nothing that comes later is known there; set stateful to false");
  }
}

}  // namespace carousel::cells
