#include <unistd.h>

#include <algorithm>
#include <autograd/memory/limit.hpp>
#include <autograd/memory/pool.hpp>
#include <autograd/support/error.hpp>
#include <new>

namespace carousel::memory {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::size_t smallest_block = std::size_t{1} << 20;
constexpr std::size_t largest_block = std::size_t{1} << 26;

std::size_t rounded(std::size_t bytes) {
  return std::max<std::size_t>(alignment, (bytes + alignment - 1) / alignment * alignment);
}

}  // namespace

void check_request(std::size_t bytes) {
  static const auto available = static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
                                static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  if (bytes <= available) return;
  constexpr std::size_t mebibyte = std::size_t{1} << 20U;
  throw Error(ErrorKind::memory, "memory",
              "at most the " + std::to_string(available / mebibyte) + " MiB of this machine",
              std::to_string(bytes / mebibyte) + " MiB");
}

void Arena::Free::operator()(std::byte* memory) const {
  ::operator delete (memory, std::align_val_t{alignment});
}

void* Arena::take(std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  while (current_ < blocks_.size() && used_ + size > blocks_[current_].size) {
    ++current_;
    used_ = 0;
  }
  if (current_ == blocks_.size()) {
    // Blocks double up to a limit: few allocations, and at most half of the memory unused.
    const std::size_t block = std::max(size, std::clamp(bytes_, smallest_block, largest_block));
    check_request(block);
    auto* memory = static_cast<std::byte*>(::operator new (block, std::align_val_t{alignment}));
    blocks_.push_back({std::unique_ptr<std::byte, Free>(memory), block});
    bytes_ += block;
  }
  void* taken = blocks_[current_].memory.get() + used_;
  used_ += size;
  taken_ += size;
  return taken;
}

void Arena::rewind() {
  current_ = 0;
  used_ = 0;
  taken_ = 0;
}

Pool::Bin& Pool::bin(std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  for (auto& bin : bins_) {
    if (bin.size == size) return bin;
  }
  bins_.push_back({size, {}});
  return bins_.back();
}

void* Pool::take(std::size_t bytes) {
  Bin& from = bin(bytes);
  if (from.free.empty()) return arena_.take(from.size);
  void* memory = from.free.back();
  from.free.pop_back();
  return memory;
}

void Pool::give_back(void* memory, std::size_t bytes) { bin(bytes).free.push_back(memory); }

void Pool::rewind() {
  for (auto& bin : bins_) bin.free.clear();
  arena_.rewind();
}

}  // namespace carousel::memory
