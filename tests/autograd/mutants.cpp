#include <algorithm>
#include <autograd/ops/table.hpp>
#include <autograd/support/error.hpp>
#include <cmath>
#include <optional>
#include <tests/autograd/mutants.hpp>

namespace carousel::testing {
namespace {

using detail::PullbackProgram;

/// A node of the program in another form; without an op: its value is that of its operand.
struct Step {
  const Op* op;
  std::vector<std::uint32_t> inputs;
  Attr attr;
};

Step step_of(const Tape& tape, std::uint32_t id) {
  const Node& node = tape.nodes()[id];
  return {node.op, {tape.inputs(node), tape.inputs(node) + node.input_count}, node.attr};
}

/// The program's values, with one node changed.
class Run {
 public:
  explicit Run(const PullbackProgram& program) : program_(program), tape_(program.tape) {
    for (const Node& node : tape_.nodes()) values_.push_back(node.value);
    memory_.resize(values_.size());
  }

  /// False where the changed node fits no more.
  bool all(std::uint32_t changed, const Step& step) {
    for (std::uint32_t id = program_.first; id < tape_.nodes().size(); ++id) {
      if (tape_.nodes()[id].op == nullptr) continue;
      if (!one(id, id == changed ? step : step_of(tape_, id))) return false;
    }
    return true;
  }

  Gradients gradients() const {
    Gradients dx;
    for (std::size_t i = 0; i < program_.dx.size(); ++i) {
      const Var& x = program_.x[i];
      dx.emplace_back(DType::float64, is_floating(x.dtype()) ? x.shape() : Shape{});
      if (!program_.dx[i]) continue;
      copy(values_[program_.dx[i].id()], dense(dx.back().raw(), dx.back().shape(), DType::float64));
    }
    return dx;
  }

 private:
  bool one(std::uint32_t id, const Step& step) {
    const View& original = tape_.nodes()[id].value;
    std::vector<View> x;
    for (const std::uint32_t i : step.inputs) x.push_back(values_[i]);
    memory_[id] = Tensor(original.dtype, original.shape);
    const View y = dense(memory_[id].raw(), original.shape, original.dtype);
    values_[id] = y;
    if (step.op == nullptr) {
      if (x[0].shape != y.shape || x[0].dtype != y.dtype) return false;
      copy(x[0], y);
      return true;
    }
    try {
      const Operands operands{x.data(), static_cast<int>(x.size()), step.op->name};
      if (step.op->shape(operands, step.attr) != y.shape) return false;
      if (step.op->view != nullptr) {
        copy(step.op->view(x[0], step.attr), y);
      } else {
        step.op->forward({operands, y, &step.attr});
      }
    } catch (const Error&) {
      return false;
    }
    return true;
  }

  const PullbackProgram& program_;
  const Tape& tape_;
  std::vector<View> values_;
  std::vector<Tensor> memory_;
};

bool elementwise(const Op& op) { return op.row_wise && op.arity >= 1 && op.arity <= 2; }

/// The ways to get one node wrong.
std::vector<std::pair<std::string, Step>> changes_of(const PullbackProgram& program,
                                                     std::uint32_t id) {
  using namespace detail;
  const Tape& tape = program.tape;
  const Step right = step_of(tape, id);
  const std::string place = std::to_string(id - program.first) + " " + right.op->name + ": ";
  std::vector<std::pair<std::string, Step>> changes;
  const auto change = [&](const std::string& name, const std::function<void(Step&)>& edit) {
    Step wrong = right;
    edit(wrong);
    changes.emplace_back(place + name, wrong);
  };
  if (elementwise(*right.op) && is_floating(tape.nodes()[right.inputs[0]].value.dtype)) {
    static const std::vector<const Op*> others[] = {
        {&negate_op, &square_op, &exp_op, &tanh_op, &sin_op, &cos_op, &abs_op},
        {&add_op, &subtract_op, &multiply_op, &divide_op}};
    for (const Op* op : others[right.op->arity - 1]) {
      if (op != right.op) change(op->name, [op](Step& s) { s.op = op; });
    }
  }
  for (std::size_t j = 0; j < right.inputs.size(); ++j) {
    change("operand " + std::to_string(j) + " alone", [j](Step& s) {
      s.op = nullptr;
      s.inputs = {s.inputs[j]};
    });
    for (std::size_t k = j + 1; k < right.inputs.size(); ++k) {
      change("operands swapped", [j, k](Step& s) { std::swap(s.inputs[j], s.inputs[k]); });
    }
    for (std::uint32_t other = 0; other < program.first; ++other) {
      if (other == right.inputs[j] ||
          tape.nodes()[other].value.dtype != tape.nodes()[right.inputs[j]].value.dtype) {
        continue;
      }
      change("operand " + std::to_string(j) + " is value " + std::to_string(other),
             [j, other](Step& s) { s.inputs[j] = other; });
    }
  }
  change("constant doubled", [](Step& s) { s.attr.scalar *= 2; });
  change("constant negated", [](Step& s) { s.attr.scalar = -s.attr.scalar; });
  change("constant and 1", [](Step& s) { s.attr.scalar += 1; });
  change("axis or flag 1", [](Step& s) { s.attr.axis ^= 1; });
  change("axis or flag 2", [](Step& s) { s.attr.axis ^= 2; });
  change("the other direction", [](Step& s) { s.attr.step = -s.attr.step; });
  change("one later", [](Step& s) { ++s.attr.begin, ++s.attr.end; });
  change("one earlier", [](Step& s) { --s.attr.begin, --s.attr.end; });
  return changes;
}

void scale(Tensor& gradient, double factor) {
  for (Index i = 0; i < gradient.size(); ++i) gradient.set(i, factor * gradient.at(i));
}

/// The transposed elements, read in the old shape where that is another one; of a vector, reversed.
void transpose(Tensor& gradient) {
  const Tensor before = gradient;
  const Index rows = gradient.shape().rows(), columns = gradient.shape().columns();
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) {
      const Index to = gradient.shape().rank() == 1 ? columns - 1 - c : c * rows + r;
      gradient.set(to, before.at(r * columns + c));
    }
  }
}

}  // namespace

Gradients gradients_of(const PullbackProgram& program) {
  Run run(program);
  run.all(0, {});
  return run.gradients();
}

std::vector<Mutant> mutants_of(const PullbackProgram& program) {
  std::vector<Mutant> mutants;
  for (std::uint32_t id = program.first; id < program.tape.nodes().size(); ++id) {
    if (program.tape.nodes()[id].op == nullptr) continue;
    for (const auto& [name, step] : changes_of(program, id)) {
      Run run(program);
      if (run.all(id, step)) mutants.push_back({name, run.gradients()});
    }
  }
  const Gradients right = gradients_of(program);
  const auto change = [&](const std::string& name, const std::function<void(Gradients&)>& edit) {
    mutants.push_back({name, right});
    edit(mutants.back().dx);
  };
  for (std::size_t i = 0; i < right.size(); ++i) {
    const std::string of = "gradient " + std::to_string(i) + ": ";
    if (!is_floating(program.x[i].dtype())) continue;
    change(of + "sign", [i](Gradients& dx) { scale(dx[i], -1); });
    change(of + "factor 2", [i](Gradients& dx) { scale(dx[i], 2); });
    change(of + "none", [i](Gradients& dx) { dx[i].fill(0); });
    change(of + "not a number", [i](Gradients& dx) { dx[i].fill(std::nan("")); });
    change(of + "transposed", [i](Gradients& dx) { transpose(dx[i]); });
    for (std::size_t j = i + 1; j < right.size(); ++j) {
      if (right[i].shape() != right[j].shape() || !is_floating(program.x[j].dtype())) continue;
      change(of + "swapped", [i, j](Gradients& dx) { std::swap(dx[i], dx[j]); });
    }
  }
  return mutants;
}

}  // namespace carousel::testing
