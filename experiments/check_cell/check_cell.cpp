#include <fmt/format.h>

#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/check_cell/character.hpp>
#include <experiments/check_cell/check_cell.hpp>
#include <experiments/check_cell/checks.hpp>
#include <experiments/check_cell/learning.hpp>
#include <experiments/plugins/load.hpp>
#include <nlohmann/json.hpp>

namespace carousel {
namespace check_cell {

const std::vector<Check>& all_checks() {
  static const std::vector<Check> checks{
      {"contract", contract},
      {"parameters reached", parameters_reached},
      {"gradients, op by op", local_gradients},
      {"gradients through time", directional_derivatives},
      {"vanishing gradients", vanishing_gradients},
      {"batch of two", batch_of_two},
      {"permuted batch", permuted_batch},
      {"padding", padding},
      {"step by step", step_by_step},
      {"state between calls", state_between_calls},
      {"memory modes", memory_modes},
      {"compiled", compiled_as_recorded},
      {"float32", float32_drift},
      {"saved and loaded", saved_and_loaded},
      {"determinism", determinism},
  };
  return checks;
}

Outcome outcome_of(const Check& check, const Subject& subject) {
  try {
    return check.run(subject);
  } catch (const std::exception& error) {
    return {false, error.what()};
  }
}

namespace {

using Json = nlohmann::ordered_json;

/// All that was found out about one cell.
struct Report {
  std::string cell;
  std::vector<std::pair<const char*, Outcome>> outcomes;
  std::optional<Character> character;
  std::vector<Learned> learned;

  int failed() const {
    int count = 0;
    for (const auto& [name, outcome] : outcomes) count += outcome.passed ? 0 : 1;
    return count;
  }
};

Report report_of(const Registry& registry, const std::string& cell, bool learns) {
  const Subject subject{registry.cells.at(cell, "carousel check-cell")};
  Report report{cell, {}, {}, {}};
  for (const Check& check : all_checks()) {
    report.outcomes.emplace_back(check.name, outcome_of(check, subject));
    // What cannot take a step cannot be looked at any further.
    if (report.outcomes.size() == 1 && !report.outcomes.front().second.passed) return report;
  }
  try {
    report.character = character_of(subject, {registry.cells.at("lstm")});
  } catch (const Error& error) {
    report.outcomes.emplace_back("character", Outcome{false, error.what()});
  }
  if (learns && report.failed() == 0) report.learned = learn(registry, cell);
  return report;
}

std::string lag_text(const std::optional<Index>& lag) {
  return lag ? std::to_string(*lag) : "over " + std::to_string(character_lags - 1);
}

std::string text_of(const Character& c) {
  const auto line = [](const char* name, const std::string& text) {
    return fmt::format("       {:<23} {}\n", name, text);
  };
  std::string text = fmt::format("\n  With input {}, hidden {}, as initialised:\n", character_input,
                                 character_hidden) +
                     line("parameters", std::to_string(c.parameters));
  if (std::isfinite(c.flops)) {
    text += line("products of a step", fmt::format("{:.0f} FLOP, forward and back", c.flops));
  }
  text +=
      line("time of a step", fmt::format("{:.2f} of the built-in LSTM's, {}", c.time, c.execution));
  if (c.jacobian.empty()) return text;
  text +=
      line("Jacobian of a step", fmt::format("singular values {:.3g}, median {:.3g}, least {:.3g}",
                                             c.jacobian[0], c.jacobian[1], c.jacobian[2]));
  return text + line("gradient below 1e-3", "from lag " + lag_text(c.lag_3)) +
         line("gradient below 1e-6", "from lag " + lag_text(c.lag_6));
}

std::string text_of(const Report& report) {
  std::string text = report.cell + "\n";
  for (const auto& [name, outcome] : report.outcomes) {
    text += fmt::format("  {:<4} {:<23} {}\n", outcome.passed ? "ok" : "BAD", name, outcome.text);
  }
  if (report.character) text += text_of(*report.character);
  for (const Learned& l : report.learned) {
    text += fmt::format("       {:<23} {}\n", l.task,
                        !l.fault.empty()
                            ? l.fault
                            : fmt::format("{} {:.4g}, chance {:.4g}{}", l.metric, l.value, l.chance,
                                          l.better ? ": learned" : ": not learned"));
  }
  const int failed = report.failed();
  return text + (failed == 0
                     ? fmt::format("  all {} checks passed\n", report.outcomes.size())
                     : fmt::format("  {} of {} checks failed\n", failed, report.outcomes.size()));
}

Json json_of(const Report& report) {
  Json checks = Json::array(), learned = Json::array();
  for (const auto& [name, outcome] : report.outcomes) {
    checks.push_back({{"check", name}, {"passed", outcome.passed}, {"text", outcome.text}});
  }
  for (const Learned& l : report.learned) {
    learned.push_back({{"task", l.task},
                       {"metric", l.metric},
                       {"value", l.fault.empty() ? Json(l.value) : Json()},
                       {"chance", l.chance},
                       {"learned", l.better},
                       {"fault", l.fault}});
  }
  Json json{{"cell", report.cell}, {"passed", report.failed() == 0}, {"checks", checks}};
  if (report.character) {
    const Character& c = *report.character;
    const auto lag = [](const std::optional<Index>& l) { return l ? Json(*l) : Json(); };
    json["character"] = {{"input_size", character_input},
                         {"hidden_size", character_hidden},
                         {"parameters", c.parameters},
                         {"flops", std::isfinite(c.flops) ? Json(c.flops) : Json()},
                         {"time_over_lstm", c.time},
                         {"execution", c.execution},
                         {"jacobian_singular_values", c.jacobian},
                         {"lag_below_1e-3", lag(c.lag_3)},
                         {"lag_below_1e-6", lag(c.lag_6)}};
  }
  if (!report.learned.empty()) json["learned"] = learned;
  return json;
}

/// A line a cell, where there are several.
std::string overview(const std::vector<Report>& reports) {
  std::string text =
      fmt::format("\n{:<18} {:>10} {:>10} {:>9} {:>15} {:>14} {:>14}\n", "cell", "checks",
                  "parameters", "time/LSTM", "largest sing.v.", "lag to 1e-3", "lag to 1e-6");
  for (const Report& r : reports) {
    const auto checks = r.outcomes.size();
    text +=
        fmt::format("{:<18} {:>10}", r.cell,
                    fmt::format("{}/{}", checks - static_cast<std::size_t>(r.failed()), checks));
    if (r.character) {
      const Character& c = *r.character;
      const bool states = !c.jacobian.empty();
      text += fmt::format(" {:>10} {:>9.2f} {:>15} {:>14} {:>14}", c.parameters, c.time,
                          states ? fmt::format("{:.3g}", c.jacobian[0]) : "-",
                          states ? lag_text(c.lag_3) : "-", states ? lag_text(c.lag_6) : "-");
    }
    text += "\n";
  }
  return text;
}

}  // namespace
}  // namespace check_cell

int run_check_cell(const Registry& registry, const CheckCellOptions& options) {
  Registry known = registry;
  std::vector<std::string> names{options.cell};
  if (options.cell.find(".so") != std::string::npos) {
    const std::size_t before = known.cells.entries().size();
    const bool in_here = options.cell.find('/') == std::string::npos;
    load_plugins(known, {in_here ? "./" + options.cell : options.cell});
    names = known.cells.names();
    names.erase(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(before));
    if (names.empty()) {
      throw Error(ErrorKind::config, "plugin " + options.cell, "a cell in it", "none");
    }
  } else if (options.cell == "all") {
    names = known.cells.names();
  }
  std::vector<check_cell::Report> reports;
  check_cell::Json json = check_cell::Json::array();
  bool good = true;
  for (const std::string& name : names) {
    reports.push_back(check_cell::report_of(known, name, options.learn));
    good = good && reports.back().failed() == 0;
    if (options.json) {
      json.push_back(check_cell::json_of(reports.back()));
    } else {
      fmt::print("{}{}", reports.size() > 1 ? "\n" : "", check_cell::text_of(reports.back()));
      std::fflush(stdout);
    }
  }
  if (options.json) fmt::print("{}\n", json.dump(2));
  if (!options.json && reports.size() > 1) fmt::print("{}", check_cell::overview(reports));
  return good ? 0 : 1;
}

}  // namespace carousel
