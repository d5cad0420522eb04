#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <experiments/runner/progress_view.hpp>
#include <limits>

namespace carousel {
namespace {

constexpr auto redraw_every = std::chrono::milliseconds(100);
constexpr auto print_every = std::chrono::seconds(10);

std::size_t columns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// Whether lines can be rewritten in place. A terminal that calls itself dumb has no such commands.
bool is_terminal() {
  const char* const kind = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

/// Four places, or an exponent where the number would be long.
std::string number_text(double value) {
  return std::abs(value) < 1e4 ? fmt::format("{:.4f}", value) : fmt::format("{:.2e}", value);
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
      terminal_(is_terminal()) {}

ProgressView::~ProgressView() { erase(); }

void ProgressView::started(std::size_t run, const std::string& name) {
  running_[run] = {name, fmt::format("{:<{}}  starting", name, name_width_), Clock::now()};
  draw();
}

std::string progress_line(const std::string& name, const Progress& p, const std::string& metric,
                          double chance, std::size_t columns) {
  const std::string steps = fmt::format("{}", p.steps);
  std::string text = fmt::format("{}  {:>{}}/{}", name, p.step, steps.size(), steps);
  const std::string left = "  " + clock_text(p.seconds_left);
  // In the order of their worth; the first that does not fit ends the line.
  for (const std::string& part :
       {"  loss " + number_text(p.loss),
        "  " + metric + " " + (p.metric ? number_text(*p.metric) : "-"),
        " (chance " + number_text(chance) + ")", fmt::format("  |g| {:.1e}", p.gradient_norm),
        fmt::format("  {:.0f}/s", p.sequences_per_second)}) {
    if (text.size() + part.size() + left.size() > columns) break;
    text += part;
  }
  return text + left;
}

void ProgressView::update(std::size_t run, const Progress& progress) {
  Running& running = running_[run];
  // A line that fills the last column would move on to the next one.
  const std::size_t room = terminal_ ? columns() - 1 : std::numeric_limits<std::size_t>::max();
  running.text = progress_line(fmt::format("{:<{}}", running.name, name_width_), progress, metric_,
                               chance_, room);
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
  print(text, stdout);
}

void ProgressView::print(const std::string& text, std::FILE* to) {
  erase();
  std::fprintf(to, "%s\n", text.c_str());
  std::fflush(to);
  draw();
}

void ProgressView::erase() {
  if (!terminal_ || drawn_ == 0) return;
  // To the left, where an echoed ^C may have moved away from; up; clear to the end.
  fmt::print("\r\x1b[{}A\x1b[J", drawn_);
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
