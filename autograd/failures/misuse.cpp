#include <autograd/failures/misuse.hpp>
#include <autograd/tape.hpp>
#include <optional>

namespace carousel::detail {
namespace {

Error argument(const std::string& where, const std::string& expected, const std::string& got,
               const std::string& fix) {
  return {ErrorKind::argument, where, expected, got, fix};
}

/// "float32 [batch=3, features=4]"
std::string typed(DType dtype, const Shape& shape) {
  return std::string(name(dtype)) + " " + with_axes(shape);
}

/// The last of a value and its ancestors that no gradient leaves although one of its operands has
/// one: there it was cut.
std::optional<std::uint32_t> where_cut(const Tape& tape, std::uint32_t id) {
  const auto& nodes = tape.nodes();
  std::vector<bool> reached(static_cast<std::size_t>(id) + 1, false);
  reached[id] = true;
  for (std::uint32_t at = id + 1; at-- > 0;) {
    if (!reached[at]) continue;
    const std::uint32_t* in = tape.inputs(nodes[at]);
    for (std::uint32_t i = 0; i < nodes[at].input_count; ++i) {
      if (nodes[in[i]].requires_grad) return at;
      reached[in[i]] = true;
    }
  }
  return std::nullopt;
}

/// Why no gradient reaches a value, and what to do.
std::string why_none(const Tape& tape, std::uint32_t id) {
  const Node& node = tape.nodes()[id];
  if (!is_floating(node.value.dtype)) return "Integers and masks carry no gradient.";
  if (node.op == nullptr) {
    return "It is a leaf without one: enter it with tape.variable(), outside of NoGrad.";
  }
  const auto cut = where_cut(tape, id);
  if (!cut) {
    return "It was computed from inputs only: enter what is to be trained with tape.variable(), "
           "outside of NoGrad, or as a parameter.";
  }
  const std::string where = "The gradient ends at " + (*cut == id ? "it" : tape.describe(*cut));
  if (std::string(tape.nodes()[*cut].op->name) == "detach") {
    return where + ", on purpose: use the value before it.";
  }
  return where + ": it was recorded under NoGrad, or its op passes none.";
}

}  // namespace

Error stale(Stale why) {
  const auto error = [](const char* got, const char* fix) {
    return argument("Var", "a value on a living tape", got, fix);
  };
  switch (why) {
    case Stale::empty:
      break;
    case Stale::destroyed:
      return error(
          "one whose tape was destroyed",
          "Keep the Tape alive for as long as its Vars are used, also those in a container, "
          "or keep a copy of the numbers: v.value().");
    case Stale::reset:
      return error("one from before Tape::reset()",
                   "Values live for one recording; carry state over with tape.input(v.value()).");
    case Stale::symbolic:
      return error("one of a step that is recorded as a formula",
                   "It has no number before the step is run.");
    case Stale::freed:
      return error(
          "one of a part of a recording that has been freed",
          "Between two segments only the states that segments begin with are kept: use the "
          "results of the whole, or record without segments (memory: full).");
  }
  return error("an empty Var",
               "Was a state or an output left unset, or a parameter not listed in declare()?");
}

Error on_no_tape(const Param& param) {
  return argument("Var", "a value on a living tape", "parameter '" + param.name() + "' on no tape",
                  "Put it on one with tape.use(parameter), or give the op an operand that is on "
                  "one.");
}

Error of_operand(const Error& error, const char* op, int operand) {
  return {error.kind(),
          std::string(op) + ", operand " + std::to_string(operand) + ", " + error.where(),
          error.expected(), error.got(), error.fix()};
}

Error two_tapes(const Tape& tape, const Var& other) {
  const Tape& its = other.tape();
  const bool cast = is_floating(other.dtype()) && its.dtype() != tape.dtype();
  return argument("Tape", "values of one tape",
                  "values of two tapes: " + its.describe(other.id()) + " is on another (" +
                      name(its.dtype()) + " beside " + name(tape.dtype()) + ")",
                  cast ? "Copy it over as a constant: tape.input(x.value().to(DType::" +
                             std::string(name(tape.dtype())) + "))."
                       : "Copy it over as a constant: tape.input(x.value()).");
}

Error other_dtype(const std::string& where, DType tape, DType got, const Shape& shape,
                  const std::string& convert) {
  return argument(where, std::string(name(tape)) + ", as the tape's", typed(got, shape),
                  "Nothing is cast silently: " + convert);
}

Error changed(const std::string& where, const Param& param) {
  return argument(
      where, "parameter '" + param.name() + "' with the values that the tape has computed with",
      "one that has been changed since",
      "Go backward before the optimiser's step, and reset the tape after it.");
}

std::string label(const Tape& tape, std::uint32_t id) {
  std::string part;
  while (true) {
    const Node& node = tape.nodes()[id];
    std::string text = tape.observations().of(id);
    if (text.empty() && node.param >= 0) {
      text = "parameter '" + tape.params()[static_cast<std::size_t>(node.param)].name() + "'";
    }
    if (!text.empty()) return part + text;
    if (node.root == id) return "";
    part = "a part of ";
    id = tape.inputs(node)[0];
  }
}

Error no_gradient_from(const Tape& tape, std::uint32_t loss) {
  return argument("Tape::backward", "a loss that gradients can flow from", tape.describe(loss),
                  why_none(tape, loss));
}

Error no_gradient_to(const Tape& tape, std::uint32_t wanted) {
  return argument("Tape::backward", "values that a gradient can flow to", tape.describe(wanted),
                  why_none(tape, wanted));
}

Error needs_seed(const Tape& tape, std::uint32_t loss) {
  return argument("Tape::backward", "a loss of one element", tape.describe(loss),
                  "Reduce it with sum or mean, or give a seed of its shape: the cotangent of each "
                  "element.");
}

Error wrong_seed(const Tape& tape, std::uint32_t loss, DType dtype, const Shape& shape) {
  const View& value = tape.nodes()[loss].value;
  return argument(
      "Tape::backward", "a seed of the loss's dtype and shape, " + typed(tape.dtype(), value.shape),
      typed(dtype, shape),
      shape != value.shape
          ? "It has one number for each element of the loss, " + tape.describe(loss) + "."
          : "Nothing is cast silently: seed.to(DType::" + std::string(name(tape.dtype())) + ").");
}

Error not_asked_for(const Tape& tape, std::uint32_t id, const std::vector<std::uint32_t>& asked) {
  constexpr std::size_t most = 4;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < asked.size() && i < most; ++i) {
    names.push_back(tape.describe(asked[i]));
  }
  if (asked.size() > most) names.push_back(std::to_string(asked.size() - most) + " more");
  return argument("Adjoints", "a value whose gradient was asked for",
                  tape.describe(id) + ", beside " + (names.empty() ? "none" : join(names, "; ")),
                  "List it in the call of backward(); gradients of others are not kept.");
}

}  // namespace carousel::detail
