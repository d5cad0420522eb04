#include <autograd/support/error.hpp>
#include <cells/init.hpp>
#include <cells/unroll.hpp>
#include <cstring>
#include <experiments/plugins/trial.hpp>
#include <experiments/runner/processes.hpp>

namespace carousel {
namespace {

void try_out(const Table<cells::AnyCell>::Entry& entry) {
  constexpr Index steps = 3, sequences = 2, features = 2, units = 4;
  const auto cell = entry.make();
  document(*cell);
  cell->build({features, units}, DType::float32);
  cells::initialise(*cell, {}, 1);
  Tape tape;
  cells::UnrollOptions options;
  options.training = true;
  const Var xs = tape.input(Tensor(DType::float32, {steps, sequences, features}));
  const cells::Unrolled run = cells::unroll(*cell, xs, options);
  std::vector<Var> wanted(cell->params().begin(), cell->params().end());
  const Var loss = sum(run.last());
  if (loss.requires_grad()) tape.backward(loss, wanted);
}

/// Only its name and its fault.
class FaultyCell final : public cells::AnyCell {
 public:
  explicit FaultyCell(std::string fault) : fault_(std::move(fault)) {}
  void settings(Settings&) override {}
  void after_initialise() override {}
  std::shared_ptr<const void> prepare(Tape&, Index, const cells::Context&) const override {
    return nullptr;
  }
  bool sees_context() const override { return false; }

 private:
  void declare(cells::Declared&) override { refuse(); }
  Var compute(const Var&, std::vector<Var>&, const void*, const cells::Context&) const override {
    refuse();
  }
  [[noreturn]] void refuse() const {
    throw Error(ErrorKind::argument, "cell '" + name() + "' of a plugin", "one that works", fault_);
  }
  std::string fault_;
};

}  // namespace

std::string fault_of(const std::function<void()>& work) {
  std::string fault;
  Job job;
  job.body = [&work](const Send& send, const std::function<bool()>&) {
    std::string text;
    try {
      work();
      return 0;
    } catch (const std::exception& error) {
      text = error.what();
    } catch (...) {
      text = "it throws what is no std::exception";
    }
    for (char& c : text) c = c == '\n' ? ' ' : c;
    send(text);
    return 1;
  };
  JobEvents events;
  events.started = [](std::size_t) {};
  events.line = [&fault](std::size_t, const std::string& line) { fault = line; };
  events.ended = [&fault](std::size_t, int status) {
    if (status < 0) fault = std::string("it crashes: ") + strsignal(-status);
    if (status > 0 && fault.empty()) fault = "it ends the program";
  };
  run_processes({job}, 1, events);
  return fault;
}

std::string fault_of_cell(const Table<cells::AnyCell>::Entry& entry) {
  return fault_of([&entry] { try_out(entry); });
}

std::unique_ptr<cells::AnyCell> faulty_cell(const std::string& name, const std::string& fault) {
  auto cell = std::make_unique<FaultyCell>(fault);
  cell->set_name(name);
  return cell;
}

}  // namespace carousel
