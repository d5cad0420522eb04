#include "op_cases.hpp"

namespace carousel::testing {
namespace {

using OurReduction = Var (*)(const Var&, const Axes&, bool);
using TheirReduction = at::Tensor (*)(const at::Tensor&, at::IntArrayRef, bool);

/// Sets of axes, by the rank that they need.
struct AxesCase {
  Shape shape;
  Axes axes;
};

/// A reduction over several axes of several ranks, with and without keeping them.
void add_reduction(std::vector<OpCase>& cases, const std::string& name, OurReduction ours,
                   TheirReduction theirs, bool of_nothing, Draw draw = Draw::normal,
                   int order = 2) {
  const auto add = [&](const std::vector<Shape>& shapes, const Axes& axes) {
    const std::vector<int> listed(axes);
    for (const bool keep : {false, true}) {
      OpCase c;
      c.name = name + " over";
      for (const int axis : listed) c.name += " " + std::to_string(axis);
      c.name += keep ? ", kept" : "";
      for (const Shape& shape : shapes) c.rounds.push_back({{shape, draw}});
      c.order = order;
      // An initializer_list does not outlive its expression, so it is spelled out again.
      c.ours = [=](Vars x) {
        switch (listed.size()) {
          case 1:
            return ours(x[0], {listed[0]}, keep);
          case 2:
            return ours(x[0], {listed[0], listed[1]}, keep);
          case 3:
            return ours(x[0], {listed[0], listed[1], listed[2]}, keep);
          default:
            return ours(x[0], {listed[0], listed[1], listed[2], listed[3]}, keep);
        }
      };
      c.theirs = [=](Tensors x) {
        const std::vector<std::int64_t> dims(listed.begin(), listed.end());
        return theirs(x[0], dims, keep);
      };
      cases.push_back(std::move(c));
    }
  };
  add({{7}, {1}, {33}}, {0});
  add({{5, 33}, {1, 4}, {4, 1}, {2, 3, 9}}, {-1});
  add({{5, 33}, {3, 1}, {2, 3, 9}, {2, 3, 4, 5}}, {0});
  add({{5, 4}, {1, 1}}, {0, 1});
  add({{2, 3, 9}, {3, 1, 5}, {2, 3, 2, 5}}, {1});
  add({{2, 3, 9}, {1, 3, 1}, {2, 3, 4, 5}}, {0, 2});
  add({{2, 3, 9}, {4, 2, 1}}, {1, -1});
  add({{2, 3, 4, 5}}, {3, 0, 1});
  add({{2, 3, 1, 5}}, {0, 1, 2, 3});
  if (of_nothing) add({{0, 3}, {2, 0, 3}}, {1});
}

}  // namespace

std::vector<OpCase> reduction_cases() {
  using T = const at::Tensor&;
  using Dims = at::IntArrayRef;
  std::vector<OpCase> cases{
      {"sum of all", alone(), [](Vars x) { return sum(x[0]); },
       [](Tensors x) { return x[0].sum(); }},
      {"mean of all",
       {{normals({})}, {normals({1})}, {normals({5, 33})}, {normals({2, 3, 1, 5})}},
       [](Vars x) { return mean(x[0]); },
       [](Tensors x) { return x[0].mean(); }},
      {"sum over no axis", alone(), [](Vars x) { return sum(x[0], {}); },
       [](Tensors x) { return x[0] + 0.0; }},
      {"sum over an axis of nothing",
       {{normals({3, 0})}, {normals({2, 0, 4})}},
       [](Vars x) { return sum(x[0], {1}); },
       [](Tensors x) { return x[0].sum(1); }},
  };
  add_reduction(
      cases, "sum", sum, [](T x, Dims d, bool k) { return x.sum(d, k); }, false);
  add_reduction(
      cases, "mean", mean, [](T x, Dims d, bool k) { return x.mean(d, k); }, false);
  add_reduction(
      cases, "logsumexp", logsumexp, [](T x, Dims d, bool k) { return at::logsumexp(x, d, k); },
      false);
  add_reduction(
      cases, "max", max, [](T x, Dims d, bool k) { return at::amax(x, d, k); }, false);
  add_reduction(
      cases, "min", min, [](T x, Dims d, bool k) { return at::amin(x, d, k); }, false);
  add_reduction(
      cases, "max of equals", max, [](T x, Dims d, bool k) { return at::amax(x, d, k); }, false,
      Draw::few, 1);
  add_reduction(
      cases, "min of equals", min, [](T x, Dims d, bool k) { return at::amin(x, d, k); }, false,
      Draw::few, 1);
  add_reduction(
      cases, "norm", norm, [](T x, Dims d, bool k) { return at::linalg_vector_norm(x, 2, d, k); },
      false);
  add_reduction(
      cases, "norm of zeros and ones", norm,
      [](T x, Dims d, bool k) { return at::linalg_vector_norm(x, 2, d, k); }, false, Draw::few, 1);
  for (const int axis : {0, 1, -1}) {
    cases.push_back({"cumsum along " + std::to_string(axis),
                     {{normals({4, 9})},
                      {normals({1, 1})},
                      {normals({3, 0})},
                      {normals({2, 3, 5})},
                      {normals({2, 3, 1, 5})}},
                     [axis](Vars x) { return cumsum(x[0], axis); },
                     [axis](Tensors x) { return at::cumsum(x[0], axis); }});
  }
  for (const double epsilon : {1e-5, 0.1}) {
    cases.push_back(
        {"normalize",
         {{normals({7})}, {normals({5, 33})}, {normals({4, 2})}, {normals({2, 3, 9})}},
         [epsilon](Vars x) { return normalize(x[0], epsilon); },
         [epsilon](Tensors x) { return at::layer_norm(x[0], {x[0].size(-1)}, {}, {}, epsilon); }});
    cases.push_back({"layer_norm",
                     {{normals({5, 33}), normals({33}), normals({33})},
                      {normals({2, 3, 9}), normals({9}), normals({9})},
                      {normals({2, 1, 3, 5}), normals({5}), normals({5})}},
                     [epsilon](Vars x) { return layer_norm(x[0], x[1], x[2], epsilon); },
                     [epsilon](Tensors x) {
                       return at::layer_norm(x[0], {x[0].size(-1)}, x[1], x[2], epsilon);
                     }});
  }
  return cases;
}

}  // namespace carousel::testing
