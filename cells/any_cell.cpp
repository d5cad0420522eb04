#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/any_cell.hpp>
#include <cmath>

namespace carousel::cells {

void Declared::add(const char* name, Param& param, const Shape& shape, Role role,
                   const Gates& gates) {
  for (const auto& other : params) {
    if (other.name() == prefix + name) {
      throw Error(ErrorKind::argument, "declare", "parameters of different names",
                  std::string("two called '") + name + "'");
    }
  }
  if (param) {
    throw Error(ErrorKind::argument, std::string("declare, parameter '") + name + "'",
                "a Param of its own", "one that is declared as '" + param.name() + "' already");
  }
  param = Param(prefix + name, dtype, shape, role, gates);
  params.push_back(param);
  starts.emplace_back();
  rates.push_back(1);
}

void Declared::last_state_is_positive() {
  if (states.empty()) {
    throw Error(ErrorKind::argument, "declare, positive()", "a state before it", "none");
  }
  states.back().positive = true;
}

void Declared::require_parameter(const char* call) const {
  if (!params.empty()) return;
  throw Error(ErrorKind::argument, std::string("declare, ") + call, "a parameter before it",
              "none");
}

void Declared::require_gate(const std::string& gate) const {
  const auto& gates = params.back().gates();
  if (gate.empty() || std::find(gates.begin(), gates.end(), gate) != gates.end()) return;
  throw unknown_name(ErrorKind::argument, "declare, parameter '" + params.back().name() + "'",
                     "gate", gate, gates);
}

void Declared::add_start(Start start) {
  require_parameter("starts()");
  require_gate(start.gate);
  starts.back().push_back(std::move(start));
}

void Declared::add_gating(const char* gate, Gating gating) {
  require_parameter("keeps(), admits() or replaces()");
  require_gate(gate);
  const std::string where = "declare, parameter '" + params.back().name() + "'";
  if (params.back().role() != Role::bias) {
    throw Error(ErrorKind::argument, where, "the bias of a gate",
                std::string("a parameter of role ") + carousel::name(params.back().role()));
  }
  const bool beside = std::any_of(gatings.begin(), gatings.end(), [](const GateBias& other) {
    return other.gating == Gating::keeps;
  });
  if (gating == Gating::admits && !beside) {
    throw Error(ErrorKind::argument, where, "a gate that keeps() before one that admits()", "none");
  }
  gatings.push_back({params.size() - 1, gate, gating});
}

void Declared::set_rate(double factor) {
  require_parameter("learning_rate()");
  if (!(factor >= 0) || !std::isfinite(factor)) {
    throw Error(ErrorKind::argument, "declare, parameter '" + params.back().name() + "'",
                "a factor of the learning rate of at least 0", shortest(factor));
  }
  rates.back() = factor;
}

void Declared::refuse_state(const char* name, const char* expected, const char* got) {
  throw Error(ErrorKind::argument, std::string("declare, state '") + name + "'", expected, got);
}

void Declared::add_state(const char* name, Index size) {
  for (const auto& other : states) {
    if (other.name == name) refuse_state(name, "a name of its own", "one that another state has");
  }
  if (size < 1) refuse_state(name, "a size of at least 1", std::to_string(size).c_str());
  states.push_back({name, size, false});
}

Random Context::random(const char* stream, Index row) const {
  // 21 bits each; what is beyond them only repeats a far-away occasion.
  const auto occasion = static_cast<std::uint64_t>(training_step) << 42U ^
                        static_cast<std::uint64_t>(t) << 21U ^
                        static_cast<std::uint64_t>(first_row + row);
  return {seed, stream, occasion};
}

void AnyCell::build(const Sizes& sizes, DType dtype) {
  const auto positive = [this](const char* what, Index size) {
    if (size >= 1) return;
    throw Error(ErrorKind::argument, "cell '" + name_ + "'", std::string(what) + " of at least 1",
                std::to_string(size));
  };
  positive("an input_size", sizes.input_size);
  positive("a hidden_size", sizes.hidden_size);
  if (declared_.output_size != 0) {
    throw Error(ErrorKind::argument, "cell '" + name_ + "'", "one build()", "a second one");
  }
  declared_ = Declared{sizes, dtype, prefix_, {}, {}, {}, {}, {}, sizes.hidden_size};
  declare(declared_);
}

void AnyCell::refuse(const Var& value, const Shape& expected, const std::string& what,
                     Index t) const {
  throw Error(ErrorKind::argument,
              "cell '" + name_ + "', " + what + " of time step " + std::to_string(t),
              to_string(expected, {"batch", "features"}),
              value ? to_string(value.shape(), {"batch", "features"}) : "an empty Var",
              !value ? "Set it in step()."
                     : "A size other than hidden_size is given in declare(): d.state(name, field, "
                       "size), d.output(size).");
}

Var AnyCell::step(const Var& x, std::vector<Var>& state, const void* prepared,
                  const Context& context) const {
  if (x.shape().rank() != 2 || x.shape()[1] != sizes().input_size) {
    throw Error(ErrorKind::argument, "cell '" + name_ + "'",
                "x [batch, features=" + std::to_string(sizes().input_size) + "]",
                to_string(x.shape(), {"batch", "features"}));
  }
  if (state.size() != states().size()) {
    throw Error(ErrorKind::argument, "cell '" + name_ + "'",
                std::to_string(states().size()) + " states", std::to_string(state.size()));
  }
  const Index batch = x.shape()[0];
  const auto check_states = [&](const char* which) {
    for (std::size_t i = 0; i < state.size(); ++i) {
      const Shape expected{batch, states()[i].size};
      if (state[i] && state[i].shape() == expected) continue;
      refuse(state[i], expected, which + ("state '" + states()[i].name + "'"), context.t);
    }
  };
  check_states("");
  Var output;
  try {
    output = compute(x, state, prepared, context);
  } catch (const Error& error) {  // the author needs to know whose op it was
    throw Error(
        error.kind(),
        "cell '" + name_ + "', time step " + std::to_string(context.t) + ", " + error.where(),
        error.expected(), error.got(), error.fix());
  }
  check_states("the next ");
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (!state[i].unbound()) observe(states()[i].name.c_str(), state[i]);  // for messages
  }
  const Shape expected{batch, output_size()};
  if (!output || output.shape() != expected) refuse(output, expected, "the output", context.t);
  return output;
}

}  // namespace carousel::cells
