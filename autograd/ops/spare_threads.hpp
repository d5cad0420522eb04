#pragma once

namespace carousel {

/// While this lives, a matrix product of the calling thread that is worth it is split among so many
/// threads by rows of the result. For what has one sequence, and so nothing else to split: all
/// other work is split by sequences, and its products take one thread each.
class SpareThreads {
 public:
  explicit SpareThreads(int threads) : before_(now()) { now() = threads; }
  ~SpareThreads() { now() = before_; }
  SpareThreads(const SpareThreads&) = delete;
  SpareThreads& operator=(const SpareThreads&) = delete;

  static int count() { return now(); }

 private:
  static int& now() {
    thread_local int threads = 1;
    return threads;
  }
  int before_;
};

}  // namespace carousel
