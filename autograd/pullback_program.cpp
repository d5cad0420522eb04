#include <autograd/pullback_program.hpp>

namespace carousel::detail {

PullbackProgram::PullbackProgram(const Tape& recorded, const Node& node, const NodeCheck& check,
                                 const Tensor& u) {
  const std::uint32_t* in = recorded.inputs(node);
  std::vector<bool> wanted;
  std::vector<const Var*> operands;
  for (int i = 0; i < check.count(); ++i) {
    wanted.push_back(check.floating(i));
    if (check.floating(i)) {
      x.push_back(tape.variable(check.value(i)));
      continue;
    }
    const View& view = recorded.nodes()[in[i]].value;
    Tensor values(view.dtype, view.shape);
    copy(view, values.view());
    x.push_back(tape.input(values));
  }
  for (const Var& operand : x) operands.push_back(&operand);
  y = record(*node.op, operands.data(), check.count(), node.attr);
  dy = tape.variable(u);
  dx.resize(x.size());
  first = static_cast<std::uint32_t>(tape.nodes().size());
  node.op->graph({x, y, dy, wanted, node.attr, dx});
}

}  // namespace carousel::detail
