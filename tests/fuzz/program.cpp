#include <sstream>
#include <tests/fuzz/program.hpp>

namespace carousel::fuzz {
namespace {

template <class T> std::string joined(const std::vector<T>& numbers) {
  std::ostringstream text;
  for (std::size_t i = 0; i < numbers.size(); ++i) text << (i > 0 ? ", " : "") << numbers[i];
  return text.str();
}

std::string text_of(const Leaf& leaf) {
  std::string text = leaf.role == Role::variable    ? "variable"
                     : leaf.role == Role::parameter ? "parameter"
                     : leaf.kind == Kind::integer   ? "integers"
                     : leaf.kind == Kind::mask      ? "mask"
                                                    : "constant";
  constexpr std::size_t most = 12;
  std::vector<double> first = leaf.x;
  if (first.size() > most) first.resize(most);
  return text + "{" + joined(first) + (leaf.x.size() > most ? ", ...}" : "}");
}

/// Arguments that are not what they are by default.
std::string text_of(const Call& call) {
  std::ostringstream text;
  text << call.op << "(";
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    text << (i > 0 ? ", %" : "%") << call.inputs[i];
  }
  if (!call.shape.empty()) text << ", shape=" << carousel::fuzz::text(call.shape);
  if (!call.axes.empty()) text << ", axes={" << joined(call.axes) << "}";
  if (call.keep) text << ", keep";
  if (call.axis != 0) text << ", axis=" << call.axis;
  if (call.begin != 0 || call.end != 0) text << ", " << call.begin << ".." << call.end;
  if (call.step != 1) text << " step " << call.step;
  if (call.a != 0 || call.b != 0) text << ", a=" << call.a;
  if (call.b != 0) text << ", b=" << call.b;
  if (call.reduction != End::none) text << (call.reduction == End::mean ? ", mean" : ", sum");
  text << ")" << (call.no_grad ? " without gradient" : "");
  return text.str();
}

}  // namespace

std::vector<int> Program::uses() const {
  std::vector<int> count(nodes.size(), 0);
  for (const Node& node : nodes) {
    if (node.leaf) continue;
    for (const int input : node.call.inputs) ++count[static_cast<std::size_t>(input)];
  }
  return count;
}

std::string listing(const Program& program, const std::vector<Extents>& shapes) {
  std::string result;
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    const Node& node = program.nodes[i];
    result += "  %" + std::to_string(i) + " = ";
    result += node.leaf ? text_of(*node.leaf) : text_of(node.call);
    if (i < shapes.size()) result += "  -> " + text(shapes[i]);
    result += "\n";
  }
  return result;
}

}  // namespace carousel::fuzz
