#include <algorithm>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/table.hpp>
#include <cells/compiled/in_place.hpp>
#include <cells/compiled/rewriting.hpp>

namespace carousel::cells::compiled {

using namespace carousel::detail;

namespace {

/// A value as a part of the one that owns its elements.
struct Part {
  int root;
  Index begin, end;  ///< columns
};

class Search {
 public:
  Search(const StepGraph& graph, const Hoisting& hoisting)
      : graph_(graph),
        hoisting_(hoisting),
        uses_(uses(graph)),
        readers_(graph.values.size()),
        reshaped_(graph.values.size(), false) {
    for (int i = 0; i < static_cast<int>(graph.values.size()); ++i) {
      const Value& v = at(i);
      const bool is_view = v.source == Source::op && v.op->view != nullptr;
      parts_.push_back(is_view ? part_of(parts_[index(v.inputs[0])], v)
                               : Part{i, 0, v.shape.columns()});
      if (is_reshape(v)) reshaped_[index(v.inputs[0])] = true;
      if (is_view) continue;
      for (const int input : v.inputs) readers_[index(parts_[index(input)].root)].push_back(i);
    }
    result_ = nothing_in_place(graph);
  }

  InPlace run() {
    for (int i = 0; i < static_cast<int>(graph_.values.size()); ++i) {
      const Value& v = at(i);
      const bool can = v.op != nullptr && v.op->shape == elementwise_shape &&
                       is_floating(v.dtype) && hoisting_.depends[index(i)] == Depends::state &&
                       !is_result(i) && !reshaped_[index(i)];
      if (!can) continue;
      if (v.op == &add_op && (add_up(i, 0) || add_up(i, 1))) continue;
      for (std::size_t k = 0; k < v.inputs.size(); ++k) {
        if (!overwrites(i, k)) continue;
        result_.over[index(i)] = v.inputs[k];
        break;
      }
    }
    return std::move(result_);
  }

 private:
  static std::size_t index(int value) { return static_cast<std::size_t>(value); }
  const Value& at(int value) const { return graph_.values[index(value)]; }
  bool is_result(int value) const {
    return value == graph_.output ||
           std::find(graph_.next.begin(), graph_.next.end(), value) != graph_.next.end();
  }
  static Part part_of(Part of, const Value& view) {
    const bool columns = view.op == &slice_op && view.attr.axis == 1 && view.shape.rank() == 2;
    if (columns) return {of.root, of.begin + view.attr.begin, of.begin + view.attr.end};
    return of;  // some of it
  }

  /// Whether value i may be written over its operand k.
  bool overwrites(int i, std::size_t k) const {
    const Value& v = at(i);
    const int x = v.inputs[k];
    const Part part = parts_[index(x)];
    const Value& root = at(part.root);
    if (root.source != Source::op || is_result(part.root)) return false;
    if (at(x).shape != v.shape || at(x).dtype != v.dtype) return false;
    if (root.shape.rank() != 2 || part.end - part.begin != v.shape.columns()) return false;
    if (hoisting_.depends[index(part.root)] == Depends::nothing) return false;
    if ((v.op->reads >> k & 1U) != 0 || (root.op->reads & reads_y) != 0) return false;
    for (const int reader : readers_[index(part.root)]) {
      // A hoisted value that another one is made of is read by that one's pullback.
      if (hoisting_.depends[index(reader)] != Depends::state) return false;
      for (std::size_t other = 0; other < at(reader).inputs.size(); ++other) {
        if (reader == i && other == k) continue;
        const Part also = parts_[index(at(reader).inputs[other])];
        if (also.root == part.root && also.begin < part.end && part.begin < also.end) return false;
      }
    }
    return true;
  }

  /// Sum i = operand k + a product: as one instruction.
  bool add_up(int i, std::size_t k) {
    const int product = at(i).inputs[1 - k];
    const Value& p = at(product);
    const bool can = p.op != nullptr && p.op->adds && p.op->view == nullptr &&
                     p.shape.rank() == 2 && hoisting_.depends[index(product)] == Depends::state &&
                     uses_[index(product)] == 1 && p.shape == at(i).shape;
    if (!can || !overwrites(i, k)) return false;
    result_.over[index(i)] = at(i).inputs[k];
    result_.into[index(product)] = i;
    return true;
  }

  const StepGraph& graph_;
  const Hoisting& hoisting_;
  std::vector<int> uses_;
  std::vector<Part> parts_;
  std::vector<std::vector<int>> readers_;  // by root: values that are no views
  std::vector<bool> reshaped_;             // needs its elements together
  InPlace result_;
};

}  // namespace

InPlace nothing_in_place(const StepGraph& graph) {
  InPlace result;
  result.over.assign(graph.values.size(), -1);
  result.into.assign(graph.values.size(), -1);
  return result;
}

InPlace in_place(const StepGraph& graph, const Hoisting& hoisting) {
  return Search(graph, hoisting).run();
}

}  // namespace carousel::cells::compiled
