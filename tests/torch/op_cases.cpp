#include "op_cases.hpp"

namespace carousel::testing {

const std::vector<Shape>& usual_shapes() {
  static const std::vector<Shape> shapes{{},     {1},       {7},       {0},         {5, 33},
                                         {3, 0}, {2, 3, 1}, {1, 4, 9}, {2, 1, 3, 5}};
  return shapes;
}

std::vector<Leaves> alone(Draw draw) {
  std::vector<Leaves> rounds;
  for (const Shape& shape : usual_shapes()) rounds.push_back({{shape, draw}});
  return rounds;
}

std::vector<Leaves> beside(Draw first, Draw second) {
  std::vector<Leaves> rounds;
  for (const Shape& shape : usual_shapes()) {
    rounds.push_back({{shape, first}, {shape, second}});
    if (shape.rank() < 2) continue;
    rounds.push_back({{shape, first}, {{shape.columns()}, second}});
    rounds.push_back({{{shape.columns()}, first}, {shape, second}});
  }
  rounds.push_back({{{3, 5}, first}, {{}, second}});
  rounds.push_back({{{}, first}, {{3, 5}, second}});
  return rounds;
}

OpCase unary(const char* name, Var (*ours)(const Var&), at::Tensor (*theirs)(const at::Tensor&),
             Draw draw, int order) {
  return {name,
          alone(draw),
          [ours](Vars x) { return ours(x[0]); },
          [theirs](Tensors x) { return theirs(x[0]); },
          order,
          /*elementwise=*/true};
}

OpCase binary(const char* name, Var (*ours)(const Var&, const Var&),
              at::Tensor (*theirs)(const at::Tensor&, const at::Tensor&), Draw first, Draw second,
              int order) {
  return {name,
          beside(first, second),
          [ours](Vars x) { return ours(x[0], x[1]); },
          [theirs](Tensors x) { return theirs(x[0], x[1]); },
          order,
          /*elementwise=*/true};
}

OpCase tied(OpCase c) {
  c.name += ", of equals";
  for (Leaves& leaves : c.rounds) {
    for (Leaf& leaf : leaves) leaf.draw = Draw::few;
  }
  c.order = std::min(c.order, 1);
  c.elementwise = false;
  return c;
}

std::vector<OpCase> all_cases() {
  std::vector<OpCase> all;
  for (const auto& family :
       {arithmetic_cases, function_cases, activation_cases, choice_cases, loss_cases,
        label_loss_cases, reduction_cases, shape_cases, index_cases, product_cases}) {
    for (OpCase& c : family()) all.push_back(std::move(c));
  }
  return all;
}

}  // namespace carousel::testing
