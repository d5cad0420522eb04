#include <algorithm>
#include <autograd/support/error.hpp>
#include <autograd/tape.hpp>
#include <cells/stack/masks.hpp>
#include <cells/stack/modified_cell.hpp>

namespace carousel::cells {
namespace {

/// What the inner cell has prepared, and the masks of this sequence.
struct Preparation {
  std::shared_ptr<const void> inner;
  std::vector<Var> masks;  // by state [batch, size]; empty where there is none
};

std::vector<std::string> names_of(const std::vector<StateSpec>& states) {
  std::vector<std::string> names;
  for (const StateSpec& state : states) names.push_back(state.name);
  return names;
}

}  // namespace

void ModifiedCell::declare(Declared& declared) {
  inner_->set_prefix(prefix());
  inner_->build(declared.sizes, declared.dtype);
  declared = inner_->declared();
  const std::string where = "cell '" + name() + "', ";
  const std::vector<std::string> names = names_of(declared.states);
  const bool acts = std::any_of(modifiers_.zoneout.begin(), modifiers_.zoneout.end(),
                                [](const auto& entry) { return entry.second > 0; });
  if (acts && names.empty()) {
    throw Error(ErrorKind::config, where + "zoneout", "a cell with states", "one without");
  }
  zoneout_.assign(names.size(), 0);
  for (const auto& [state, probability] : modifiers_.zoneout) {
    const auto found = std::find(names.begin(), names.end(), state);
    if (!state.empty() && found == names.end()) {
      throw unknown_name(ErrorKind::config, where + "zoneout", "state", state, names);
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (state.empty() || state == names[k]) zoneout_[k] = probability;
    }
  }
  dropped_.assign(names.size(), false);
  if (modifiers_.dropout_recurrent == 0) return;
  dropped_ = read_by_weights_alone(*inner_);
  dropped_.resize(names.size(), false);
  if (std::find(dropped_.begin(), dropped_.end(), true) != dropped_.end()) return;
  throw Error(ErrorKind::config, where + "dropout_recurrent",
              "a state that the step reads by its recurrent weights alone",
              names.empty() ? "no state" : "none; it carries " + join(names) + " past them",
              "A mask would erase their memory; zoneout does not");
}

bool ModifiedCell::sees_context() const {
  const bool draws = std::any_of(zoneout_.begin(), zoneout_.end(), [](double p) { return p > 0; });
  return draws || inner_->sees_context();
}

std::shared_ptr<const void> ModifiedCell::prepare(Tape& tape, Index batch,
                                                  const Context& context) const {
  auto result = std::make_shared<Preparation>();
  result->inner = inner_->prepare(tape, batch, context);
  result->masks.resize(states().size());
  for (std::size_t k = 0; k < states().size() && context.training; ++k) {
    if (!dropped_[k]) continue;
    const std::string stream = prefix() + "dropout of state " + states()[k].name;
    result->masks[k] = dropout_mask(tape, stream, {batch, states()[k].size},
                                    modifiers_.dropout_recurrent, context);
  }
  return result;
}

// Krueger et al. 2017: s' = d∘s + (1 - d)∘s~', d ~ Bernoulli(p); in evaluation d = p.
Var ModifiedCell::compute(const Var& x, std::vector<Var>& state, const void* prepared,
                          const Context& context) const {
  const auto& own = *static_cast<const Preparation*>(prepared);
  const std::vector<Var> before = state;
  for (std::size_t k = 0; k < state.size(); ++k) {
    if (own.masks[k]) state[k] = state[k] * own.masks[k];
  }
  Var output = compute_of(*inner_, x, state, own.inner.get(), context);
  for (std::size_t k = 0; k < state.size(); ++k) {
    const double p = zoneout_[k];
    if (p == 0) continue;
    if (!context.training) {
      state[k] = p * before[k] + (1 - p) * state[k];
      continue;
    }
    const std::string stream = prefix() + "zoneout of state " + states()[k].name;
    const Var keeps = drawn_bits(x.tape(), stream, before[k].shape(), p, context);
    state[k] = where(keeps, before[k], state[k]);
  }
  return output;
}

}  // namespace carousel::cells
