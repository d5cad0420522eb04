#include <algorithm>
#include <autograd/failures/neighbours.hpp>
#include <autograd/tape.hpp>
#include <limits>
#include <set>

namespace carousel::detail {
namespace {

constexpr std::uint32_t unreached = std::numeric_limits<std::uint32_t>::max();

/// Named nodes at the smallest distance so far.
class Nearest {
 public:
  void add(std::uint32_t id, std::uint32_t distance) {
    if (distance > distance_) return;
    if (distance < distance_) ids_.clear();
    distance_ = distance;
    ids_.insert(id);
  }
  /// "'input' and 'forget' at time step 3, parameter 'W'"
  std::string text(const Tape& tape) const {
    std::vector<std::string> params, names;
    std::int32_t step = -1;
    for (const std::uint32_t id : ids_) {
      const Node& node = tape.nodes()[id];
      if (node.param >= 0) {
        params.push_back(tape.params()[static_cast<std::size_t>(node.param)].name());
        continue;
      }
      step = node.step;
      for (const auto& entry : tape.observations().entries()) {
        if (entry.node == id) names.push_back(tape.observations().name(entry));
      }
    }
    std::string text = quoted(names);
    if (!names.empty() && step >= 0) text += " at time step " + std::to_string(step);
    if (params.empty()) return text;
    return text + (text.empty() ? "" : ", ") + (params.size() == 1 ? "parameter " : "parameters ") +
           quoted(params);
  }

 private:
  std::set<std::uint32_t> ids_;
  std::uint32_t distance_ = unreached;
};

std::set<std::uint32_t> observed_nodes(const Tape& tape) {
  std::set<std::uint32_t> nodes;
  for (const auto& entry : tape.observations().entries()) nodes.insert(entry.node);
  return nodes;
}

/// The nearest observed values that `id` goes into; of its own time step only if `here`.
std::string goes_into(const Tape& tape, std::uint32_t id, bool bad, bool here) {
  const auto& nodes = tape.nodes();
  const auto observed = observed_nodes(tape);
  std::vector<std::uint32_t> distance(nodes.size() - id, unreached);
  distance[0] = 0;
  Nearest nearest;
  for (auto next = static_cast<std::size_t>(id) + 1; next < nodes.size(); ++next) {
    const Node& node = nodes[next];
    if (here && node.step != nodes[id].step) continue;
    std::uint32_t shortest = unreached;
    const std::uint32_t* in = tape.inputs(node);
    for (std::uint32_t i = 0; i < node.input_count; ++i) {
      if (in[i] >= id) shortest = std::min(shortest, distance[in[i] - id]);
    }
    if (shortest == unreached) continue;
    const bool ends = bad && is_finite(node.value);
    if (ends && node.root != next) continue;  // a part of it that is well
    if (observed.count(static_cast<std::uint32_t>(next)) > 0) {
      nearest.add(static_cast<std::uint32_t>(next), shortest + 1);
    }
    if (!ends) distance[next - id] = shortest + 1;
  }
  return nearest.text(tape);
}

std::string is_made_of(const Tape& tape, std::uint32_t id) {
  const auto& nodes = tape.nodes();
  const auto observed = observed_nodes(tape);
  std::vector<std::uint32_t> distance(static_cast<std::size_t>(id) + 1, unreached);
  distance[id] = 0;
  Nearest nearest;
  for (std::uint32_t at = id + 1; at-- > 0;) {
    if (distance[at] == unreached) continue;
    const Node& node = nodes[at];
    if (at != id && (node.param >= 0 || observed.count(at) > 0)) nearest.add(at, distance[at]);
    const std::uint32_t* in = tape.inputs(node);
    for (std::uint32_t i = 0; i < node.input_count; ++i) {
      distance[in[i]] = std::min(distance[in[i]], distance[at] + 1);
    }
  }
  return nearest.text(tape);
}

/// What stands in the time step before where `id` stands in its own; `id` itself where there is no
/// such thing.
std::uint32_t twin_of(const Tape& tape, std::uint32_t id) {
  const auto& nodes = tape.nodes();
  const std::int32_t step = nodes[id].step;
  if (step < 1) return id;
  const auto is_op_of = [&nodes](std::uint32_t at, std::int32_t t) {
    return nodes[at].op != nullptr && nodes[at].step == t;
  };
  std::uint32_t place = 0, others = 0;
  for (std::uint32_t at = 0; at < id; ++at) place += is_op_of(at, step) ? 1 : 0;
  for (std::uint32_t at = 0; at < id; ++at) {
    if (!is_op_of(at, step - 1) || others++ < place) continue;
    return nodes[at].op == nodes[id].op ? at : id;
  }
  return id;
}

}  // namespace

std::string belongs_to(const Tape& tape, std::uint32_t id, bool bad) {
  const Node& node = tape.nodes()[id];
  std::vector<std::string> parts;
  const auto part = [&parts](const std::string& what, const std::string& how) {
    if (!what.empty()) parts.push_back(what + " (" + how + ")");
  };
  part(tape.observations().of(id), "itself");
  if (node.param >= 0) {
    part("parameter '" + tape.params()[static_cast<std::size_t>(node.param)].name() + "'",
         "itself");
  }
  std::string into = goes_into(tape, id, bad, /*here=*/true);
  if (into.empty()) into = goes_into(tape, id, bad, /*here=*/false);
  part(into, "which it goes into");
  const std::uint32_t twin = twin_of(tape, id);
  if (into.empty() && twin != id) {  // what comes after it is not recorded yet
    const std::string name = tape.observations().of(twin);
    if (!name.empty()) {
      part(name + " at time step " + std::to_string(tape.nodes()[twin].step), "the same op there");
    } else {
      part(goes_into(tape, twin, false, true), "which the same op there goes into");
    }
  }
  part(is_made_of(tape, id), "which it is made of");
  return join(parts, "; ");
}

std::vector<std::uint32_t> bad_ancestors(const Tape& tape, std::uint32_t id, Infinity infinity) {
  std::vector<bool> reached(static_cast<std::size_t>(id) + 1, false);
  std::vector<std::uint32_t> bad;
  reached[id] = true;
  for (std::uint32_t at = id + 1; at-- > 0;) {
    if (!reached[at] || is_finite(tape.nodes()[at].value, infinity)) continue;
    bad.push_back(at);
    const std::uint32_t* in = tape.inputs(tape.nodes()[at]);
    for (std::uint32_t i = 0; i < tape.nodes()[at].input_count; ++i) reached[in[i]] = true;
  }
  std::reverse(bad.begin(), bad.end());
  return bad;
}

std::vector<std::uint32_t> users_of(const Tape& tape, std::uint32_t id, std::uint32_t loss) {
  const auto& nodes = tape.nodes();
  std::vector<bool> leads_to_loss(static_cast<std::size_t>(loss) + 1, false);
  leads_to_loss[loss] = true;
  std::vector<std::uint32_t> users;
  for (std::uint32_t at = loss; at > id; --at) {
    const Node& node = nodes[at];
    if (!leads_to_loss[at] || !node.requires_grad) continue;
    const std::uint32_t* in = tape.inputs(node);
    for (std::uint32_t i = 0; i < node.input_count; ++i) leads_to_loss[in[i]] = true;
    if (std::find(in, in + node.input_count, id) != in + node.input_count) users.push_back(at);
  }
  return users;
}

std::string gates_of(const Tape& tape, std::uint32_t id, const View& numbers) {
  const Node& node = tape.nodes()[id];
  const auto affected = [&numbers](const Param& param, bool by_rows) -> std::string {
    const auto count = static_cast<Index>(param.gates().size());
    const Index extent = by_rows ? numbers.shape[0] : numbers.columns();
    if (count < 2 || param.shape()[0] != extent || extent % count != 0) return "";
    std::vector<std::string> bad;
    for (Index g = 0; g < count; ++g) {
      View block = numbers;
      const Index first = g * (extent / count);
      const bool rows = by_rows && numbers.shape.rank() > 1;
      block.shape = numbers.shape.with(rows ? 0 : numbers.shape.rank() - 1, extent / count);
      block.data = static_cast<std::byte*>(numbers.data) +
                   first * (rows ? numbers.stride : 1) * static_cast<Index>(size_of(numbers.dtype));
      if (!is_finite(block)) bad.push_back(param.gates()[static_cast<std::size_t>(g)]);
    }
    if (bad.empty() || static_cast<Index>(bad.size()) == count) return "";
    return (bad.size() == 1 ? "gate " : "gates ") + quoted(bad) + " of parameter '" + param.name() +
           "'";
  };
  if (node.param >= 0) return affected(tape.params()[static_cast<std::size_t>(node.param)], true);
  const std::uint32_t* in = tape.inputs(node);
  for (std::uint32_t i = 0; i < node.input_count; ++i) {
    const std::int32_t param = tape.nodes()[in[i]].param;
    if (param < 0 || numbers.shape.rank() == 0) continue;
    const std::string found = affected(tape.params()[static_cast<std::size_t>(param)], false);
    if (!found.empty()) return found;
  }
  return "";
}

}  // namespace carousel::detail
