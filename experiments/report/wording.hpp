#pragma once
#include <string>
#include <vector>

namespace carousel::report {

/// "a", "a and b", "a, b and c"
std::string list_of(const std::vector<std::string>& words);

/// Four places where that says enough, else four digits.
std::string number(double value);

/// "gru (1 of 2 seeds)"; without the seeds where they all agree.
std::string of_seeds(const std::string& label, std::size_t count, std::size_t seeds);

}  // namespace carousel::report
