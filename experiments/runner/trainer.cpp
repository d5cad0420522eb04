#include <chrono>
#include <cmath>
#include <experiments/runner/checkpoint.hpp>
#include <experiments/runner/evaluation.hpp>
#include <experiments/runner/files.hpp>
#include <experiments/runner/gradient_step.hpp>
#include <experiments/runner/json_text.hpp>
#include <experiments/runner/trainer.hpp>
#include <experiments/runner/validations.hpp>
#include <optim/schedule.hpp>

namespace carousel {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The state of one run between two steps.
class Run {
 public:
  explicit Run(const RunPlan& plan)
      : plan_(plan),
        train_(plan.config.train),
        model_(plan.registry, plan.entry, plan.task, plan.config.dtype),
        optimizer_(plan.entry.optimizer.make(plan.registry.optimizers)),
        schedule_(plan.config.schedule.make(plan.registry.schedules)),
        validations_(train_, plan.task.objective().higher_is_better()),
        gradient_step_(model_, plan.config.parts(), cells::Memory::parse(train_.memory),
                       train_.detect_anomaly, plan.config.probes.any(), plan.config.threads),
        metrics_(plan.directory / "metrics.jsonl") {
    gradient_step_.truncate(train_.truncation());
    model_.initialise(static_cast<std::uint64_t>(plan.seed));
    params_ = model_.params();
    for (const Param& param : params_) optimizer_->add({param}, model_.lr_factor(param));
    if (plan.config.probes.any()) {
      flow_.emplace(plan.directory / "gradient_flow.jsonl");
    }
  }

  RunResult train() {
    describe();
    while (step_ < train_.steps && !over_) {
      if (plan_.stop()) {
        result_.interrupted = true;
        break;
      }
      one_step();
    }
    if (step_ == train_.steps && !over_ && validations_.last_step() != step_) validate();
    finish();
    return result_;
  }

 private:
  void describe() {
    const auto& objective = plan_.task.objective();
    result_.task = plan_.config.task.name();
    result_.cell = plan_.entry.cell.name();
    result_.label = plan_.entry.label;
    result_.metric = objective.metric();
    result_.seed = plan_.seed;
    result_.parameters = count(params_);
    result_.chance = plan_.task.chance();
  }

  void one_step() {
    const auto begin = Clock::now();
    const auto seed = static_cast<std::uint64_t>(plan_.seed);
    const bool with_flow = plan_.config.probes.flow_at(step_);
    const auto batch = plan_.task.training(seed, step_, train_.batch_size);
    cells::UnrollOptions options;
    options.training = true;
    options.seed = seed;
    options.training_step = step_;
    options.compile = train_.compile;
    const StepResult outcome = gradient_step_.run(batch, options, with_flow);
    result_.execution = execution_of_both(result_.execution, outcome.execution);
    if (with_flow && outcome.not_finite.empty()) write_flow(outcome.flow);
    if (!outcome.not_finite.empty()) {
      diverge(step_ + 1, outcome.not_finite, {{"loss", outcome.loss}});
      return;
    }
    const auto clip = plan_.entry.clip.apply(gradient_step_.gradients());
    clips_.add(clip);
    const double factor = schedule_->factor(step_, train_.steps);
    optimizer_->step(gradient_step_.gradients(), factor);
    const std::string broken = parameter_not_finite();
    if (!broken.empty()) {
      diverge(step_ + 1, broken, {{"loss", outcome.loss}});
      return;
    }
    ++step_;
    training_seconds_ += std::chrono::duration<double>(Clock::now() - begin).count();
    if (step_ % train_.log_every == 0 || step_ == 1 || step_ == train_.steps) {
      append({{"step", step_},
              {"loss", outcome.loss},
              {"gradient_norm", clip.norm_before},
              {"clipped", clip.clipped},
              {"lr_factor", factor},
              {"seconds", seconds_since(start_)}});
    }
    report(outcome.loss, clip.norm_before);
    if (step_ % train_.evaluate_every == 0) validate();
  }

  /// The first parameter that an update has broken, with its numbers and those of its gradient, or
  /// "".
  std::string parameter_not_finite() {
    for (std::size_t i = 0; i < params_.size(); ++i) {
      const View view = params_[i].value().view();
      if (is_finite(view)) continue;
      return "parameter '" + params_[i].name() +
             "' is not finite after the update: " + numbers_of(view).bad() +
             "\n  its gradient, clipped: " +
             numbers_of(gradient_step_.gradients()[i].view()).text() +
             "\n  A learning rate that is too large? Lower optimizer.lr.";
    }
    return {};
  }

  /// Something of training step `step`, counted from 1, is not finite: nothing is updated any more.
  void diverge(Index step, const std::string& what, const Json& measured) {
    over_ = true;
    result_.diverged_at = step;
    result_.diverged_because = "at training step " + std::to_string(step) + ", " + what;
    Json line{{"step", step}};
    line.update(measured);
    line["diverged"] = result_.diverged_because;
    append(line);
  }

  /// Whether the metric of a part is a number; otherwise the run has diverged.
  bool usable(double metric, tasks::Task::Split split) {
    if (std::isfinite(metric)) return true;
    const std::string name = plan_.task.objective().metric();
    const bool test = split == tasks::Task::Split::test;
    std::string what =
        "the " + std::string(test ? "test " : "validation ") + name + " is not finite";
    try {  // once more, to see where
      evaluate(model_, split, train_.evaluation_batch_size, train_.compile,
               /*detect_anomaly=*/true);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::non_finite) throw;
      what += ": " + std::string(error.what());
    }
    diverge(step_, what, {{name, metric}});
    return false;
  }

  void validate() {
    const auto& objective = plan_.task.objective();
    const double metric = evaluate(model_, tasks::Task::Split::validation,
                                   train_.evaluation_batch_size, train_.compile);
    if (!usable(metric, tasks::Task::Split::validation)) return;
    const bool best = validations_.add(step_, metric);
    append({{"step", step_}, {objective.metric(), metric}, {"seconds", seconds_since(start_)}});
    save("checkpoint.safetensors");
    if (best) save("best.safetensors");
    result_.ended_by = validations_.end();
    over_ = !result_.ended_by.empty();
  }

  void finish() {
    result_.steps = step_;
    result_.best_metric = validations_.best();
    result_.solved_at = validations_.solved_at();
    if (result_.best_metric) result_.best_step = validations_.best_step();
    result_.clipped_share = clips_.share();
    result_.peak_bytes = static_cast<Index>(gradient_step_.peak_bytes());
    if (training_seconds_ > 0) {
      result_.sequences_per_second =
          static_cast<double>(step_ * train_.batch_size) / training_seconds_;
    }
    if (!result_.diverged_at)
      save("checkpoint.safetensors");  // or that of the last validation stays
    if (!result_.interrupted && !result_.diverged_at) test();
    result_.seconds = seconds_since(start_);
  }

  /// The test part, with the parameters that the experiment selects.
  void test() {
    if (result_.ended_by.empty()) result_.ended_by = "steps";
    result_.final_step = step_;
    if (train_.select == "best" && validations_.best_step() != step_) {
      result_.final_step = load_parameters(plan_.directory / "best.safetensors", model_).step;
    }
    const double metric =
        evaluate(model_, tasks::Task::Split::test, train_.evaluation_batch_size, train_.compile);
    if (usable(metric, tasks::Task::Split::test)) result_.final_metric = metric;
  }

  void save(const char* name) {
    save_checkpoint(plan_.directory / name, model_, *optimizer_,
                    {step_, plan_.seed, result_.label, result_.task});
  }

  void write_flow(const GradientFlow& flow) {
    for (const auto& state : flow.states) {
      flow_->append(
          json_text(Json{{"step", step_}, {"state", state.name}, {"norms", state.norms}}));
    }
    Json norms;
    for (std::size_t i = 0; i < params_.size(); ++i) {
      norms[params_[i].name()] = euclidean_norm(gradient_step_.gradients()[i].view());
    }
    flow_->append(json_text(Json{{"step", step_}, {"parameters", norms}}));
  }

  void append(const Json& line) { metrics_.append(json_text(line)); }

  void report(double loss, double norm) {
    Progress progress;
    progress.step = step_;
    progress.steps = train_.steps;
    progress.loss = loss;
    progress.gradient_norm = norm;
    progress.metric = validations_.last();
    progress.sequences_per_second =
        static_cast<double>(step_ * train_.batch_size) / std::max(training_seconds_, 1e-9);
    progress.seconds_left = seconds_since(start_) / static_cast<double>(step_) *
                            static_cast<double>(train_.steps - step_);
    plan_.report(progress);
  }

  const RunPlan& plan_;
  const Train& train_;
  Model model_;
  std::vector<Param> params_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::unique_ptr<optim::Schedule> schedule_;
  Validations validations_;
  GradientStep gradient_step_;
  LineFile metrics_;
  std::optional<LineFile> flow_;
  optim::ClipCount clips_;
  RunResult result_;
  Index step_ = 0;
  bool over_ = false;
  Clock::time_point start_ = Clock::now();
  double training_seconds_ = 0;
};

}  // namespace

RunResult train(const RunPlan& plan) { return Run(plan).train(); }

}  // namespace carousel
