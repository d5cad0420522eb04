#include <tests/fuzz/generator.hpp>

namespace carousel::fuzz {
namespace {

using Name = const std::string&;

Call call_of(Name op, const std::vector<int>& inputs) {
  Call call;
  call.op = op;
  call.inputs = inputs;
  return call;
}

// --- one operand ---

bool anything(Builder& b, Name op) { return b.add(op, {b.any()}) >= 0; }
bool of_positive(Builder& b, Name op) { return b.add(op, {b.positive(b.any())}) >= 0; }
bool of_small(Builder& b, Name op) { return b.add(op, {b.within(b.any(), 4)}) >= 0; }
bool of_moderate(Builder& b, Name op) { return b.add(op, {b.within(b.any(), 40)}) >= 0; }

bool and_constant(Builder& b, Name op) {
  Call call = call_of(op, {b.any()});
  call.a = b.number();
  return b.add(call) >= 0;
}
bool constant_over(Builder& b, Name op) {
  Call call = call_of(op, {b.apart_from_zero(b.any())});
  call.a = b.number();
  return b.add(call) >= 0;
}
bool and_small_slope(Builder& b, Name op) {
  Call call = call_of(op, {b.within(b.any(), 40)});
  call.a = op == "hard_sigmoid" ? b.one_of<double>({1.0 / 6, 0.2, 0.5}) : std::abs(b.number());
  return b.add(call) >= 0;
}
bool power(Builder& b, Name op) {
  Call call = call_of(op, {});
  call.a = b.chance(0.6) ? b.one_of<double>({0, 1, 2, 3, 4, -1, 0.5, -0.5, 1.5}) : b.number();
  const bool anywhere = call.a >= 0 && call.a == std::floor(call.a);
  const int x = b.within(b.any(), 5);
  call.inputs = {anywhere ? x : b.positive(x)};
  return b.add(call) >= 0;
}
bool clamp(Builder& b, Name op) {
  Call call = call_of(op, {b.any()});
  call.a = b.number();
  call.b = call.a + b.one_of<double>({0, 0.5, 1, 2});
  return b.add(call) >= 0;
}

// --- two or three ---

/// In either order: the smaller operand may come first.
std::vector<int> pair(Builder& b, int a) {
  const int other = b.beside(a);
  return b.chance(0.5) ? std::vector<int>{a, other} : std::vector<int>{other, a};
}
bool two(Builder& b, Name op) {
  Call call = call_of(op, pair(b, b.any()));
  call.reduction = b.one_of<End>({End::none, End::mean, End::sum});
  const bool loss = op.size() > 5 && op.substr(op.size() - 5) == "_loss";
  if (!loss) call.reduction = End::none;
  return b.add(call, /*may_be_nan=*/loss) >= 0;
}
bool two_and_delta(Builder& b, Name op) {
  Call call = call_of(op, pair(b, b.any()));
  call.a = std::abs(b.number());
  if (op == "huber_loss") call.reduction = b.one_of<End>({End::none, End::mean, End::sum});
  return b.add(call, op == "huber_loss") >= 0;
}
bool divide(Builder& b, Name op) {
  std::vector<int> x = pair(b, b.any());
  x[1] = b.apart_from_zero(x[1]);
  return b.add(op, x) >= 0;
}
bool power_of_two(Builder& b, Name op) {
  std::vector<int> x = pair(b, b.any());
  x[0] = b.within(b.positive(x[0]), 5);
  return b.add(op, {b.positive(x[0]), b.within(x[1], 3)}) >= 0;
}
bool bce(Builder& b, Name op) {
  std::vector<int> x = pair(b, b.any());
  Call call = call_of(op, {b.within(x[0], 30), x[1]});
  if (op == "bce_loss") call.reduction = b.one_of<End>({End::none, End::mean, End::sum});
  return b.add(call, op == "bce_loss") >= 0;
}
bool weighted_bce(Builder& b, Name op) {
  const int x = b.within(b.any(), 30);
  if (x < 0) return false;
  Call call = call_of(op, {x, b.beside(x), b.beside(x)});
  if (op == "weighted bce_loss") call.reduction = b.one_of<End>({End::none, End::mean, End::sum});
  return b.add(call, op == "weighted bce_loss") >= 0;
}
bool kl(Builder& b, Name op) {
  std::vector<int> x = pair(b, b.any());
  Call call = call_of(op, {x[0], b.positive(x[1])});
  if (op == "kl_loss") call.reduction = b.one_of<End>({End::none, End::mean, End::sum});
  return b.add(call, op == "kl_loss") >= 0;
}
bool reduced(Builder& b, Name op) {
  Call call = call_of(op, {b.any()});
  call.reduction = b.one_of<End>({End::none, End::mean, End::sum});
  return b.add(call, /*may_be_nan=*/true) >= 0;
}

// --- masks ---

int mask_of(Builder& b, const Extents& shape) {
  const int found = b.find(Kind::mask, [&](int i) { return b.shape(i) == shape && b.chance(0.7); });
  if (found >= 0) return found;
  Call call =
      call_of(b.one_of<std::string>({"x > c", "x >= c", "x < c", "x <= c"}), {b.of_shape(shape)});
  call.a = b.chance(0.5) ? 0 : b.number();
  return b.add(call);
}
bool of_masks(Builder& b, Name op) {
  int first = b.find(Kind::mask, [](int) { return true; });
  if (first < 0) first = mask_of(b, b.extents());
  if (first < 0) return false;
  if (op == "logical_not") return b.add(op, {first}) >= 0;
  return b.add(op, {first, mask_of(b, b.shape(first))}) >= 0;
}
/// The mask has the operands' shape or one entry a row.
int mask_beside(Builder& b, int x) {
  if (x < 0) return -1;
  Extents shape = b.shape(x);
  if (!shape.empty() && b.chance(0.3)) shape.pop_back();
  return mask_of(b, shape);
}
bool where(Builder& b, Name op) {
  const int x = b.any();
  if (x < 0) return false;
  const int mask = mask_beside(b, x);
  return b.add(op, {mask, x, b.of_shape(b.shape(x))}) >= 0;
}
bool where_constant(Builder& b, Name op) {
  const int x = b.any();
  Call call = call_of(op, {mask_beside(b, x), x});
  call.a = b.number();
  return b.add(call) >= 0;
}

}  // namespace

void add_elementwise_proposals(Proposals& proposals) {
  const auto put = [&](Proposal proposal, const std::vector<std::string>& ops) {
    for (const std::string& op : ops) proposals[op] = proposal;
  };
  put(anything, {"negate", "square", "abs", "sign", "sin", "cos", "erf", "erfc", "sigmoid", "tanh",
                 "relu", "gelu", "silu", "softsign"});
  put(of_positive, {"log", "log1p", "sqrt", "rsqrt"});
  put(of_small, {"exp", "expm1"});
  put(of_moderate, {"softplus", "log_sigmoid"});
  put(and_constant, {"x + c", "c + x", "x - c", "c - x", "x * c", "c * x", "x / c", "at_least",
                     "at_most", "x > c", "x >= c", "x < c", "x <= c", "x = c", "x != c"});
  put(constant_over, {"c / x"});
  put(and_small_slope, {"leaky_relu", "elu", "hard_sigmoid"});
  put(power, {"pow(x, c)"});
  put(clamp, {"clamp"});
  put(two, {"add", "subtract", "multiply", "minimum", "maximum", "squared_error", "absolute_error",
            "mse_loss", "l1_loss", "greater", "greater_equal", "less", "less_equal", "equal",
            "not_equal"});
  put(two_and_delta, {"huber", "huber_loss"});
  put(divide, {"divide"});
  put(power_of_two, {"pow"});
  put(bce, {"bce_with_logits", "bce_loss"});
  put(weighted_bce, {"weighted bce", "weighted bce_loss"});
  put(kl, {"kl_divergence", "kl_loss"});
  put(reduced, {"reduced"});
  put(of_masks, {"logical_and", "logical_or", "logical_not"});
  put(where, {"where"});
  put(where_constant, {"where(mask, x, c)", "where(mask, c, x)"});
}

}  // namespace carousel::fuzz
