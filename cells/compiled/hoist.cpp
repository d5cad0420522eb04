#include <algorithm>
#include <autograd/ops/table.hpp>
#include <cells/compiled/hoist.hpp>
#include <cells/compiled/rewriting.hpp>
#include <set>

namespace carousel::cells::compiled {

using namespace carousel::detail;

namespace {

bool is_product(const Op* op) { return op == &linear_op || op == &affine_op || op == &times_op; }

}  // namespace

bool over_rows(const StepGraph& graph, const Value& value, const std::vector<bool>& per_row) {
  const Op* op = value.op;
  const int rank = value.shape.rank();
  if (op == nullptr || rank < 2) return false;
  const bool all = std::all_of(per_row.begin(), per_row.end(), [](bool is) { return is; });
  if (op == &slice_op || op == &pick_op || op == &concat_op) {
    return all && value.attr.axis == rank - 1;
  }
  if (op == &where_op || op == &keep_op || op == &copy_op) return all;
  if (!op->row_wise || !per_row[0]) {
    const bool bias_first =
        op->row_wise && per_row.size() > 1 && per_row[1] &&
        graph.values[static_cast<std::size_t>(value.inputs[0])].shape.rank() == 1;
    if (!bias_first) return false;
  }
  const bool product = is_product(op);
  for (std::size_t i = 0; i < per_row.size(); ++i) {
    const Shape& shape = graph.values[static_cast<std::size_t>(value.inputs[i])].shape;
    if (product ? per_row[i] != (i == 0) : !per_row[i] && shape.rank() != 1) return false;
  }
  return true;
}

namespace {

bool is_view_of_rows(const Value& value) {
  return value.op == &slice_op && value.shape.rank() >= 2 &&
         value.attr.axis == value.shape.rank() - 1;
}

/// Whether the op and its pullback can run on the rows of several steps at once, as they are.
bool over_steps(const StepGraph& graph, const Value& value, const std::vector<bool>& per_row) {
  const Op* op = value.op;
  const bool plain = is_product(op) || op == &keep_op || op == &where_op || op == &copy_op ||
                     (op->row_wise && op->terms == nullptr && value.attr.shape.rank() == 0);
  return plain && over_rows(graph, value, per_row);
}

}  // namespace

Hoisting hoisted(const StepGraph& graph) {
  Hoisting result;
  std::set<int> results(graph.next.begin(), graph.next.end());  // made in the loop
  results.insert(graph.computed.begin(), graph.computed.end());
  results.insert(graph.output);
  for (const Value& value : graph.values) {
    Depends on = Depends::nothing;
    if (value.source == Source::x || value.source == Source::counts ||
        value.source == Source::drawn) {
      on = Depends::input;
    }
    if (value.source == Source::state) on = Depends::state;
    std::vector<bool> per_row;
    for (const int i : value.inputs) {
      const Depends of = result.depends[static_cast<std::size_t>(i)];
      per_row.push_back(of != Depends::nothing);
      on = std::max(on, of);
    }
    const bool is_result =
        value.source == Source::op && results.count(static_cast<int>(result.depends.size())) > 0;
    if (value.source == Source::op && on == Depends::input &&
        !(over_steps(graph, value, per_row) || is_view_of_rows(value))) {
      on = Depends::state;
    }
    result.depends.push_back(is_result ? Depends::state : on);
  }
  return result;
}

Hoisting constants_hoisted(const StepGraph& graph) {
  Hoisting result = hoisted(graph);
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (result.depends[i] == Depends::input && graph.values[i].source == Source::op) {
      result.depends[i] = Depends::state;
    }
  }
  return result;
}

StepGraph with_states_in_loop(const StepGraph& graph) {
  const std::vector<Depends> depends = hoisted(graph).depends;
  Rewriting rewriting(graph);
  const auto at = [&](int value) -> const Value& {
    return graph.values[static_cast<std::size_t>(value)];
  };
  for (const int state : graph.computed) {
    int root = state;
    while (at(root).op != nullptr && at(root).op->view != nullptr) root = at(root).inputs[0];
    if (root == state || depends[static_cast<std::size_t>(root)] == Depends::state) continue;
    rewriting.replace(state, [&rewriting, state] {
      return rewriting.make(copy_op, {}, {rewriting.as_it_was(state)});
    });
  }
  return rewriting.finish();
}

StepGraph with_own_results(StepGraph graph) {
  std::vector<Depends> depends = hoisted(graph).depends;
  const std::size_t count = graph.values.size();
  const auto copied = [&](int of) {
    Value copy = graph.values[static_cast<std::size_t>(of)];
    copy.source = Source::op;
    copy.op = &copy_op;
    copy.attr = {};
    copy.inputs = {of};
    graph.values.push_back(copy);
    return static_cast<int>(graph.values.size()) - 1;
  };
  const auto is_own = [&](int of) {
    const auto at = static_cast<std::size_t>(of);
    return at < count && depends[at] == Depends::state && graph.values[at].source == Source::op &&
           graph.values[at].op->view == nullptr;
  };
  std::vector<int> used;
  const int output = graph.output;
  for (int& next : graph.next) {
    const int given = next;
    if (!is_own(next) || std::find(used.begin(), used.end(), next) != used.end()) {
      next = copied(next);
    }
    used.push_back(next);
    if (given == output && graph.output == output) graph.output = next;  // still one value
  }
  const bool is_state = std::find(used.begin(), used.end(), graph.output) != used.end();
  if (!is_state && !is_own(graph.output)) graph.output = copied(graph.output);
  return graph;
}

}  // namespace carousel::cells::compiled
