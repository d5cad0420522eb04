#include <algorithm>
#include <autograd/observe.hpp>
#include <autograd/ops.hpp>
#include <autograd/support/error.hpp>
#include <autograd/tape.hpp>

namespace carousel {

void Observations::add(const char* name, std::uint32_t node, std::int32_t step) {
  // A recurrence gives the same few names in the same order at every step: the one that followed
  // last time is tried first.
  const std::size_t count = names_.size();
  const std::size_t first = entries_.empty() ? 0 : entries_.back().name + 1;
  std::size_t at = count;
  for (std::size_t i = 0; i < count && at == count; ++i) {
    if (names_[(first + i) % count] == name) at = (first + i) % count;
  }
  if (at == count) names_.emplace_back(name);
  entries_.push_back({node, step, static_cast<std::uint32_t>(at)});
}

std::vector<std::string> Observations::names() const {
  std::vector<std::string> result;
  std::vector<bool> seen(names_.size(), false);
  for (const Entry& entry : entries_) {
    if (!seen[entry.name]) result.push_back(names_[entry.name]);
    seen[entry.name] = true;
  }
  return result;
}

std::string Observations::of(std::uint32_t node) const {
  std::vector<std::string> found;
  for (const Entry& entry : entries_) {
    if (entry.node == node) found.push_back(name(entry));
  }
  return quoted(found);
}

std::string quoted(const std::vector<std::string>& names) {
  std::vector<std::string> once;
  for (const auto& name : names) {
    if (std::find(once.begin(), once.end(), name) == once.end()) once.push_back(name);
  }
  std::string text;
  for (std::size_t i = 0; i < once.size(); ++i) {
    if (i > 0) text += i + 1 == once.size() ? " and " : ", ";
    text += "'" + once[i] + "'";
  }
  return text;
}

Var observe(const char* name, const Var& x) {
  if (name == nullptr || *name == '\0') {
    throw Error(ErrorKind::argument, "observe", "a name for the value", "none",
                "Call it observe(\"forget\", x).");
  }
  const auto where = [name] { return std::string("observe(\"") + name + "\")"; };
  if (x.unbound()) {  // it has a name already, and no tape to stand on under another
    throw Error(ErrorKind::argument, where(), "a value on a tape",
                "parameter '" + x.unbound().name() + "' on no tape",
                "Messages call a parameter by its own name; to give it another one, observe "
                "tape.use(parameter).");
  }
  try {
    Tape& tape = x.tape();
    const std::int32_t of_value = tape.nodes()[x.id()].step;
    tape.observations_.add(name, x.id(), tape.step_ >= 0 ? tape.step_ : of_value);
  } catch (const Error& error) {
    throw Error(error.kind(), where() + ", " + error.where(), error.expected(), error.got(),
                error.fix());
  }
  return x;
}

std::vector<Observed> Tape::observed(const std::string& name) {
  std::vector<Observed> result;
  for (const auto& entry : observations_.entries()) {
    if (observations_.name(entry) == name) result.push_back({entry.step, value_of(entry.node)});
  }
  if (!result.empty()) return result;
  const std::vector<std::string> known = observations_.names();
  if (known.empty()) {
    throw Error(ErrorKind::argument, "Tape::observed", "a value that was named in this recording",
                "'" + name + "', where none was",
                "Name it where it is computed: observe(\"" + name + "\", x).");
  }
  throw unknown_name(ErrorKind::argument, "Tape::observed", "name", name, known);
}

}  // namespace carousel
