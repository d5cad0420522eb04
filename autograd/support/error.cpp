#include <algorithm>
#include <autograd/support/error.hpp>
#include <numeric>
#include <utility>

namespace carousel {
namespace {

std::string message(const std::string& where, const std::string& expected, const std::string& got,
                    const std::string& fix) {
  std::string text = where;
  const auto part = [&text](const std::string& words, const char* separator) {
    if (words.empty()) return;
    if (!text.empty()) text += separator;
    text += words;
  };
  part(expected.empty() ? "" : "expected " + expected, ": ");
  part(expected.empty() ? got : (got.empty() ? "" : "got " + got), expected.empty() ? ": " : "; ");
  part(fix, text.find('\n') == std::string::npos ? ". " : "\n  ");  // a line of its own
  return text;
}

/// ASCII letters in lower case.
std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// Insertions, deletions, substitutions and swaps of neighbours, each counted as one (optimal
/// string alignment distance).
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(previous);
    previous.swap(row);
  }
  return previous.back();
}

}  // namespace

Error::Error(ErrorKind kind, std::string where, std::string expected, std::string got,
             std::string fix)
    : std::runtime_error(message(where, expected, got, fix)),
      kind_(kind),
      where_(std::move(where)),
      expected_(std::move(expected)),
      got_(std::move(got)),
      fix_(std::move(fix)) {}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : known) {
    const std::size_t distance = edit_distance(lower(word), lower(candidate));
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string join(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

Error unknown_name(ErrorKind kind, const std::string& where, const std::string& what,
                   const std::string& word, const std::vector<std::string>& known) {
  const std::string near = did_you_mean(word, known);
  return {kind, where, "", "unknown " + what + " '" + word + "'",
          (near.empty() ? "" : "Did you mean '" + near + "'? ") + "Known: " + join(known)};
}

}  // namespace carousel
