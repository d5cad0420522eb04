#pragma once
#include <autograd/var.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace carousel::cells {

/// Widths that a cell is built for.
struct Sizes {
  Index input_size = 1;   ///< features of x
  Index hidden_size = 1;  ///< features of the hidden state
};

/// One named state: [batch, size].
struct StateSpec {
  std::string name;
  Index size;
  bool positive = false;  ///< where it is not zero; what checks draw for it
};

using Gates = std::vector<std::string>;

class Initializer;

/// How a parameter starts where the configuration says nothing else: a gate's rows, or all.
struct Start {
  std::string gate;  ///< empty: all gates
  std::shared_ptr<const Initializer> with;
};

/// What a gate that is 1 does with the old state: keeps it (a forget gate), replaces it (an update
/// gate); or it lets new things in beside a gate that keeps (an input gate).
enum class Gating : std::uint8_t { keeps, admits, replaces };

/// That of a bias, or of one gate of it.
struct GateBias {
  std::size_t param;  ///< position
  std::string gate;   ///< empty: all of it
  Gating gating;
};

/// What a cell says about itself, gathered by its declare().
struct Declared {
  Sizes sizes;
  DType dtype = DType::float32;
  std::string prefix;  ///< of the parameters' names
  std::vector<Param> params;
  std::vector<std::vector<Start>> starts;  ///< of each parameter; later ones win
  std::vector<double> rates;               ///< of each: factor of the learning rate
  std::vector<GateBias> gatings;
  std::vector<StateSpec> states;
  Index output_size = 0;

  void add(const char* name, Param& param, const Shape& shape, Role role, const Gates& gates);
  void add_state(const char* name, Index size);
  void add_start(Start start);
  void add_gating(const char* gate, Gating gating);
  void set_rate(double factor);
  void require_parameter(const char* call) const;
  void require_gate(const std::string& gate) const;
  void last_state_is_positive();
  [[noreturn]] static void refuse_state(const char* name, const char* expected, const char* got);
};

/// Visits a cell's parameters and states, once, before anything runs. Every parameter is given
/// with its name, its role and, where several gates share one matrix, their names in order. Calls
/// can be chained.
template <class State> class Declaration {
 public:
  explicit Declaration(Declared& declared) : declared_(declared) {}

  const Sizes& sizes() const { return declared_.sizes; }

  /// A field of State; [batch, size], size being hidden_size unless given.
  Declaration& state(const char* name, Var State::*field, Index size = 0) {
    declared_.add_state(name, size == 0 ? sizes().hidden_size : size);
    for (const auto other : fields_) {
      if (other == field)
        declared_.refuse_state(name, "a field of its own", "one that another has");
    }
    fields_.push_back(field);
    return *this;
  }
  /// The state declared last is never below 0, and zero only before the first step: a normaliser.
  Declaration& positive() {
    declared_.last_state_is_positive();
    return *this;
  }
  /// Multiplies x: [gates · hidden, input].
  Declaration& input(const char* name, Param& param, const Gates& gates = {}) {
    return parameter(name, param, {rows(gates), sizes().input_size}, Role::input, gates);
  }
  /// Multiplies the hidden state: [gates · hidden, hidden].
  Declaration& recurrent(const char* name, Param& param, const Gates& gates = {}) {
    return parameter(name, param, {rows(gates), sizes().hidden_size}, Role::recurrent, gates);
  }
  /// [gates · hidden]
  Declaration& bias(const char* name, Param& param, const Gates& gates = {}) {
    return parameter(name, param, {rows(gates)}, Role::bias, gates);
  }
  /// Multiplies a state of hidden_size unit by unit: [hidden].
  Declaration& diagonal(const char* name, Param& param) {
    return parameter(name, param, {sizes().hidden_size}, Role::diagonal);
  }
  /// Any other shape.
  Declaration& parameter(const char* name, Param& param, const Shape& shape, Role role,
                         const Gates& gates = {}) {
    declared_.add(name, param, shape, role, gates);
    return *this;
  }
  /// How the parameter declared last starts, or one gate of it, where the configuration says
  /// nothing else of its role: see cells/start.hpp.
  Declaration& starts(std::shared_ptr<const Initializer> with) { return starts("", with); }
  Declaration& starts(const char* gate, std::shared_ptr<const Initializer> with) {
    declared_.add_start({gate, std::move(with)});
    return *this;
  }
  /// The parameter declared last is the bias of a gate, or one gate of it is, for initialisers that
  /// go by what gates do (chrono): one that keeps the state where it is 1, ...
  Declaration& keeps(const char* gate = "") { return gating(gate, Gating::keeps); }
  /// ... one that lets new things in, beside the last that keeps, ...
  Declaration& admits(const char* gate = "") { return gating(gate, Gating::admits); }
  /// ... or one that puts new things in the place of the state.
  Declaration& replaces(const char* gate = "") { return gating(gate, Gating::replaces); }
  /// The parameter declared last learns at so many times the learning rate.
  Declaration& learning_rate(double factor) {
    declared_.set_rate(factor);
    return *this;
  }
  /// Features of the output where they are not hidden_size.
  Declaration& output(Index size) {
    declared_.output_size = size;
    return *this;
  }

  const std::vector<Var State::*>& fields() const { return fields_; }

 private:
  Declaration& gating(const char* gate, Gating gating) {
    declared_.add_gating(gate, gating);
    return *this;
  }
  Index rows(const Gates& gates) const {
    return sizes().hidden_size * static_cast<Index>(gates.empty() ? 1 : gates.size());
  }
  Declared& declared_;
  std::vector<Var State::*> fields_;
};

}  // namespace carousel::cells
