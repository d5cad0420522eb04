#pragma once
#include <chrono>
#include <filesystem>
#include <string>

namespace carousel {

/// The report of an experiment that goes on, written again now and then.
class LiveReport {
 public:
  explicit LiveReport(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Writes the report of what there is. Where that fails the runs go on; returns what to tell the
  /// user, empty where there is nothing new.
  std::string write();
  /// Whether the last one is old enough to be replaced for mere progress.
  bool due() const { return Clock::now() - written_ >= every_; }
  /// Why the last one could not be written; empty: it could.
  const std::string& fault() const { return fault_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr auto every_ = std::chrono::seconds(20);

  std::filesystem::path directory_;
  Clock::time_point written_;
  std::string fault_;
};

}  // namespace carousel
