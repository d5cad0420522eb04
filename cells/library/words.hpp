#pragma once
#include <autograd/support/error.hpp>
#include <string>
#include <vector>

namespace carousel::cells {

/// The word itself when it is an allowed one. A configuration is checked when it is read; this is
/// for cells whose fields are set in code.
inline const std::string& checked_word(const char* setting, const std::string& word,
                                       const std::vector<std::string>& allowed) {
  for (const auto& known : allowed) {
    if (word == known) return word;
  }
  throw unknown_name(ErrorKind::argument, "cell", std::string("word for ") + setting, word,
                     allowed);
}

}  // namespace carousel::cells
