#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <experiments/runner/progress_view.hpp>

namespace carousel {
namespace {

constexpr auto redraw_every = std::chrono::milliseconds(100);
constexpr auto print_every = std::chrono::seconds(10);

std::size_t columns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string clock_text(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  const auto s = static_cast<long>(std::lround(std::max(seconds, 0.0)));
  if (s < 3600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

ProgressView::ProgressView(std::string metric, double chance, std::size_t name_width)
    : metric_(std::move(metric)),
      chance_(chance),
      name_width_(name_width),
      terminal_(isatty(STDOUT_FILENO) != 0) {}

ProgressView::~ProgressView() { erase(); }

void ProgressView::started(std::size_t run, const std::string& name) {
  running_[run] = {name, fmt::format("{:<{}}  starting", name, name_width_), Clock::now()};
  draw();
}

std::string ProgressView::line(const Running& running, const Progress& p) const {
  const std::string metric =
      p.metric ? fmt::format("{} {:.4f}", metric_, *p.metric) : fmt::format("{} -", metric_);
  return fmt::format(
      "{:<{}}  {:>6}/{}  loss {:.4f}  {} (chance {:.4f})  |grad| {:.2e}  {:.0f} seq/s  {} left",
      running.name, name_width_, p.step, p.steps, p.loss, metric, chance_, p.gradient_norm,
      p.sequences_per_second, clock_text(p.seconds_left));
}

void ProgressView::update(std::size_t run, const Progress& progress) {
  Running& running = running_[run];
  running.text = line(running, progress);
  if (!terminal_ && Clock::now() - running.printed >= print_every) {
    std::puts(running.text.c_str());
    std::fflush(stdout);
    running.printed = Clock::now();
  }
  if (Clock::now() - last_draw_ >= redraw_every) draw();
}

void ProgressView::ended(std::size_t run, const std::string& text) {
  erase();
  running_.erase(run);
  std::puts(text.c_str());
  std::fflush(stdout);
  draw();
}

void ProgressView::erase() {
  if (!terminal_ || drawn_ == 0) return;
  fmt::print("\x1b[{}A\x1b[J", drawn_);  // up, and clear to the end
  drawn_ = 0;
  std::fflush(stdout);
}

void ProgressView::draw() {
  if (!terminal_) return;
  erase();
  const std::size_t width = columns();
  for (const auto& [run, running] : running_) {
    std::puts(running.text.substr(0, width - 1).c_str());
    ++drawn_;
  }
  std::fflush(stdout);
  last_draw_ = Clock::now();
}

}  // namespace carousel
