#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <experiments/runner/paired.hpp>
#include <experiments/runner/spread.hpp>

namespace carousel {
namespace {

Paired pair_of(const MetricsBySeed::value_type& a, const MetricsBySeed::value_type& b,
               bool higher_is_better) {
  Paired result;
  result.a = a.first;
  result.b = b.first;
  for (const auto& [seed, of_a] : a.second) {
    const auto found = b.second.find(seed);
    if (found == b.second.end()) continue;
    const double difference = (of_a - found->second) * (higher_is_better ? 1 : -1);
    (difference > 0 ? result.a_better : difference < 0 ? result.b_better : result.ties) += 1;
  }
  result.p = sign_test(result.a_better, result.a_better + result.b_better);
  return result;
}

}  // namespace

double sign_test(Index k, Index n) {
  const Index fewer = std::min(k, n - k);
  double tail = 0, term = std::pow(0.5, static_cast<double>(n));  // of i = 0 heads
  for (Index i = 0; i <= fewer; ++i) {
    tail += term;
    term *= static_cast<double>(n - i) / static_cast<double>(i + 1);
  }
  return std::min(1.0, 2 * tail);
}

std::vector<Paired> paired(const MetricsBySeed& metrics, bool higher_is_better) {
  std::vector<Paired> result;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    for (std::size_t j = i + 1; j < metrics.size(); ++j) {
      const Paired pair = pair_of(metrics[i], metrics[j], higher_is_better);
      if (pair.a_better + pair.b_better + pair.ties > 0) result.push_back(pair);
    }
  }
  return result;
}

std::vector<std::string> paired_text(const MetricsBySeed& metrics, bool higher_is_better) {
  const auto median_of = [](const MetricsBySeed::value_type& of) {
    std::vector<double> values;
    for (const auto& [seed, value] : of.second) values.push_back(value);
    return spread(std::move(values));
  };
  const MetricsBySeed::value_type* best = nullptr;
  for (const auto& candidate : metrics) {
    const auto own = median_of(candidate);
    if (!own) continue;
    const auto other = best == nullptr ? own : median_of(*best);
    const bool better =
        higher_is_better ? own->median > other->median : own->median < other->median;
    if (best == nullptr || better) best = &candidate;
  }
  std::vector<std::string> lines;
  for (const auto& other : metrics) {
    if (best == nullptr || &other == best) continue;
    const Paired pair = pair_of(*best, other, higher_is_better);
    const Index seeds = pair.a_better + pair.b_better + pair.ties;
    if (seeds < 2) continue;
    lines.push_back(fmt::format("{} better than {} in {} of {} seeds{} (sign test p = {:.3g})",
                                pair.a, pair.b, pair.a_better, seeds,
                                pair.ties == 0 ? "" : fmt::format(", {} ties", pair.ties), pair.p));
  }
  return lines;
}

}  // namespace carousel
