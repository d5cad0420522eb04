#include <algorithm>
#include <autograd/ops/table.hpp>
#include <autograd/ops/terms.hpp>
#include <cells/compiled/layout.hpp>
#include <set>

namespace carousel::cells::compiled {
namespace {

using namespace carousel::detail;
using Home = Buffer::Home;

/// Turns a step into instructions, then the way back, last value first.
class Lowering {
 public:
  Lowering(const StepGraph& graph, const Hoisting& hoisting)
      : graph_(graph), hoisting_(hoisting), places_(graph, hoisting, result_) {
    uses_.resize(graph.values.size());
    for (const Value& v : graph.values) {
      for (const int i : v.inputs) ++uses_[static_cast<std::size_t>(i)];
    }
    for (const int next : graph.next) ++uses_[static_cast<std::size_t>(next)];
    ++uses_[static_cast<std::size_t>(graph.output)];
  }

  Lowered run(bool backward) {
    forward();
    program().output = places_.value(graph_.output);
    for (const int next : graph_.next) program().states.push_back(places_.value(next));
    if (backward) this->backward();
    program().sequences = static_cast<int>(result_.sequences.size());
    program().constants = static_cast<int>(result_.constants.size());
    return std::move(result_);
  }

 private:
  friend class ProgramTerms;
  Program& program() { return result_.program; }
  const Value& at(int value) const { return graph_.values[static_cast<std::size_t>(value)]; }
  Depends depends(int value) const { return hoisting_.depends[static_cast<std::size_t>(value)]; }
  bool in_loop(const Value& v, int value) const {
    return depends(value) == Depends::state && v.source == Source::op && v.op->view == nullptr;
  }

  void forward() {
    for (int i = 0; i < static_cast<int>(graph_.values.size()); ++i) {
      const Value& v = at(i);
      if (!in_loop(v, i)) continue;
      Instruction step;
      step.op = v.op;
      step.attr = v.attr;
      for (const int input : v.inputs) step.x.push_back(places_.value(input));
      step.y = places_.value(i);
      program().forward.push_back(step);
    }
  }

  void backward();
  void pull(int value);
  void probe(int value);
  void keep(const Place& place) {
    Home& home = program().buffers[static_cast<std::size_t>(place.buffer)].home;
    if (home == Home::scratch || home == Home::turns) home = Home::kept;
  }
  bool wanted(int value) const { return at(value).requires_grad && is_floating(at(value).dtype); }
  bool is_constant(int value) const { return depends(places_.root(value)) == Depends::nothing; }
  /// A value of the step or of x: it has a row for each sequence.
  bool per_row(int value) const { return !is_constant(value); }
  Instruction::Target target(int value, bool assigns);
  void add_to_constant(Instruction instruction, bool over_time);
  void passes_on(int value);
  bool received(int value) const { return received_.count(owner(value)) > 0; }
  int owner(int value) const {
    const int root = places_.root(value);
    return places_.is_state(root) ? graph_.next[static_cast<std::size_t>(at(root).index)] : root;
  }

  /// The gradient of a value that this step is the first to add to. It may be assigned part by part
  /// when the parts cover it; else it is cleared before.
  struct Begun {
    std::size_t first;  // instruction
    Place whole;
    bool regular = true;
    struct Part {
      Index offset, columns;
      std::size_t instruction, target;
    };
    std::vector<Part> parts;
  };
  std::map<int, Begun> begun_;  // by root: a state as received is not the one handed on
  std::set<int> received_;      // owners that a gradient has come to
  void note(int value, const Place& place, std::size_t target, bool assigns);
  void finish_begun();

  const StepGraph& graph_;
  const Hoisting& hoisting_;
  Lowered result_;
  Places places_;
  std::vector<int> uses_;
};

/// The terms of a pullback as instructions.
class ProgramTerms final : public Terms {
 public:
  ProgramTerms(Lowering& lowering, int value)
      : Terms(lowering.at(value).attr, static_cast<int>(lowering.at(value).inputs.size())),
        lowering_(lowering),
        value_(value),
        inputs_(lowering.at(value).inputs) {}

  bool wanted(int i) const override {
    return lowering_.wanted(inputs_[static_cast<std::size_t>(i)]);
  }
  Shape shape(Terms::Value v) const override { return place(v).shape; }
  Terms::Value make(const Op& op, Values operands, const Attr& attr) override {
    Instruction step = instruction(op, operands, attr);
    std::vector<View> views;
    for (const Place& p : step.x) views.push_back({nullptr, p.shape, p.stride, p.dtype});
    step.y = lowering_.places_.scratch(
        op.shape({views.data(), static_cast<int>(views.size()), op.name}, attr),
        lowering_.at(value_).dtype);
    made_.push_back(step.y);
    lowering_.program().backward.push_back(step);
    return first_made + static_cast<int>(made_.size()) - 1;
  }
  void add(int i, const Op& op, Values operands, const Attr& attr) override {
    if (!wanted(i)) return;
    const int input = inputs_[static_cast<std::size_t>(i)];
    Instruction step = instruction(op, operands, attr);
    if (lowering_.is_constant(input)) {
      const auto from_step = [this](Terms::Value v) { return v < first_made && rows(v); };
      const bool sums = &op == &outer_sum_op || (&op == &sum_op && attr.shape.rank() == 1);
      step.dx.push_back({lowering_.places_.gradient(input), true, false});
      lowering_.add_to_constant(step,
                                sums && std::all_of(operands.begin(), operands.end(), from_step));
      return;
    }
    if (!op.adds) {  // by way of a scratch
      step.y = lowering_.places_.scratch(lowering_.at(input).shape, lowering_.at(input).dtype);
      lowering_.program().backward.push_back(step);
      Instruction sum;
      sum.kind = Instruction::Kind::add;
      sum.x.push_back(step.y);
      step = sum;
    }
    step.dx.push_back(lowering_.target(input, /*assigns=*/true));
    lowering_.program().backward.push_back(step);
  }

 private:
  bool rows(Terms::Value v) const {
    return v < 0 || lowering_.per_row(inputs_[static_cast<std::size_t>(v)]);
  }
  Place place(Terms::Value v) const {
    if (v == dy()) return lowering_.places_.gradient(value_);
    if (v >= first_made) return made_[static_cast<std::size_t>(v - first_made)];
    return lowering_.places_.value(v == y() ? value_ : inputs_[static_cast<std::size_t>(v)]);
  }
  Instruction instruction(const Op& op, Values operands, const Attr& attr) const {
    Instruction step;
    step.op = &op;
    step.attr = attr;
    for (const Terms::Value v : operands) {
      step.x.push_back(place(v));
      if (v != dy() && v < first_made) lowering_.keep(step.x.back());
    }
    return step;
  }

  Lowering& lowering_;
  int value_;
  const std::vector<int>& inputs_;
  std::vector<Place> made_;
};

Instruction::Target Lowering::target(int value, bool assigns) {
  const Place place = places_.gradient(value);
  note(value, place, 0, assigns);
  return {place, true, false};
}

// Called before the instruction is put at the end of the program.
void Lowering::note(int value, const Place& place, std::size_t target, bool assigns) {
  const int root = places_.root(value);
  const Home home = program().buffers[static_cast<std::size_t>(place.buffer)].home;
  const bool from_before = !places_.is_state(root) && received_.count(-1 - root) > 0;
  received_.insert(owner(value));
  // What is given from outside, or comes from the next step, is there already.
  if (from_before || home == Home::d_outputs) return;
  const std::size_t here = program().backward.size();
  const auto [entry, is_new] = begun_.try_emplace(root);
  Begun& begun = entry->second;
  if (is_new) {
    begun.first = here;
    begun.whole = places_.gradient(root);
  }
  const bool like_whole = place.stride == begun.whole.stride && place.shape.rank() >= 1 &&
                          place.shape.rows() == begun.whole.shape.rows();
  bool apart = true;
  for (const auto& part : begun.parts) {
    const bool same = part.offset == place.offset && part.columns == place.shape.columns();
    if (same && like_whole && part.instruction != here) return;  // adds to it
    apart = apart && (part.offset + part.columns <= place.offset ||
                      place.offset + place.shape.columns() <= part.offset);
  }
  begun.regular = begun.regular && like_whole && apart && assigns;
  begun.parts.push_back({place.offset, place.shape.columns(), here, target});
}

void Lowering::finish_begun() {
  std::vector<std::pair<std::size_t, Place>> clears;
  for (auto& [root, begun] : begun_) {
    Index covered = 0;
    for (const auto& part : begun.parts) covered += part.columns;
    if (begun.regular && covered == begun.whole.shape.columns()) {
      for (const auto& part : begun.parts) {
        program().backward[part.instruction].dx[part.target].fresh = true;
      }
    } else {
      clears.emplace_back(begun.first, begun.whole);
    }
  }
  std::sort(clears.begin(), clears.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [before, place] : clears) {
    Instruction clear;
    clear.kind = Instruction::Kind::clear;
    clear.y = place;
    program().backward.insert(program().backward.begin() + static_cast<std::ptrdiff_t>(before),
                              clear);
  }
}

// A gradient of a parameter: once for all steps where rows are independent, else step by step.
void Lowering::add_to_constant(Instruction instruction, bool over_time) {
  if (!over_time) {
    program().backward.push_back(std::move(instruction));
    return;
  }
  for (const Place& x : instruction.x) keep(x);
  if (instruction.y) keep(instruction.y);
  if (instruction.dy) keep(instruction.dy);
  program().after.push_back(std::move(instruction));
}

// y = a + b: the gradient of an operand that goes nowhere else is that of y.
void Lowering::passes_on(int value) {
  for (const int input : at(value).inputs) {
    const Value& v = at(input);
    const bool only_here = uses_[static_cast<std::size_t>(input)] == 1;
    if (!wanted(input) || !only_here || v.shape != at(value).shape || v.source != Source::op ||
        v.op->view != nullptr || is_constant(input) || received(input)) {
      continue;
    }
    const int mine = places_.gradient_buffer(value);
    if (depends(input) == Depends::input) {
      Buffer& buffer = program().buffers[static_cast<std::size_t>(mine)];
      if (buffer.home != Home::scratch && buffer.home != Home::kept) continue;
      const Place place = places_.value(input);
      Buffer& again = program().buffers[static_cast<std::size_t>(mine)];
      again.home = Home::d_sequence;
      again.index = program().buffers[static_cast<std::size_t>(place.buffer)].index;
    }
    places_.value(input);
    places_.share_gradient(input, value);
    received_.insert(input);
    received_.insert(-1 - input);
  }
}

void Lowering::pull(int value) {
  const Value& v = at(value);
  if (v.op == &add_op) passes_on(value);
  if (v.op->terms != nullptr) {
    ProgramTerms terms(*this, value);
    v.op->terms(terms);
    return;
  }
  Instruction back;
  back.kind = Instruction::Kind::pullback;
  back.op = v.op;
  back.attr = v.attr;
  for (const int input : v.inputs) back.x.push_back(places_.value(input));
  back.y = places_.value(value);
  back.dy = places_.gradient(value);
  const unsigned reads = v.op->reads;
  for (std::size_t i = 0; i < back.x.size(); ++i) {
    if (v.op->arity < 0 || (reads >> i & 1U) != 0) keep(back.x[i]);
  }
  if ((reads & reads_y) != 0) keep(back.y);
  Instruction later = back;
  std::vector<bool> rows;
  for (const int input : v.inputs) rows.push_back(per_row(input));
  const bool by_rows = over_rows(graph_, v, rows);
  bool now = false, some_later = false;
  back.dx.resize(v.inputs.size());
  later.dx.resize(v.inputs.size());
  for (std::size_t i = 0; i < v.inputs.size(); ++i) {
    const int input = v.inputs[i];
    const bool shared = v.op == &add_op && received_.count(-1 - input) > 0 &&
                        !places_.is_state(input) &&
                        places_.gradient_buffer(input) == back.dy.buffer;
    if (!wanted(input) || shared) continue;
    const Place place = places_.gradient(input);
    if (is_constant(input) && by_rows) {
      later.dx[i] = {place, true, false};
      some_later = true;
      continue;
    }
    now = true;
    bool twice = false;
    for (std::size_t j = 0; j < v.inputs.size(); ++j) {
      twice = twice || (j != i && places_.root(v.inputs[j]) == places_.root(input));
    }
    if (!is_constant(input)) note(input, place, i, v.op->assigns && !twice);
    back.dx[i] = {place, true, false};
  }
  if (now) program().backward.push_back(back);
  if (some_later) {
    Instruction all = later;
    for (std::size_t i = 0; i < all.x.size(); ++i) {
      const bool read = v.op->arity < 0 || (reads >> i & 1U) != 0;
      if (read && rows[i]) keep(all.x[i]);
    }
    keep(all.dy);
    program().after.push_back(std::move(all));
  }
}

// The gradient of a state is complete when the pass comes to what made it.
void Lowering::probe(int value) {
  const auto next = std::find(graph_.next.begin(), graph_.next.end(), value);
  if (next == graph_.next.end()) return;
  Instruction show;
  show.kind = Instruction::Kind::add;
  show.x.push_back(places_.gradient(value));
  const Place to = places_.scratch(at(value).shape, at(value).dtype);
  Buffer& buffer = program().buffers[static_cast<std::size_t>(to.buffer)];
  buffer.home = Home::probe;
  buffer.index = static_cast<int>(next - graph_.next.begin());
  show.dx.push_back({to, true, false});
  program().backward.push_back(show);
}

void Lowering::backward() {
  for (const int next : graph_.next) {
    places_.gradient(next);
    received_.insert(next);
    received_.insert(-1 - next);
  }
  places_.gradient(graph_.output);
  received_.insert(graph_.output);
  received_.insert(-1 - graph_.output);
  for (int i = static_cast<int>(graph_.values.size()); i-- > 0;) {
    const Value& v = at(i);
    probe(i);
    if (!in_loop(v, i) || !wanted(i) || !received(i) || !v.op->differentiable) continue;
    pull(i);
  }
  finish_begun();
  // A state that a step does not use gets no gradient through it.
  for (int i = 0; i < static_cast<int>(graph_.values.size()); ++i) {
    if (at(i).source != Source::state || begun_.count(i) > 0) continue;
    Instruction clear;
    clear.kind = Instruction::Kind::clear;
    clear.y = places_.gradient(i);
    if (program().buffers[static_cast<std::size_t>(clear.y.buffer)].home != Home::d_outputs) {
      program().backward.push_back(clear);
    }
  }
  for (const int next : graph_.next) program().d_states.push_back(places_.gradient(next));
}

}  // namespace

Lowered lowered(const StepGraph& graph, const Hoisting& hoisting, bool backward) {
  return Lowering(graph, hoisting).run(backward);
}

}  // namespace carousel::cells::compiled
