#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/unroll.hpp>

namespace carousel::cells {
namespace {

/// Row b of a [..., size] value's rows, where it stands.
View row_of(const View& whole, Index b) {
  View row = whole;
  row.shape = {whole.columns()};
  row.data = static_cast<std::byte*>(whole.data) +
             b * whole.stride * static_cast<Index>(size_of(whole.dtype));
  return row;
}

}  // namespace

Var Unrolled::sequence() const { return packed_outputs ? packed_outputs : stack(outputs); }

Var Unrolled::output(Index t) const {
  if (t < 0 || t >= time) {
    throw Error(ErrorKind::argument, "Unrolled::output", "a step in 0.." + std::to_string(time - 1),
                std::to_string(t));
  }
  return packed_outputs ? at(packed_outputs, 0, t) : outputs[static_cast<std::size_t>(t)];
}

Var Unrolled::final_state(std::size_t k) const {
  if (k >= specs.size()) {
    throw Error(ErrorKind::argument, "Unrolled::final_state",
                "one of " + std::to_string(specs.size()) + " states, counted from 0",
                std::to_string(k));
  }
  return final[k];
}

std::size_t Unrolled::position(const std::string& state) const {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < specs.size(); ++k) {
    if (specs[k].name == state) return k;
    names.push_back(specs[k].name);
  }
  throw unknown_name(ErrorKind::argument, "Unrolled", "state", state, names);
}

std::vector<Var> Unrolled::all_states() const {
  std::vector<Var> all = initial;
  all.insert(all.end(), probes.begin(), probes.end());
  for (const auto& over_time : states) all.insert(all.end(), over_time.begin(), over_time.end());
  for (const auto& [t, state] : computed) all.insert(all.end(), state.begin(), state.end());
  all.erase(std::remove_if(all.begin(), all.end(), [](const Var& s) { return !s.requires_grad(); }),
            all.end());
  return all;
}

View Unrolled::adjoint_row(const Adjoints& adjoints, std::size_t state, std::size_t t,
                           Index b) const {
  if (packed_outputs) {
    if (t == 0) return row_of(adjoints.view(initial[state]), b);
    const View& probe = adjoints.view(probes[state]);
    return row_of(probe, static_cast<Index>(t - 1) * probe.shape[1] + b);
  }
  const auto step = computed.find(t);
  const bool counts = step != computed.end() &&
                      mask->data<bool>()[static_cast<Index>(t - 1) * mask->shape()[1] + b];
  return row_of(adjoints.view(counts ? step->second[state] : states[state][t]), b);
}

Tensor Unrolled::adjoint(const Adjoints& adjoints, const std::string& state) const {
  const std::size_t k = position(state);
  const View first = adjoints.view(packed_outputs ? initial[k] : states[k].front());
  Tensor result(first.dtype, first.shape.inserted(0, time + 1));
  auto* to = static_cast<std::byte*>(result.raw());
  for (Index t = 0; t <= time; ++t) {
    for (Index b = 0; b < first.rows(); ++b) {
      const View row = adjoint_row(adjoints, k, static_cast<std::size_t>(t), b);
      copy(row, dense(to, row.shape, row.dtype));
      to += static_cast<std::size_t>(row.columns()) * size_of(row.dtype);
    }
  }
  return result;
}

}  // namespace carousel::cells
