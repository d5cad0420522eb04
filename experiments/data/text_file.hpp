#pragma once
#include <string>

/// Reading text.
namespace carousel::data {

/// Errors (ErrorKind::data, the path) unless a regular file is there. `what` names what should be:
/// "a text file"; `fix` says how to get it.
void require_regular_file(const std::string& path, const std::string& what,
                          const std::string& fix = {});

/// All of a text file, without a byte order mark. Errors as require_regular_file, and when it
/// cannot be read, is empty, or is not UTF-8 (with the offset of the first wrong byte).
std::string read_text(const std::string& path, const std::string& fix = {});

/// The Unicode code points of valid UTF-8.
std::u32string code_points(const std::string& utf8);

}  // namespace carousel::data
