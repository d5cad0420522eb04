#include "op_cases.hpp"

namespace carousel::testing {
namespace {

/// Parts are looked at through a square, so that each element's derivative is its own.
OpCase moving(const std::string& name, std::vector<Leaves> rounds, std::function<Var(Vars)> ours,
              std::function<at::Tensor(Tensors)> theirs) {
  return {name, std::move(rounds), [ours](Vars x) { return square(ours(x)); },
          [theirs](Tensors x) { return at::square(theirs(x)); }};
}

struct Range {
  int axis;
  Index begin, end, step;
};

void add_slices(std::vector<OpCase>& cases) {
  for (const Range& r : {Range{0, 1, 4, 1}, Range{0, 0, 5, 2}, Range{1, 2, 7, 1}, Range{1, 1, 7, 3},
                         Range{-1, 0, 7, 5}, Range{-1, 3, 3, 1}, Range{0, 4, 5, 9}}) {
    cases.push_back(moving(
        "slice", {{normals({5, 7})}, {normals({5, 7, 7})}, {normals({5, 7, 1, 7})}},
        [r](Vars x) { return slice(x[0], r.axis, r.begin, r.end, r.step); },
        [r](Tensors x) { return at::slice(x[0], r.axis, r.begin, r.end, r.step); }));
  }
  for (const int axis : {0, 1, -1}) {
    cases.push_back(moving(
        "slice backwards", {{normals({6, 7})}, {normals({6, 5, 8})}},
        [axis](Vars x) { return slice(x[0], axis, 4, 0, -2); },  // 4, 2
        [axis](Tensors x) { return at::flip(at::slice(x[0], axis, 2, 5, 2), {axis}); }));
    cases.push_back(moving(
        "flip", {{normals({5, 33})}, {normals({1, 3})}, {normals({0, 3})}, {normals({2, 3, 4, 5})}},
        [axis](Vars x) { return flip(x[0], axis); },
        [axis](Tensors x) { return at::flip(x[0], {axis}); }));
    cases.push_back(moving(
        "at", {{normals({3, 5})}, {normals({2, 4, 3})}, {normals({3, 2, 1, 5})}},
        [axis](Vars x) { return at(x[0], axis, 1); },
        [axis](Tensors x) { return at::select(x[0], axis, 1); }));
    for (const double value : {0.0, 1.5}) {
      cases.push_back(moving(
          "pad",
          {{normals({4, 3})}, {normals({0, 2})}, {normals({2, 3, 1})}, {normals({2, 1, 3, 2})}},
          [=](Vars x) { return pad(x[0], axis, 2, 1, value); },
          [=](Tensors x) {
            const auto from_end =
                static_cast<std::size_t>(axis < 0 ? -1 - axis : x[0].dim() - 1 - axis);
            std::vector<std::int64_t> pads(2 * from_end + 2, 0);
            pads[2 * from_end] = 2;
            pads[2 * from_end + 1] = 1;
            return at::constant_pad_nd(x[0], pads, value);
          }));
    }
    cases.push_back(moving(
        "repeat", {{normals({4, 3})}, {normals({1, 5})}, {normals({3, 0})}, {normals({2, 3, 4})}},
        [axis](Vars x) { return repeat(x[0], axis, 3); },
        [axis](Tensors x) {
          return at::cat({x[0], x[0], x[0]}, axis);
        }));
  }
  cases.push_back(moving(
      "split", {{normals({3, 8})}, {normals({4})}, {normals({2, 3, 4})}},
      [](Vars x) {
        const auto parts = split<4>(x[0]);
        return concat({parts[0] * parts[3], parts[1], parts[2]}, -1);
      },
      [](Tensors x) {
        const auto parts = at::chunk(x[0], 4, -1);
        return at::cat({parts[0] * parts[3], parts[1], parts[2]}, -1);
      }));
}

void add_joins(std::vector<OpCase>& cases) {
  const auto ours = [](int axis) { return [axis](Vars x) { return concat(x, axis); }; };
  const auto theirs = [](int axis) { return [axis](Tensors x) { return at::cat(x, axis); }; };
  cases.push_back(moving("concat, last axis",
                         {{normals({4, 3}), normals({4, 5})},
                          {normals({3}), normals({1}), normals({0})},
                          {normals({2, 3, 1}), normals({2, 3, 4})}},
                         ours(-1), theirs(-1)));
  cases.push_back(moving("concat, first axis",
                         {{normals({4, 3}), normals({1, 3}), normals({0, 3})},
                          {normals({2, 3, 5}), normals({1, 3, 5})}},
                         ours(0), theirs(0)));
  cases.push_back(moving(
      "concat, an inner axis",
      {{normals({2, 3, 5}), normals({2, 1, 5})}, {normals({2, 3, 2, 5}), normals({2, 1, 2, 5})}},
      ours(1), theirs(1)));
  for (const int axis : {0, 1}) {
    cases.push_back(moving(
        "stack",
        {{normals({4}), normals({4})}, {normals({2, 3}), normals({2, 3}), normals({2, 3})}},
        [axis](Vars x) { return stack(x, axis); },
        [axis](Tensors x) { return at::stack(x, axis); }));
  }
}

}  // namespace

std::vector<OpCase> shape_cases() {
  std::vector<OpCase> cases;
  add_slices(cases);
  add_joins(cases);
  cases.push_back(moving(
      "reshape", {{normals({4, 6})}, {normals({2, 3, 4})}, {normals({1, 24})}},
      [](Vars x) {
        return reshape(x[0], {8, 3});
      },
      [](Tensors x) {
        return x[0].reshape({8, 3});
      }));
  cases.push_back(moving(
      "reshape of a part", {{normals({4, 9})}},
      [](Vars x) {
        return reshape(slice(x[0], 1, 2, 8), {3, 8});
      },
      [](Tensors x) {
        return at::slice(x[0], 1, 2, 8).reshape({3, 8});
      }));
  cases.push_back(moving(
      "transpose", {{normals({4, 9})}, {normals({1, 3})}, {normals({0, 3})}},
      [](Vars x) { return transpose(x[0]); }, [](Tensors x) { return x[0].t(); }));
  cases.push_back(moving(
      "permute", {{normals({2, 3, 5})}, {normals({1, 3, 1})}, {normals({2, 0, 3})}},
      [](Vars x) {
        return permute(x[0], {2, 0, -2});
      },
      [](Tensors x) {
        return x[0].permute({2, 0, -2});
      }));
  cases.push_back(moving(
      "permute of rank 4", {{normals({2, 3, 5, 4})}, {normals({1, 3, 1, 2})}},
      [](Vars x) {
        return permute(x[0], {3, 1, 0, 2});
      },
      [](Tensors x) {
        return x[0].permute({3, 1, 0, 2});
      }));
  cases.push_back(moving(
      "broadcast_to",
      {{normals({})},
       {normals({1})},
       {normals({5})},
       {normals({3, 1})},
       {normals({1, 5})},
       {normals({2, 1, 1})}},
      [](Vars x) {
        return broadcast_to(x[0], {2, 3, 5});
      },
      [](Tensors x) {
        return x[0].expand({2, 3, 5});
      }));
  cases.push_back(moving(
      "diagonal",
      {{normals({5, 5})},
       {normals({1, 1})},
       {normals({0, 0})},
       {normals({2, 3, 3})},
       {normals({2, 3, 4, 4})}},
      [](Vars x) { return diagonal(x[0]); },
      [](Tensors x) { return at::diagonal(x[0], 0, -2, -1); }));
  cases.push_back(moving(
      "diagonal_matrix",
      {{normals({5})}, {normals({1})}, {normals({0})}, {normals({2, 3})}, {normals({2, 3, 4})}},
      [](Vars x) { return diagonal_matrix(x[0]); },
      [](Tensors x) { return at::diag_embed(x[0]); }));
  cases.push_back({"detach", alone(), [](Vars x) { return detach(square(x[0])) * x[0]; },
                   [](Tensors x) { return at::square(x[0]).detach() * x[0]; }});
  return cases;
}

}  // namespace carousel::testing
