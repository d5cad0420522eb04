#pragma once
#include <autograd/shape.hpp>
#include <map>
#include <string>
#include <vector>

namespace carousel {

/// The metric of each label's runs by their seed: runs of one seed see the same sequences.
using MetricsBySeed = std::vector<std::pair<std::string, std::map<Index, double>>>;

/// Two cells seed by seed.
struct Paired {
  std::string a, b;
  Index a_better = 0, b_better = 0, ties = 0;
  /// Of a two-sided sign test: how often a coin would come out so one-sided or more, ties left out.
  double p = 1;
};

/// P(min(k, n-k) or less, or n minus that or more) for n throws of a fair coin of which k are
/// heads.
double sign_test(Index k, Index n);

/// Every two labels that share a seed, in order.
std::vector<Paired> paired(const MetricsBySeed& metrics, bool higher_is_better);

/// "gru better than lstm in 3 of 3 seeds (sign test p = 0.25)", the label with the best median
/// before each of the others; empty where no two share two seeds.
std::vector<std::string> paired_text(const MetricsBySeed& metrics, bool higher_is_better);

}  // namespace carousel
