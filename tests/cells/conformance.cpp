#include <cells/builtin.hpp>
#include <cells/init.hpp>
#include <cells/library/gru.hpp>
#include <cells/library/lstm.hpp>
#include <cells/stack/modified_cell.hpp>
#include <tests/cells/conformance.hpp>
#include <tests/cells/two_states.hpp>
#include <tests/cells/variants.hpp>
#include <tests/support/tensors.hpp>

namespace carousel::testing {

using namespace cells;

std::unique_ptr<AnyCell> Subject::build(const Sizes& sizes, DType dtype, std::uint64_t seed) const {
  auto cell = make();
  cell->build(sizes, dtype);
  initialise(*cell, {}, seed);
  return cell;
}

std::vector<Subject> subjects() {
  std::vector<Subject> result;
  const auto named = [](const std::string& name, std::unique_ptr<AnyCell> cell) {
    cell->set_name(name);
    return cell;
  };
  const Table<AnyCell> table = cells::cells();
  for (const auto& entry : table.entries()) result.push_back({entry.name, entry.make});
  result.push_back({"two_states", [named] { return named("two_states", erase<TwoStates>()); }});
  result.push_back({"gru_before", [named] {
                      Gru gru;
                      gru.reset = "before";
                      return named("gru_before", erase(gru));
                    }});
  result.push_back({"gru_single", [named] {
                      Gru gru;
                      gru.bias = "single";
                      return named("gru_single", erase(gru));
                    }});
  result.push_back({"lstm_single", [named] {
                      Lstm lstm;
                      lstm.bias = "single";
                      return named("lstm_single", erase(lstm));
                    }});
  add_variants(
      [&result](const char* name, const auto& cell) { result.push_back(subject_of(name, cell)); });
  result.push_back({"lstm_modified", [named] {
                      Modifiers modifiers;
                      modifiers.zoneout = {{"h", 0.1}, {"c", 0.4}};
                      modifiers.dropout_recurrent = 0.3;
                      return std::make_unique<ModifiedCell>(named("lstm_modified", erase<Lstm>()),
                                                            modifiers);
                    }});
  return result;
}

std::vector<Subject> fewer_under_sanitizers(std::vector<Subject> all) {
#ifdef CAROUSEL_SANITIZED
  std::vector<Subject> few;
  for (std::size_t i = 0; i < all.size(); i += 3) few.push_back(all[i]);
  return few;
#else
  return all;
#endif
}

Point random_point(const AnyCell& cell, Index time, Index batch, std::uint64_t seed) {
  Random random(seed, "point");
  Point point{normal({time, batch, cell.sizes().input_size}, random, cell.dtype()), {}};
  for (const auto& state : cell.states()) {
    point.initial.push_back(normal({batch, state.size}, random, cell.dtype()));
    Tensor& values = point.initial.back();
    for (Index i = 0; state.positive && i < values.size(); ++i)
      values.set(i, std::exp(values.at(i)));
  }
  return point;
}

Run::Run(const AnyCell& cell, const Point& point, const UnrollOptions& options)
    : tape(cell.dtype()), xs(tape.variable(point.xs)) {
  for (const auto& state : point.initial) initial.push_back(tape.variable(state));
  UnrollOptions with_state = options;
  with_state.initial = initial;
  unrolled = unroll(cell, xs, with_state);

  // Weights of a sequence are the same whatever the batch it stands in: drawn for one, repeated.
  Random random(7, "loss");
  const auto weighted = [&](const Var& values) {
    const int rank = values.shape().rank();
    const Tensor once = normal(values.shape().with(rank - 2, 1), random, cell.dtype());
    const Var terms = values * broadcast_to(tape.input(once), values.shape());
    const Tensor each = terms.value();
    for (Index i = 0; i < each.size(); ++i) magnitude += std::abs(each.at(i));
    return sum(terms);
  };
  loss = weighted(unrolled.sequence());
  for (std::size_t k = 0; k < unrolled.specs.size(); ++k) {
    loss = loss + weighted(square(unrolled.final_state(k)));
  }
}

std::vector<Tensor> Run::gradients(const AnyCell& cell) {
  std::vector<Var> wanted(cell.params().begin(), cell.params().end());
  wanted.push_back(xs);
  wanted.insert(wanted.end(), initial.begin(), initial.end());
  const Adjoints adjoints = tape.backward(loss, wanted);
  std::vector<Tensor> result;
  for (const auto& v : wanted) result.push_back(adjoints[v]);
  return result;
}

}  // namespace carousel::testing
