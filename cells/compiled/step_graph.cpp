#include <algorithm>
#include <autograd/ops.hpp>
#include <autograd/ops/table.hpp>
#include <cells/compiled/step_graph.hpp>

namespace carousel::cells::compiled {

bool same(const Attr& a, const Attr& b) {
  const bool numbers = a.scalar == b.scalar || (a.scalar != a.scalar && b.scalar != b.scalar);
  return numbers && a.axis == b.axis && a.begin == b.begin && a.end == b.end && a.step == b.step &&
         a.shape == b.shape;
}

namespace {

bool same(const Value& a, const Value& b) {
  return a.source == b.source && a.index == b.index && a.op == b.op &&
         compiled::same(a.attr, b.attr) && a.inputs == b.inputs && a.shape == b.shape &&
         a.dtype == b.dtype && a.requires_grad == b.requires_grad;
}

/// The leaves of a recording that are given: x, the states.
struct Given {
  std::uint32_t x = 0;
  std::optional<std::uint32_t> counts;
  std::vector<std::uint32_t> states;
};

Value value_of(const Tape& tape, std::uint32_t id, const Given& given, StepGraph& graph) {
  const Node& node = tape.nodes()[id];
  Value value;
  value.shape = node.value.shape;
  value.dtype = node.value.dtype;
  value.requires_grad = node.requires_grad;
  const auto state = std::find(given.states.begin(), given.states.end(), id);
  if (node.op != nullptr) {
    value.op = node.op;
    value.attr = node.attr;
    const std::uint32_t* in = tape.inputs(node);
    for (std::uint32_t i = 0; i < node.input_count; ++i) {
      value.inputs.push_back(static_cast<int>(in[i]));
    }
  } else if (id == given.x) {
    value.source = Source::x;
  } else if (given.counts == id) {
    value.source = Source::counts;
  } else if (state != given.states.end()) {
    value.source = Source::state;
    value.index = static_cast<int>(state - given.states.begin());
  } else if (node.captured >= 0) {
    value.source = Source::captured;
    value.index = static_cast<int>(graph.captured.size());
    graph.captured.push_back(static_cast<std::uint32_t>(node.captured));
  } else {
    value.source = Source::constant;
    value.index = static_cast<int>(graph.constants.size());
    Tensor numbers(node.value.dtype, node.value.shape);
    copy(node.value, numbers.view());
    graph.constants.push_back(std::move(numbers));
  }
  return value;
}

}  // namespace

bool same_but_for_constants(const StepGraph& a, const StepGraph& b) {
  return a.output == b.output && a.next == b.next && a.computed == b.computed &&
         std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
                    [](const Value& v, const Value& w) { return same(v, w); });
}

bool same(const StepGraph& a, const StepGraph& b) {
  return same_but_for_constants(a, b) &&
         std::equal(a.constants.begin(), a.constants.end(), b.constants.begin(), b.constants.end(),
                    identical);
}

bool stops_gradients(const StepGraph& graph) {
  return std::any_of(graph.values.begin(), graph.values.end(), [&](const Value& v) {
    if (v.op == nullptr || v.requires_grad || !v.op->differentiable || !is_floating(v.dtype)) {
      return false;
    }
    return std::any_of(v.inputs.begin(), v.inputs.end(), [&](int input) {
      return graph.values[static_cast<std::size_t>(input)].requires_grad;
    });
  });
}

namespace {

/// A state that no op has made becomes a value of its own: one handed on as it was received, x.
const Var& own(Var& state, Nested& nested) {
  state = nested.here(state);
  if (nested.tape().nodes()[state.id()].op == nullptr) {
    state = record(carousel::detail::copy_op, {&state});
  }
  return state;
}

}  // namespace

StepGraph traced(const detail::Sequence& sequence, Index t, Nested& nested) {
  nested.reset();
  const Nested::Recording recording(nested, /*symbolic=*/true);
  const AnyCell& cell = *sequence.cell;
  Context context = sequence.context;
  context.t = sequence.first_step + t;
  nested.tape().set_step(context.t);
  Given given;
  const Var x = nested.symbol({sequence.batch, cell.sizes().input_size}, cell.dtype(),
                              sequence.xs.requires_grad());
  given.x = x.id();
  std::vector<Var> state;
  for (const auto& spec : cell.states()) {
    state.push_back(nested.symbol({sequence.batch, spec.size}, cell.dtype(), true));
    given.states.push_back(state.back().id());
  }
  StepGraph graph;
  const auto id_of = [&nested](const Var& v) { return static_cast<int>(nested.here(v).id()); };
  Var output;
  if (sequence.mask) {
    const Var counts = nested.symbol({sequence.batch}, DType::boolean, false);
    given.counts = counts.id();
    graph.counts = static_cast<int>(counts.id());
    const Var last = nested.symbol({sequence.batch, cell.output_size()}, cell.dtype(), true);
    given.states.push_back(last.id());
    const std::vector<Var> before = state;
    Attr where_true;
    where_true.axis = 1;
    const Var seen = record(carousel::detail::keep_op, {&counts, &x}, where_true);
    output = cell.step(seen, state, sequence.prepared.get(), context);
    for (std::size_t k = 0; k < state.size(); ++k) {
      graph.computed.push_back(id_of(own(state[k], nested)));
      graph.next.push_back(id_of(where(counts, state[k], before[k])));
    }
    output = where(counts, output, last);
    graph.next.push_back(id_of(output));
  } else {
    output = cell.step(x, state, sequence.prepared.get(), context);
    for (Var& s : state) graph.computed.push_back(id_of(own(s, nested)));
    graph.next = graph.computed;
  }
  graph.output = id_of(output);
  const Tape& tape = nested.tape();
  graph.values.reserve(tape.nodes().size());
  for (std::uint32_t id = 0; id < tape.nodes().size(); ++id) {
    graph.values.push_back(value_of(tape, id, given, graph));
  }
  return graph;
}

}  // namespace carousel::cells::compiled
