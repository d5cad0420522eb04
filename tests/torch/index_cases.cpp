#include <autograd/ops/table.hpp>

#include "op_cases.hpp"

namespace carousel::testing {

std::vector<OpCase> index_cases() {
  std::vector<OpCase> cases{
      {"embedding",
       {{normals({9, 4}), labels({7}, 9)},
        {normals({3, 1}), labels({2, 3}, 3)},
        {normals({4, 5}), labels({}, 4)},
        {normals({5, 2}), labels({2, 1, 4}, 5)}},
       [](Vars x) { return square(embedding(x[0], x[1])); },
       [](Tensors x) { return at::square(at::embedding(x[0], x[1])); }},
      {"embedding of nothing",  // libtorch's second derivative stops there
       {{normals({4, 5}), labels({0}, 4)}},
       [](Vars x) { return square(embedding(x[0], x[1])); },
       [](Tensors x) { return at::square(at::embedding(x[0], x[1])); },
       1},
      {"rows added up by index",
       {{normals({7, 4}), labels({7}, 5)}, {normals({1, 3}), labels({1}, 5)}},
       [](Vars x) {
         Attr attr;
         attr.shape = {5, x[0].shape().columns()};
         return square(record(detail::scatter_rows_op, {&x[0], &x[1]}, attr));
       },
       [](Tensors x) {
         return at::square(at::zeros({5, x[0].size(1)}, at::kDouble).index_add(0, x[1], x[0]));
       }}};
  for (const int axis : {0, 1, -1}) {
    std::vector<Leaves> gathered, scattered;
    for (const Shape& shape : {Shape{4, 4}, Shape{4, 1}, Shape{2, 4, 3}, Shape{3, 2, 5, 4}}) {
      for (const Index count : {0, 1, 6}) {
        const int at = axis < 0 ? shape.rank() - 1 : axis;
        const Shape indices = shape.with(at, count);
        gathered.push_back({normals(shape), labels(indices, shape[at])});
        scattered.push_back({normals(indices), labels(indices, 5)});
      }
    }
    cases.push_back({"gather along " + std::to_string(axis), gathered,
                     [axis](Vars x) { return square(gather(x[0], axis, x[1])); },
                     [axis](Tensors x) { return at::square(at::gather(x[0], axis, x[1])); }});
    cases.push_back({"scatter_add along " + std::to_string(axis), scattered,
                     [axis](Vars x) { return square(scatter_add(x[0], axis, x[1], 5)); },
                     [axis](Tensors x) {
                       auto extents = x[0].sizes().vec();
                       extents[static_cast<std::size_t>(axis < 0 ? x[0].dim() - 1 : axis)] = 5;
                       return at::square(
                           at::zeros(extents, at::kDouble).scatter_add(axis, x[1], x[0]));
                     }});
  }
  return cases;
}

}  // namespace carousel::testing
