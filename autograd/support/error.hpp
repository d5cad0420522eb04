#pragma once
#include <stdexcept>
#include <string>
#include <vector>

namespace carousel {

/// Whose mistake an error describes; the program's exit code follows from it.
enum class ErrorKind {
  argument,    ///< a caller's argument: a shape, a dtype, a dead tape
  config,      ///< a setting in a YAML file or on the command line
  data,        ///< a data set that is missing, truncated or corrupted
  io,          ///< a file that cannot be read or written
  memory,      ///< sizes that no memory can hold
  non_finite,  ///< NaN or an infinity, found by anomaly mode
  internal     ///< a mistake of the library itself
};

/// The one error type. what() reads `where: expected ...; got .... fix`, leaving out empty parts.
class Error : public std::runtime_error {
 public:
  /// `where` names the op, setting or file; `expected` what would have been right; `got` what came
  /// (shapes with the names of their axes); `fix` what the reader can do about it.
  Error(ErrorKind kind, std::string where, std::string expected, std::string got,
        std::string fix = {});

  ErrorKind kind() const { return kind_; }
  const std::string& where() const { return where_; }
  const std::string& expected() const { return expected_; }
  const std::string& got() const { return got_; }
  const std::string& fix() const { return fix_; }

 private:
  ErrorKind kind_;
  std::string where_, expected_, got_, fix_;
};

/// The known word nearest to `word` by edit distance, upper and lower case being the same, or ""
/// when none is near enough to suggest.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

/// "lstm, gru, vanilla": a list as error messages print it.
std::string join(const std::vector<std::string>& words, const std::string& separator = ", ");

/// An unknown name: names the kind of thing, the word, the known words and the nearest of them.
Error unknown_name(ErrorKind kind, const std::string& where, const std::string& what,
                   const std::string& word, const std::vector<std::string>& known);

}  // namespace carousel
