#include <autograd/ops/table.hpp>

#include "op_cases.hpp"

namespace carousel::testing {
namespace {

using T = const at::Tensor&;
using V = const Var&;

OpCase comparison(const char* name, Var (*ours)(const Var&, const Var&),
                  at::Tensor (*theirs)(const at::Tensor&, const at::Tensor&)) {
  return binary(name, ours, theirs, Draw::few, Draw::few, 0);
}
OpCase comparison(const char* name, Var (*ours)(const Var&),
                  at::Tensor (*theirs)(const at::Tensor&)) {
  return unary(name, ours, theirs, Draw::few, 0);
}

std::vector<Leaves> of_masks() {
  std::vector<Leaves> rounds;
  for (const Shape& shape : usual_shapes()) rounds.push_back({mask(shape), mask(shape)});
  return rounds;
}

/// A mask and two operands; for where, whose mask may also have one entry a row.
std::vector<Leaves> of_two_sides() {
  std::vector<Leaves> rounds;
  for (const Shape& shape : usual_shapes()) {
    rounds.push_back({mask(shape), normals(shape), normals(shape)});
  }
  return rounds;
}

}  // namespace

std::vector<OpCase> choice_cases() {
  std::vector<OpCase> cases{
      comparison("greater", greater, [](T a, T b) { return at::gt(a, b); }),
      comparison("greater_equal", greater_equal, [](T a, T b) { return at::ge(a, b); }),
      comparison("less", less, [](T a, T b) { return at::lt(a, b); }),
      comparison("less_equal", less_equal, [](T a, T b) { return at::le(a, b); }),
      comparison("equal", equal, [](T a, T b) { return at::eq(a, b); }),
      comparison("not_equal", not_equal, [](T a, T b) { return at::ne(a, b); }),
      comparison(
          "greater than c", [](V x) { return greater(x, 1); }, [](T x) { return at::gt(x, 1); }),
      comparison(
          "greater or equal c", [](V x) { return greater_equal(x, 1); },
          [](T x) { return at::ge(x, 1); }),
      comparison(
          "less than c", [](V x) { return less(x, 0); }, [](T x) { return at::lt(x, 0); }),
      comparison(
          "less or equal c", [](V x) { return less_equal(x, 0); },
          [](T x) { return at::le(x, 0); }),
      comparison(
          "equal c", [](V x) { return equal(x, 0); }, [](T x) { return at::eq(x, 0); }),
      comparison(
          "not equal c", [](V x) { return not_equal(x, 0); }, [](T x) { return at::ne(x, 0); }),
      {"logical_and", of_masks(), [](Vars x) { return logical_and(x[0], x[1]); },
       [](Tensors x) { return at::logical_and(x[0], x[1]); }, 0},
      {"logical_or", of_masks(), [](Vars x) { return logical_or(x[0], x[1]); },
       [](Tensors x) { return at::logical_or(x[0], x[1]); }, 0},
      {"logical_not", alone(Draw::mask), [](Vars x) { return logical_not(x[0]); },
       [](Tensors x) { return at::logical_not(x[0]); }, 0},
      {"where", of_two_sides(), [](Vars x) { return where(x[0], tanh(x[1]), square(x[2])); },
       [](Tensors x) { return at::where(x[0], at::tanh(x[1]), at::square(x[2])); }},
      {"where, one entry a row",
       {{mask({5}), normals({5, 3}), normals({5, 3})},
        {mask({2, 3}), normals({2, 3, 9}), normals({2, 3, 9})}},
       [](Vars x) { return where(x[0], tanh(x[1]), square(x[2])); },
       [](Tensors x) { return at::where(x[0].unsqueeze(-1), at::tanh(x[1]), at::square(x[2])); }},
      {"where with a constant", of_two_sides(),
       [](Vars x) { return where(x[0], square(x[1]), 1.5) + where(x[0], -0.5, x[2]); },
       [](Tensors x) {
         return at::where(x[0], at::square(x[1]), 1.5) + at::where(x[0], -0.5, x[2]);
       }},
  };
  for (const Index side : {0, 1}) {
    cases.push_back({"keep, side " + std::to_string(side), of_two_sides(),
                     [side](Vars x) {
                       Attr attr;
                       attr.axis = side;
                       const Var kept = square(x[1]);
                       return record(detail::keep_op, {&x[0], &kept}, attr);
                     },
                     [side](Tensors x) {
                       return at::where(side == 1 ? x[0] : x[0].logical_not(), at::square(x[1]),
                                        0.0);
                     }});
  }
  return cases;
}

}  // namespace carousel::testing
