#include <algorithm>
#include <autograd/failures/cures.hpp>
#include <autograd/failures/misuse.hpp>
#include <autograd/failures/neighbours.hpp>
#include <autograd/tape.hpp>

namespace carousel {
namespace detail {
namespace {

std::vector<NonFinite::Operand> operands_of(const Tape& tape, const Node& node) {
  std::vector<NonFinite::Operand> operands;
  const std::uint32_t* in = tape.inputs(node);
  for (std::uint32_t i = 0; i < node.input_count; ++i) {
    operands.push_back({tape.describe(in[i]), numbers_of(tape.nodes()[in[i]].value)});
  }
  return operands;
}

/// Whether it is a leaf, or part of one: nothing has been computed there.
bool is_given(const Tape& tape, std::uint32_t id) {
  return tape.nodes()[tape.nodes()[id].root].op == nullptr;
}

/// "it began at exp [...] (operand 0: 8.3 .. 1618, all finite)"
std::string origin_text(const Tape& tape, std::uint32_t id, std::uint32_t origin) {
  const Node& node = tape.nodes()[origin];
  if (origin == id) {
    if (node.op == nullptr) return "it was put on the tape like this";
    const auto operands = operands_of(tape, node);
    const bool all = std::all_of(operands.begin(), operands.end(),
                                 [](const auto& operand) { return operand.numbers.all_finite(); });
    return all ? "it began here, from operands that are all finite"
               : "it began here; its operands have infinities, which are allowed";
  }
  std::string text = "it began at " + tape.describe(origin);
  if (node.op == nullptr) return text + ", which was put on the tape like this";
  const auto operands = operands_of(tape, node);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    text += (i == 0 ? " (operand " : "; operand ") + std::to_string(i) + ": " +
            operands[i].numbers.text();
  }
  return text + ")";
}

void add_gates(const Tape& tape, std::uint32_t id, const View& numbers, NonFinite& found) {
  const std::string gates = gates_of(tape, id, numbers);
  if (!gates.empty())
    found.belongs_to = gates + (found.belongs_to.empty() ? "" : "; ") + found.belongs_to;
}

NonFinite diagnosed_value(const Tape& tape, std::uint32_t id, Infinity infinity) {
  const Node& node = tape.nodes()[id];
  NonFinite found;
  found.step = node.step;
  found.op = tape.describe(id);
  found.numbers = numbers_of(node.value);
  found.belongs_to = belongs_to(tape, id, /*bad=*/true);
  add_gates(tape, id, node.value, found);
  found.operands = operands_of(tape, node);
  const auto bad = bad_ancestors(tape, id, infinity);
  const std::uint32_t origin = bad.empty() ? id : bad.front();
  found.upstream = origin_text(tape, id, origin);
  found.cure = cure_for_value(tape, is_given(tape, origin) ? tape.nodes()[origin].root : origin);
  return found;
}

NonFinite diagnosed_gradient(const Tape& tape, std::uint32_t id, std::uint32_t operand,
                             const View& gradient, const View& dy, std::uint32_t loss) {
  const Node& node = tape.nodes()[id];
  const std::uint32_t target = tape.inputs(node)[operand];
  NonFinite found;
  found.backward = true;
  found.step = node.step;
  found.op = tape.describe(id);
  found.gradient_of = "operand " + std::to_string(operand) + ", " + tape.describe(target);
  found.numbers = numbers_of(gradient);
  const bool leaf = tape.nodes()[target].op == nullptr;
  found.belongs_to = belongs_to(tape, leaf ? target : id, /*bad=*/false);
  if (tape.nodes()[target].param >= 0) add_gates(tape, target, gradient, found);
  found.operands = operands_of(tape, node);
  const Numbers cotangent = numbers_of(dy);
  const auto users = users_of(tape, id, loss);
  found.upstream = "its cotangent came from " +
                   (users.empty() ? "the start of the pass" : tape.describe(users.front()));
  if (users.size() > 1) found.upstream += " and " + std::to_string(users.size() - 1) + " more";
  found.upstream += ": " + cotangent.text();
  found.cure = cure_for_gradient(tape, id, found.numbers, cotangent);
  return found;
}

/// What an op computes from leaves can be finite although they are not: a sigmoid hides infinity.
/// Ops with a mask or indices choose, and ops whose pullback reads nothing are linear or move
/// elements: those hide nothing.
bool could_hide(const Tape& tape, const Node& node) {
  if (node.op->view != nullptr || node.op->reads == reads_nothing) return false;
  const std::uint32_t* in = tape.inputs(node);
  return std::all_of(in, in + node.input_count,
                     [&tape](std::uint32_t i) { return is_floating(tape.nodes()[i].value.dtype); });
}

}  // namespace

void check_value(const Tape& tape, std::uint32_t id, AnomalyMode& mode) {
  const auto refuse = [&](std::uint32_t bad) {
    NonFinite found = diagnosed_value(tape, bad, mode.infinity);
    if (bad != id) found.upstream += "; first used by " + tape.describe(id);
    throw found.error();
  };
  const Node& node = tape.nodes()[id];
  const std::uint32_t* in = tape.inputs(node);
  for (; mode.checked_params < tape.params().size(); ++mode.checked_params) {
    const auto& nodes = tape.nodes();
    for (std::uint32_t at = 0; at <= id; ++at) {
      const bool is_it = nodes[at].param == static_cast<std::int32_t>(mode.checked_params);
      if (is_it && !is_finite(nodes[at].value)) refuse(at);
    }
  }
  if (node.op->view != nullptr) return;  // its elements have been checked
  if (!is_finite(node.value, mode.infinity)) refuse(id);
  if (!could_hide(tape, node)) return;
  for (std::uint32_t i = 0; i < node.input_count; ++i) {
    if (!is_given(tape, in[i]) || tape.nodes()[tape.nodes()[in[i]].root].param >= 0) continue;
    if (!is_finite(tape.nodes()[in[i]].value, mode.infinity)) refuse(in[i]);
  }
}

void GradientWatch::report(NonFinite found) {
  if (throws_) throw found.error();
  found_ = std::move(found);
}

void GradientWatch::start(const View& seed) {
  if (is_finite(seed, infinity_)) return;
  NonFinite found;
  found.backward = true;
  found.step = tape_.nodes()[loss_].step;
  found.op = "the start of the pass";
  found.gradient_of = tape_.describe(loss_);
  found.numbers = numbers_of(seed);
  found.belongs_to = belongs_to(tape_, loss_, false);
  found.upstream = "the seed that backward() was given";
  report(std::move(found));
}

void GradientWatch::pulled(const Tape& tape, std::uint32_t id, const View& dy,
                           const std::vector<Slot>& slots) {
  const Node& node = tape.nodes()[id];
  for (std::uint32_t i = 0; i < node.input_count && !found_; ++i) {
    if (!slots[i].wanted) continue;
    // A view has added to its part alone.
    const View part =
        node.op->view != nullptr ? node.op->view(slots[i].view, node.attr) : slots[i].view;
    check(tape, id, i, part, dy);
  }
}

void GradientWatch::check(const Tape& tape, std::uint32_t id, std::uint32_t operand,
                          const View& gradient, const View& dy) {
  if (is_finite(gradient, infinity_)) return;
  const auto last = static_cast<std::uint32_t>(tape.nodes().size()) - 1;
  report(diagnosed_gradient(tape, id, operand, gradient, dy, &tape == &tape_ ? loss_ : last));
}

}  // namespace detail

void Tape::detect_anomaly(bool on, Infinity infinity) { anomaly_ = {on, infinity, 0}; }

std::optional<NonFinite> Tape::first_non_finite(Infinity infinity) const {
  check_params();
  std::optional<std::uint32_t> given;  // a leaf, which nothing may have read
  for (std::uint32_t id = 0; id < nodes_.size(); ++id) {
    if (nodes_[id].composite >= 0) {
      auto inside = composites_[static_cast<std::size_t>(nodes_[id].composite)]->first_non_finite();
      if (inside) return inside;
    }
    if (is_finite(nodes_[id].value, infinity)) continue;
    if (!detail::is_given(*this, id)) return detail::diagnosed_value(*this, id, infinity);
    if (!given) given = id;
  }
  // What a nested tape was given is the outer one's to report.
  if (given && outer_ == nullptr) return detail::diagnosed_value(*this, *given, infinity);
  return std::nullopt;
}

std::optional<NonFinite> Tape::first_non_finite(const Var& result, Infinity infinity) const {
  check_params();
  if (&result.tape() != this) throw detail::two_tapes(*this, result);
  const auto bad = detail::bad_ancestors(*this, result.id(), infinity);
  if (bad.empty()) return std::nullopt;
  const auto computed = std::find_if(
      bad.begin(), bad.end(), [this](std::uint32_t id) { return !detail::is_given(*this, id); });
  const std::uint32_t first = computed == bad.end() ? bad.front() : *computed;
  if (nodes_[first].composite >= 0) {
    auto inside =
        composites_[static_cast<std::size_t>(nodes_[first].composite)]->first_non_finite();
    if (inside) return inside;
  }
  return detail::diagnosed_value(*this, first, infinity);
}

std::optional<NonFinite> Tape::first_non_finite_gradient(const Var& loss, Infinity infinity) {
  if (loss.shape().size() != 1) throw detail::needs_seed(*this, loss.id());
  std::vector<Var> leaves;
  for (std::uint32_t id = 0; id < nodes_.size(); ++id) {
    const Node& node = nodes_[id];
    const bool stands_for_a_gradient = node.value.stride == 0 && node.value.rows() > 1;
    if (node.op == nullptr && node.requires_grad && !stands_for_a_gradient) {
      leaves.push_back(value_of(id));
    }
  }
  detail::GradientWatch watch(*this, loss.id(), infinity, /*throws=*/false);
  differentiate({{loss, {}}}, leaves, {}, &watch);
  return watch.found();
}

std::string NonFinite::without_cure() const {
  std::string text =
      backward ? "the gradient leaving " + op + " for " + gradient_of : "the value of " + op;
  text += " is not finite: " + numbers.bad();
  if (!belongs_to.empty()) text += "\n  belongs to: " + belongs_to;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    text += "\n  operand " + std::to_string(i) + ": " + operands[i].what + ": " +
            operands[i].numbers.text();
  }
  return text + "\n  upstream: " + upstream;
}

std::string NonFinite::text() const { return without_cure() + (cure.empty() ? "" : "\n  " + cure); }

Error NonFinite::error() const {
  return {ErrorKind::non_finite,
          std::string("anomaly mode, ") + (backward ? "backward" : "forward"), "", without_cure(),
          cure};
}

}  // namespace carousel
