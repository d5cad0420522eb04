#include <autograd/kernels/instruction_set.hpp>
#include <autograd/ops/gemm.hpp>
#include <cmath>
#include <experiments/runner/files.hpp>
#include <experiments/runner/json_text.hpp>
#include <experiments/runner/messages.hpp>
#include <experiments/runner/results.hpp>
#include <experiments/runner/spread.hpp>
#include <experiments/runner/summary.hpp>
#include <experiments/version.hpp>
#include <fstream>
#include <thread>

namespace carousel {
namespace {

using Json = nlohmann::ordered_json;

#ifdef __clang__
constexpr const char* compiler = "clang++ " __clang_version__;
#else
constexpr const char* compiler = "g++ " __VERSION__;
#endif

/// "Model name" of the first processor, where the system tells.
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

/// What the numbers were computed with.
Json environment(const Config& config) {
  return {{"carousel", version()},
          {"compiler", compiler},
          {"products", product_library()},
          {"elementwise kernels", instruction_set()},
          {"processor", processor()},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"dtype", name(config.dtype)},
          {"threads of a run", std::to_string(config.threads)}};
}

Json metric_of(const Config& config, const tasks::Task& task) {
  Json baselines = Json::array();
  for (const tasks::Baseline& baseline : task.baselines()) {
    baselines.push_back({{"name", baseline.name}, {"value", baseline.metric}});
  }
  return {{"name", task.objective().metric()},
          {"higher_is_better", task.objective().higher_is_better()},
          {"chance", task.chance()},
          {"chance_is", task.chance_is()},
          {"solved_at", or_null(config.train.solved_at)},
          {"baselines", baselines}};
}

/// Whether a prediction is asked for at the last step of a sequence only. Where it is not, a part
/// of the gradient enters on the way, and its course says less of how far it comes.
bool asked_at_end(const Config& config, const tasks::Task& task) {
  const auto batch =
      task.training(static_cast<std::uint64_t>(config.seeds.front()), 0, config.train.batch_size);
  const Index size = batch.weight.shape()[1];
  for (Index place = 0; place < batch.weight.size(); ++place) {
    const Index last = batch.lengths[static_cast<std::size_t>(place % size)] - 1;
    if (batch.weight.at(place) != 0 && place / size != last) return false;
  }
  return true;
}

Json cells_of(const Config& config) {
  Json cells = Json::array();
  for (const CellEntry& entry : config.cells) {
    cells.push_back({{"label", entry.label},
                     {"cell", entry.cell.name()},
                     {"hidden_size", entry.hidden_size},
                     {"clip_norm", or_null(entry.clip.norm)}});
  }
  return cells;
}

}  // namespace

Summary::Summary(const Registry& registry, const Config& config, const tasks::Task& task)
    : head_{{"format", format},
            {"name", config.name},
            {"question", config.question},
            {"task", config.task.name()},
            {"task_doc", registry.tasks.at(config.task.name()).doc},
            {"task_settings", to_yaml(config.task.yaml())},
            {"metric", metric_of(config, task)},
            {"asked_at_end", asked_at_end(config, task)},
            {"steps", config.train.steps},
            {"seeds", config.seeds},
            {"match_parameters", config.matched},
            {"cells", cells_of(config)},
            {"environment", environment(config)}} {}

void Summary::write(const std::filesystem::path& directory,
                    const std::vector<RunResult>& runs) const {
  Json json = head_;
  json["runs"] = Json::array();
  for (const RunResult& run : runs) json["runs"].push_back(summary_entry(run));
  const bool higher = json["metric"]["higher_is_better"];
  json["results"] = Json::array();
  for (const auto& [label, by_seed] : metrics_by_seed(runs)) {
    std::vector<double> values;
    for (const auto& [seed, value] : by_seed) values.push_back(value);
    const auto found = spread(values);
    if (!found) continue;
    json["results"].push_back({{"label", label},
                               {"runs", found->count},
                               {"median", found->median},
                               {"low", found->low},
                               {"high", found->high}});
  }
  json["paired"] = Json::array();
  for (const Paired& pair : paired(metrics_by_seed(runs), higher)) {
    json["paired"].push_back({{"a", pair.a},
                              {"b", pair.b},
                              {"a_better", pair.a_better},
                              {"b_better", pair.b_better},
                              {"ties", pair.ties},
                              {"sign_test_p", pair.p}});
  }
  write_file(directory / "summary.json", json_text(json, 2) + "\n");
}

}  // namespace carousel
