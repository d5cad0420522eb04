#pragma once
#include <autograd/var.hpp>
#include <string>
#include <vector>

namespace carousel {

/// The names that observe() gave to values of one recording, in order. They stand beside the nodes,
/// which therefore cost nothing more; clearing keeps the memory, and the names themselves, since
/// the next recording most often uses the same.
class Observations {
 public:
  struct Entry {
    std::uint32_t node;
    std::int32_t step;  ///< during which it was named; outside of any, that of the value
    std::uint32_t name;
  };

  void add(const char* name, std::uint32_t node, std::int32_t step);
  void clear() { entries_.clear(); }

  const std::vector<Entry>& entries() const { return entries_; }
  const std::string& name(const Entry& entry) const { return names_[entry.name]; }
  /// The names of this recording, each once, in order of their first use.
  std::vector<std::string> names() const;
  /// "'forget'", or "'a' and 'b'" for a value that has two; "" for one that has none.
  std::string of(std::uint32_t node) const;

 private:
  std::vector<std::string> names_;
  std::vector<Entry> entries_;
};

/// A value under the name that was asked for.
struct Observed {
  Index step;  ///< time step, -1 outside of any
  Var value;
};

/// "'a', 'b' and 'c'", each once.
std::string quoted(const std::vector<std::string>& names);

}  // namespace carousel
