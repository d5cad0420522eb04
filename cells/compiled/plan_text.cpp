#include <algorithm>
#include <autograd/ops/table.hpp>
#include <cells/compiled/plan_text.hpp>
#include <cells/compiled/recurrence.hpp>

namespace carousel::cells::compiled {

using namespace carousel::detail;
using Home = Buffer::Home;

namespace {

double flops(const Instruction& i) {
  const auto extent = [](Index n) { return static_cast<double>(n); };
  if (i.op == &outer_sum_op) {
    const Shape &a = i.x[0].shape, &b = i.x[1].shape;
    return 2 * extent(a.rows()) * extent(a.columns()) * extent(b.columns());
  }
  if (i.op != &linear_op && i.op != &affine_op && i.op != &times_op) return 0;
  const Place& y = i.dx.empty() ? i.y : i.dx[0].place;
  return 2 * extent(y.shape.size()) * extent(i.x[0].shape.columns());
}

class Text {
 public:
  Text(const CompiledStep& step, const AnyCell& cell, const Tape& tape)
      : step_(step), graph_(step.graph()), cell_(cell), tape_(tape) {}

  std::string run(Index batch, Index time) const {
    const Program& program = step_.program();
    const Index chunk = std::min(time, steps_of_chunk(batch));
    std::string text = "once a sequence, on the tape\n" + values(Depends::nothing);
    text += "each chunk of " + std::to_string(chunk) + " steps\n" + values(Depends::input);
    text += "each step\n" + values(Depends::state);
    const auto count = [](const std::vector<Instruction>& list) {
      return std::to_string(list.size()) + (list.size() == 1 ? " instruction" : " instructions");
    };
    text += "the way back: " + count(program.backward) + " a step, " + count(program.after) +
            " a chunk\n";
    return text;
  }

 private:
  const Value& at(int value) const { return graph_.values[static_cast<std::size_t>(value)]; }
  Depends depends(int value) const {
    return step_.hoisting().depends[static_cast<std::size_t>(value)];
  }

  std::string name(int value) const {
    const Value& v = at(value);
    switch (v.source) {
      case Source::x:
        return "x";
      case Source::counts:
        return "counts";
      case Source::drawn:
        return "what is drawn";
      case Source::constant:
        return "a constant";
      case Source::state:
        return state(v.index);
      case Source::captured: {
        const std::string text = tape_.describe(graph_.captured[static_cast<std::size_t>(v.index)]);
        const std::size_t quote = text.find('\'');  // "parameter 'W' [3, 4]"
        return quote == std::string::npos
                   ? "a value of the tape"
                   : text.substr(quote + 1, text.find('\'', quote + 1) - quote - 1);
      }
      case Source::op:
        break;
    }
    if (v.op->view != nullptr) {
      return name(v.inputs[0]) + "[" + std::to_string(v.attr.begin) + ".." +
             std::to_string(v.attr.end) + "]";
    }
    return "v" + std::to_string(value);
  }
  std::string state(int k) const {
    const auto& states = cell_.states();
    const auto at = static_cast<std::size_t>(k);
    return at < states.size() ? states[at].name : "output";
  }

  std::string call(int value) const {
    const Value& v = at(value);
    std::string text = std::string(v.op->name) + "(";
    for (std::size_t i = 0; i < v.inputs.size(); ++i) {
      text += (i == 0 ? "" : ", ") + name(v.inputs[i]);
    }
    return text + ")";
  }

  std::string notes(int value) const {
    std::string text;
    const InPlace& in_place = step_.in_place();
    const auto at = static_cast<std::size_t>(value);
    if (in_place.over[at] >= 0) text += ", in the place of " + name(in_place.over[at]);
    if (in_place.into[at] >= 0) text += ", added into " + name(in_place.into[at]);
    for (std::size_t k = 0; k < graph_.next.size(); ++k) {
      if (graph_.next[k] == value) text += ", is the next " + state(static_cast<int>(k));
    }
    if (graph_.output == value) text += ", is the output";
    return text;
  }

  std::string values(Depends on) const {
    std::string text;
    for (int i = 0; i < static_cast<int>(graph_.values.size()); ++i) {
      const Value& v = at(i);
      if (v.source != Source::op || v.op->view != nullptr || depends(i) != on) continue;
      text +=
          "  v" + std::to_string(i) + " = " + call(i) + "  " + to_string(v.shape) + notes(i) + "\n";
    }
    return text.empty() ? "  nothing\n" : text;
  }

  const CompiledStep& step_;
  const StepGraph& graph_;
  const AnyCell& cell_;
  const Tape& tape_;
};

}  // namespace

Costs costs_of(const CompiledStep& step, Index batch, Index time) {
  const Program& program = step.program();
  Costs costs;
  for (const auto* list : {&program.before, &program.forward, &program.backward, &program.after}) {
    for (const Instruction& i : *list) costs.products += flops(i);
  }
  costs.products *= static_cast<double>(time);
  const auto chunk = static_cast<std::size_t>(std::min(time, steps_of_chunk(batch)));
  for (const Buffer& buffer : program.buffers) {
    if (buffer.home == Home::kept || buffer.home == Home::outputs) {
      costs.kept_a_step += bytes_of(buffer);
    } else if (buffer.home == Home::chunk) {
      costs.chunk += chunk * bytes_of(buffer);
    } else if (buffer.home == Home::scratch || buffer.home == Home::turns) {
      costs.chunk += bytes_of(buffer) * (buffer.home == Home::turns ? 2 : 1);
    }
  }
  return costs;
}

std::string plan_text(const CompiledStep& step, const AnyCell& cell, const Tape& tape, Index batch,
                      Index time) {
  return Text(step, cell, tape).run(batch, time);
}

}  // namespace carousel::cells::compiled
