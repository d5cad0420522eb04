#include <algorithm>
#include <autograd/failures/cures.hpp>
#include <autograd/tape.hpp>
#include <cmath>
#include <limits>

namespace carousel::detail {
namespace {

/// A node with the ranges of its operands.
struct Case {
  Case(const Tape& t, std::uint32_t id) : tape(t), node(t.nodes()[id]) {
    const std::uint32_t* in = t.inputs(node);
    for (std::uint32_t i = 0; i < node.input_count; ++i) {
      x.push_back(numbers_of(t.nodes()[in[i]].value));
    }
  }
  bool is(std::initializer_list<const char*> names) const {
    return std::any_of(names.begin(), names.end(),
                       [this](const char* name) { return std::string(node.op->name) == name; });
  }
  bool operands_finite() const {
    return std::all_of(x.begin(), x.end(), [](const Numbers& n) { return n.all_finite(); });
  }
  bool any(Index Numbers::*field) const {
    return std::any_of(x.begin(), x.end(), [field](const Numbers& n) { return n.*field > 0; });
  }
  double magnitude() const {
    double largest = 0;
    for (const Numbers& n : x) largest = std::max(largest, n.magnitude());
    return largest;
  }
  /// What is divided by, where something is.
  const Numbers* divisor() const {
    if (is({"divide"})) return &x[1];
    if (is({"divide_into", "rsqrt", "reciprocal"})) return &x[0];
    return nullptr;
  }
  std::string dtype() const { return name(tape.dtype()); }
  double largest_float() const {
    return tape.dtype() == DType::float32 ? std::numeric_limits<float>::max()
                                          : std::numeric_limits<double>::max();
  }

  const Tape& tape;
  const Node& node;
  std::vector<Numbers> x;
};

constexpr double unusual_parameter = 1e4;  // learned weights are some tens at most

/// "parameter 'W' is as large as 1e+30", of the largest one, where that is unusual.
std::string unusual_parameter_of(const Tape& tape) {
  double largest = unusual_parameter;
  std::string text;
  for (const Node& node : tape.nodes()) {
    const double magnitude = node.param < 0 ? 0 : numbers_of(node.value).magnitude();
    if (magnitude <= largest) continue;
    largest = magnitude;
    text = "parameter '" + tape.params()[static_cast<std::size_t>(node.param)].name() +
           "' is as large as " + short_text(magnitude);
  }
  return text;
}

std::string overflow(const Case& c, const std::string& what) {
  std::string text =
      what + " leaves the range of " + c.dtype() + ", " + short_text(c.largest_float());
  const std::string parameter = unusual_parameter_of(c.tape);
  if (!parameter.empty()) {
    return text + ", and " + parameter +
           ": a learning rate that is too large? Lower it, or clip gradients.";
  }
  return text + (c.node.step > 0 ? ". A recurrence that grows from step to step: smaller recurrent "
                                   "weights, a bounded activation, or a normalisation."
                                 : ". Scale the data, or normalise.");
}

std::string of_infinite_operands(const Case& c) {
  if (c.any(&Numbers::nans)) return "";  // goes through everything
  if (c.is({"softmax", "log_softmax", "logsumexp", "cross_entropy"}) &&
      c.any(&Numbers::minus_infinite)) {
    return "A row that is -inf throughout has no softmax: leave one element of each row unmasked.";
  }
  if (c.is({"add", "subtract", "squared_error", "add_constant", "subtract_from", "sum", "mean"})) {
    return "inf - inf is NaN.";
  }
  if (c.is({"multiply", "linear", "affine", "matmul", "scale", "bce_with_logits"})) {
    return "0 times inf is NaN; to take one of two values, choose with where, which does not "
           "multiply.";
  }
  return "";
}

}  // namespace

const char* const cure_for_parameters =
    "Parameters that are not finite come most often from a learning rate that is too large: lower "
    "it, or clip gradients.";

std::string cure_for_value(const Tape& tape, std::uint32_t id) {
  if (tape.nodes()[id].param >= 0) return cure_for_parameters;
  if (tape.nodes()[id].op == nullptr) {
    return "Look at the data: missing values, a column of equal numbers divided by its deviation "
           "of "
           "0, a logarithm of 0.";
  }
  const Case c(tape, id);
  if (!c.operands_finite()) return of_infinite_operands(c);
  const double limit = std::log(c.largest_float());
  const Numbers* divisor = c.divisor();
  if (c.is({"log", "log2", "log10"}) && c.x[0].smallest <= 0) {
    return "The logarithm of 0 is -inf and that of less is NaN: keep the operand above 0, or use "
           "log_softmax, cross_entropy or bce_with_logits on what comes before it.";
  }
  if (c.is({"log1p"}) && c.x[0].smallest <= -1) {
    return "ln(1 + x) needs x above -1.";
  }
  if (c.is({"sqrt", "rsqrt", "pow"}) && c.x[0].smallest < 0) {
    return "A root or a power of a negative number is NaN: square or clamp the operand before.";
  }
  if (divisor != nullptr && divisor->zeros > 0) {
    return "A division by 0 (0/0 is NaN, all else infinite): add a small number to the divisor, or "
           "choose with where before dividing.";
  }
  if (divisor != nullptr && divisor->smallest < 1 && divisor->largest > -1) {
    return overflow(c, "A quotient by a number near 0");
  }
  if (c.is({"exp", "expm1", "cosh", "sinh"}) && c.x[0].largest > limit) {
    return "e^x leaves the range of " + c.dtype() + " above x = " + short_text(limit) +
           ": bound the operand, or use softplus, softmax or log_softmax, which cannot overflow.";
  }
  if (!std::isfinite(c.node.attr.scalar)) {
    return "Its constant is not finite: a division by 0, or a mean over no elements?";
  }
  return c.magnitude() > 1 ? overflow(c, "A result") : "";
}

std::string cure_for_gradient(const Tape& tape, std::uint32_t id, const Numbers& gradient,
                              const Numbers& dy) {
  const Case c(tape, id);
  const bool steep = c.is({"log", "log1p", "sqrt", "rsqrt", "pow", "norm", "divide", "divide_into",
                           "reciprocal", "asin", "acos"});
  if (!dy.all_finite()) return "";
  if (steep && gradient.nans > 0 && dy.zeros > 0) {
    return "A cotangent of 0 times an infinite slope is NaN: choose with where before this op "
           "too, "
           "so that it never sees the numbers that are not chosen.";
  }
  if (c.is({"log", "log1p"})) {
    return "The slope of ln x is 1/x: keep the operand away from 0 (log(x + 1e-8)).";
  }
  if (c.is({"sqrt", "pow", "norm"})) {
    return "The slope of a root is infinite at 0: add a small number under it (sqrt(x + 1e-12)).";
  }
  if (steep) {
    return "The slope of a quotient is that of 1/x, 1/x²: keep the divisor away from 0.";
  }
  return overflow(c, "A gradient that grows on its way back") +
         " Clipping comes after the backward pass and is too late here; float64 tells whether it "
         "is "
         "only the range.";
}

}  // namespace carousel::detail
