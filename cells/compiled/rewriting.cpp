#include <algorithm>
#include <autograd/ops/table.hpp>
#include <cells/compiled/rewriting.hpp>

namespace carousel::cells::compiled {

int Rewriting::at(int old) {
  const auto index = static_cast<std::size_t>(old);
  if (now_[index] >= 0) return now_[index];
  if (replacement_[index]) {
    const std::function<int()> made = std::move(replacement_[index]);
    replacement_[index] = nullptr;
    now_[index] = made();
    return now_[index];
  }
  now_[index] = as_it_was(old);
  return now_[index];
}

int Rewriting::as_it_was(int old) {
  Value copy = from_.values[static_cast<std::size_t>(old)];
  for (int& input : copy.inputs) input = at(input);
  result_.values.push_back(std::move(copy));
  return static_cast<int>(result_.values.size()) - 1;
}

int Rewriting::make(const Op& op, const Attr& attr, std::vector<int> inputs) {
  Value made;
  made.op = &op;
  made.attr = attr;
  std::vector<View> views;
  for (const int input : inputs) {
    const Value& v = value(input);
    views.push_back(dense(nullptr, v.shape, v.dtype));
    made.requires_grad = made.requires_grad || v.requires_grad;
  }
  made.shape = op.shape({views.data(), static_cast<int>(views.size()), op.name}, attr);
  made.dtype = views[0].dtype;
  made.inputs = std::move(inputs);
  result_.values.push_back(std::move(made));
  return static_cast<int>(result_.values.size()) - 1;
}

int Rewriting::columns(int of, Index begin, Index end) {
  const Shape shape = value(of).shape;
  if (begin == 0 && end == shape.columns()) return of;
  Attr range;
  range.axis = shape.rank() - 1;
  range.begin = begin;
  range.end = end;
  return make(carousel::detail::slice_op, range, {of});
}

StepGraph Rewriting::finish() {
  for (std::size_t i = 0; i < from_.values.size(); ++i) {
    if (from_.values[i].source == Source::x || from_.values[i].source == Source::state) {
      at(static_cast<int>(i));  // also where nothing reads it
    }
  }
  result_.output = at(from_.output);
  for (const int next : from_.next) result_.next.push_back(at(next));
  for (const int computed : from_.computed) result_.computed.push_back(at(computed));
  if (from_.counts >= 0) result_.counts = at(from_.counts);
  result_.captured = from_.captured;
  result_.constants = from_.constants;
  return std::move(result_);
}

StepGraph with_dense_reshapes(const StepGraph& graph) {
  Rewriting rewriting(graph);
  for (int i = 0; i < static_cast<int>(graph.values.size()); ++i) {
    const Value& v = graph.values[static_cast<std::size_t>(i)];
    if (!is_reshape(v)) continue;
    const Value& of = graph.values[static_cast<std::size_t>(v.inputs[0])];
    if (of.op == nullptr || of.op->view == nullptr) continue;
    rewriting.replace(i, [&rewriting, &v] {
      const int copy = rewriting.make(carousel::detail::copy_op, {}, {rewriting.at(v.inputs[0])});
      return rewriting.make(*v.op, v.attr, {copy});
    });
  }
  return rewriting.finish();
}

std::vector<int> uses(const StepGraph& graph) {
  std::vector<int> count(graph.values.size());
  for (const Value& v : graph.values) {
    for (const int input : v.inputs) ++count[static_cast<std::size_t>(input)];
  }
  for (const int next : graph.next) ++count[static_cast<std::size_t>(next)];
  ++count[static_cast<std::size_t>(graph.output)];
  return count;
}

}  // namespace carousel::cells::compiled
