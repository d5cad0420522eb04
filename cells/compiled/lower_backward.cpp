#include <algorithm>
#include <autograd/ops/table.hpp>
#include <cells/compiled/program_terms.hpp>

namespace carousel::cells::compiled {

using namespace carousel::detail;
using Home = Buffer::Home;

bool Lowering::stacked(const Instruction& i) const {
  const auto follow = [&](const Place& place) {
    if (!place) return true;
    const Buffer& buffer = result_.program.buffers[static_cast<std::size_t>(place.buffer)];
    if (buffer.home == Home::constant || buffer.home == Home::d_constant) return true;
    if (place.shape.rank() < 2) return i.op == &where_op || i.op == &keep_op;  // a mask
    return place.shape.rows() * place.stride == buffer.elements;
  };
  return std::all_of(i.x.begin(), i.x.end(), follow) && follow(i.y) && follow(i.dy);
}

// A gradient of a parameter: once for the steps of a chunk where rows are independent, else step by
// step.
void Lowering::add_to_constant(Instruction instruction, bool over_time,
                               std::vector<Instruction>& list) {
  if (!over_time || !stacked(instruction)) {
    list.push_back(std::move(instruction));
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
    if (depends(input) == Depends::input) {
      const int mine = places_.gradient_buffer(value);
      const Home home = program().buffers[static_cast<std::size_t>(mine)].home;
      if (home != Home::scratch && home != Home::chunk) continue;
    }
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
  if (depends(value) == Depends::input) keep(back.dy);
  Instruction later = back;
  std::vector<bool> rows;
  for (const int input : v.inputs) rows.push_back(per_row(input));
  const bool by_rows = over_rows(graph_, v, rows) && stacked(back);
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
    if (!is_constant(input)) note(input, place, i, v.op->assigns && !twice, back_of(value));
    back.dx[i] = {place, true, false};
  }
  if (now) back_of(value).push_back(back);
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

// The gradient of a state is complete when the pass comes to what made it. With a mask it is that
// of what the step computed where a sequence counts, and of what was handed on where it does not.
void Lowering::probe(int value) {
  const bool masked = graph_.counts >= 0;
  for (std::size_t k = 0; k < graph_.computed.size(); ++k) {
    const int state = graph_.computed[k];
    if (places_.root(state) != value || !wanted(state)) continue;
    Instruction show;
    const Place to = places_.scratch(at(state).shape, at(state).dtype);
    Buffer& buffer = program().buffers[static_cast<std::size_t>(to.buffer)];
    buffer.home = Home::probe;
    buffer.index = static_cast<int>(k);
    show.dx.push_back({to, true, false});
    if (!masked) {
      show.kind = Instruction::Kind::add;
      show.x.push_back(places_.gradient(state));
    } else {
      show.op = &where_op;
      show.x = {places_.value(graph_.counts), places_.gradient(state),
                places_.gradient(graph_.next[k])};
      show.dx[0].fresh = true;
    }
    program().backward.push_back(show);
  }
}

// What depends on x alone comes after what the loop has added to its gradient.
void Lowering::pull_all(Depends on) {
  for (int i = static_cast<int>(graph_.values.size()); i-- > 0;) {
    if (depends(i) != on) continue;
    if (on == Depends::state) probe(i);
    if (is_computed(i) && wanted(i) && received(i) && at(i).op->differentiable) pull(i);
  }
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
  pull_all(Depends::state);
  pull_all(Depends::input);
  for (int i = 0; i < static_cast<int>(graph_.values.size()); ++i) {
    if (at(i).source == Source::x && received(i)) program().d_x = places_.gradient(i);
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

}  // namespace carousel::cells::compiled
