#include <algorithm>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/table.hpp>
#include <cells/compiled/hoist.hpp>
#include <cells/compiled/join.hpp>
#include <cells/compiled/rewriting.hpp>
#include <optional>

namespace carousel::cells::compiled {

using namespace carousel::detail;

namespace {

/// Columns of another value.
struct Range {
  int of;
  Index begin, end;
};

class Join {
 public:
  explicit Join(const StepGraph& graph)
      : graph_(graph),
        depends_(hoisted(graph).depends),
        taken_(graph.values.size(), false),
        rewriting_(graph) {
    for (const int next : graph.next) taken_[index(next)] = true;  // results stay values
    for (const int computed : graph.computed) taken_[index(computed)] = true;
    taken_[index(graph.output)] = true;
  }

  /// Whether anything was joined.
  bool run() {
    bool any = false;
    for (int i = 0; i < static_cast<int>(graph_.values.size()); ++i) {
      if (taken_[index(i)]) continue;
      for (std::vector<int>& group : groups_with(i)) {
        if (group.size() < 2) continue;
        any = true;
        for (const int member : group) taken_[index(member)] = true;
        replace(std::move(group));
      }
    }
    return any;
  }
  StepGraph result() { return rewriting_.finish(); }

 private:
  static std::size_t index(int value) { return static_cast<std::size_t>(value); }
  const Value& at(int value) const { return graph_.values[index(value)]; }
  bool is_product(const Value& v) const {
    if (v.op != &linear_op && v.op != &times_op && v.op != &affine_op) return false;
    return depends_[index(v.inputs[0])] != Depends::nothing &&
           std::all_of(v.inputs.begin() + 1, v.inputs.end(),
                       [&](int input) { return depends_[index(input)] == Depends::nothing; });
  }
  static bool is_elementwise(const Value& v) {
    return v.op != nullptr && v.op->shape == elementwise_shape && v.shape.rank() == 2 &&
           is_floating(v.dtype);
  }
  bool is_bias(int value) const {
    return depends_[index(value)] == Depends::nothing && at(value).shape.rank() == 1;
  }
  std::optional<Range> range(int value) const {
    const Value& v = at(value);
    if (v.op != &slice_op || v.shape.rank() != 2 || v.attr.axis != 1) return std::nullopt;
    if (depends_[index(value)] == Depends::nothing) return std::nullopt;
    return Range{v.inputs[0], v.attr.begin, v.attr.end};
  }

  bool alike(int a, int b) const {
    const Value &v = at(a), &w = at(b);
    if (w.op != v.op || w.dtype != v.dtype || !same(v.attr, w.attr)) return false;
    if (is_product(v)) return is_product(w) && w.inputs[0] == v.inputs[0];
    if (!is_elementwise(v) || !is_elementwise(w)) return false;
    bool some = false;
    for (std::size_t i = 0; i < v.inputs.size(); ++i) {
      const auto one = range(v.inputs[i]), other = range(w.inputs[i]);
      some = some || one;
      if (one && other ? one->of == other->of : is_bias(v.inputs[i]) && is_bias(w.inputs[i])) {
        continue;
      }
      return false;
    }
    return some;
  }
  /// Whether b's columns follow a's in every operand.
  bool follows(int a, int b) const {
    if (is_product(at(a))) return true;
    for (std::size_t i = 0; i < at(a).inputs.size(); ++i) {
      const auto one = range(at(a).inputs[i]), other = range(at(b).inputs[i]);
      if (one && one->end != other->begin) return false;
    }
    return true;
  }
  Index first_column(int value) const {
    for (const int input : at(value).inputs) {
      if (const auto part = range(input)) return part->begin;
    }
    return 0;
  }

  std::vector<std::vector<int>> groups_with(int first) const {
    std::vector<int> all;
    for (int i = first; i < static_cast<int>(graph_.values.size()); ++i) {
      if (!taken_[index(i)] && alike(first, i)) all.push_back(i);
    }
    if (!is_product(at(first))) {
      std::stable_sort(all.begin(), all.end(),
                       [&](int a, int b) { return first_column(a) < first_column(b); });
    }
    std::vector<std::vector<int>> groups;
    for (const int i : all) {
      if (groups.empty() || !follows(groups.back().back(), i)) groups.emplace_back();
      groups.back().push_back(i);
    }
    return groups;
  }

  int operand(const std::vector<int>& group, std::size_t i) {
    const int first = at(group.front()).inputs[i], last = at(group.back()).inputs[i];
    if (const auto part = range(first)) {
      return rewriting_.columns(rewriting_.at(part->of), part->begin, range(last)->end);
    }
    if (i == 0 && is_product(at(group.front()))) return rewriting_.at(first);
    std::vector<int> parts;
    for (const int member : group) parts.push_back(rewriting_.at(at(member).inputs[i]));
    Attr axis;  // weights [out, in] and biases one below the other, others [in, out] side by side
    axis.axis = at(group.front()).op == &times_op ? 1 : 0;
    return rewriting_.make(concat_op, axis, parts);
  }

  void replace(std::vector<int> group) {
    auto joined = std::make_shared<int>(-1);
    Index begin = 0;
    for (const int member : group) {
      const Index end = begin + at(member).shape.columns();
      rewriting_.replace(member, [this, group, joined, begin, end] {
        if (*joined < 0) {
          std::vector<int> operands;
          const Value& first = at(group.front());
          for (std::size_t i = 0; i < first.inputs.size(); ++i) {
            operands.push_back(operand(group, i));
          }
          *joined = rewriting_.make(*first.op, first.attr, operands);
        }
        return rewriting_.columns(*joined, begin, end);
      });
      begin = end;
    }
  }

  const StepGraph& graph_;
  std::vector<Depends> depends_;
  std::vector<bool> taken_;
  Rewriting rewriting_;
};

}  // namespace

StepGraph with_joined_ops(StepGraph graph) {
  for (;;) {
    Join join(graph);
    if (!join.run()) return graph;
    graph = join.result();
  }
}

}  // namespace carousel::cells::compiled
