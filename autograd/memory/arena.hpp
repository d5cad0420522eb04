#pragma once
#include <cstddef>
#include <memory>
#include <vector>

namespace carousel::memory {

/// Memory that is taken piece by piece and given back all at once: the values of one recording.
/// Blocks are kept by rewind(), so a second recording of the same size allocates nothing.
class Arena {
 public:
  /// 64-byte aligned, uninitialised.
  void* take(std::size_t bytes);
  void rewind();
  /// Bytes held.
  std::size_t bytes() const { return bytes_; }
  /// Bytes taken since the last rewind().
  std::size_t used() const { return taken_; }

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };
  struct Block {
    std::unique_ptr<std::byte, Free> memory;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  std::size_t current_ = 0;  // block being filled
  std::size_t used_ = 0;     // bytes used in it
  std::size_t taken_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace carousel::memory
