#pragma once
#include <map>
#include <tests/fuzz/program.hpp>

namespace carousel::fuzz {

/// What an op is according to its documentation: loops over places, in dual numbers.
template <class S>
using Rule = Array<S> (*)(const Call& call, const std::vector<const Array<S>*>& x);
template <class S> using Rules = std::map<std::string, Rule<S>>;

// Each file of rules adds its family.
template <class S> void add_elementwise_rules(Rules<S>& rules);
template <class S> void add_choosing_rules(Rules<S>& rules);
template <class S> void add_loss_rules(Rules<S>& rules);
template <class S> void add_moving_rules(Rules<S>& rules);
template <class S> void add_reducing_rules(Rules<S>& rules);
template <class S> void add_product_rules(Rules<S>& rules);
template <class S> const Rules<S>& all_rules();

/// Tests of the fuzzer itself: the rule of one op gives values, or derivatives only, that are wrong
/// by this share.
struct Broken {
  std::string op;
  double value = 0, slope = 0;
};

/// How values move: a direction for some nodes, leaves or not. A node that is none moves on its own
/// account, beside what comes from its inputs.
using Directions = std::map<int, std::vector<double>>;

struct Evaluation {
  Directions v, w;   ///< along the first and, for Second, along the second direction
  double grain = 0;  ///< see Real
  Broken broken;
};

/// The value of one node from those before it.
template <class S>
Array<S> value_of(const Program& program, int node, const std::vector<Array<S>>& before,
                  const Evaluation& how);
template <class S>
std::vector<Array<S>> values_of(const Program& program, const Evaluation& how = {});

}  // namespace carousel::fuzz
