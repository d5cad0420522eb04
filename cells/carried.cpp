#include <algorithm>
#include <cells/carried.hpp>

namespace carousel::cells::detail {
namespace {

/// Elements from the first to the last of a view.
Index extent(const View& view) {
  return view.shape.size() == 0 ? 0 : (view.rows() - 1) * view.stride + view.columns();
}

/// Each group begins at a multiple of 64 bytes.
std::size_t bytes_of(const Layout::Group& group, DType dtype) {
  constexpr std::size_t unit = 64;
  return (static_cast<std::size_t>(group.elements) * size_of(dtype) + unit - 1) / unit * unit;
}

}  // namespace

Layout Layout::of(const Tape& tape, const std::vector<Var>& values,
                  const std::vector<std::uint32_t>& own) {
  Layout layout;
  for (const Var& value : values) {
    const Node& node = tape.nodes()[value.id()];
    std::uint32_t owner = value.id();
    while (tape.nodes()[owner].root != owner &&
           !std::binary_search(own.begin(), own.end(), owner)) {
      owner = tape.inputs(tape.nodes()[owner])[0];
    }
    // A part of the whole xs, say: that is not carried, and its gradient is in the outer pass.
    if (tape.nodes()[owner].captured >= 0) owner = value.id();
    const View& whole = tape.nodes()[owner].value;
    const auto found = std::find(layout.owners.begin(), layout.owners.end(), owner);
    const auto group = static_cast<std::size_t>(found - layout.owners.begin());
    if (found == layout.owners.end()) {
      layout.owners.push_back(owner);
      layout.groups.push_back({whole.shape, whole.stride, extent(whole)});
    }
    const Index bytes =
        static_cast<const std::byte*>(node.value.data) - static_cast<const std::byte*>(whole.data);
    layout.parts.push_back({group, bytes / static_cast<Index>(size_of(tape.dtype())),
                            node.value.shape, node.value.stride, node.requires_grad});
  }
  return layout;
}

bool Layout::same_geometry(const Layout& other) const {
  const auto same_part = [](const Part& a, const Part& b) {
    return a.group == b.group && a.offset == b.offset && a.shape == b.shape &&
           a.stride == b.stride && a.requires_grad == b.requires_grad;
  };
  const auto same_group = [](const Group& a, const Group& b) {
    return a.shape == b.shape && a.stride == b.stride;
  };
  return std::equal(parts.begin(), parts.end(), other.parts.begin(), other.parts.end(),
                    same_part) &&
         std::equal(groups.begin(), groups.end(), other.groups.begin(), other.groups.end(),
                    same_group);
}

std::size_t Layout::bytes(DType dtype) const {
  std::size_t total = 0;
  for (const auto& group : groups) total += bytes_of(group, dtype);
  return total;
}

Carried::Carried(std::shared_ptr<const Layout> layout, void* memory, DType dtype)
    : layout_(std::move(layout)), memory_(memory), dtype_(dtype) {}

View Carried::group(std::size_t i) const {
  auto* at = static_cast<std::byte*>(memory_);
  for (std::size_t j = 0; j < i; ++j) at += bytes_of(layout_->groups[j], dtype_);
  return {at, layout_->groups[i].shape, layout_->groups[i].stride, dtype_};
}

View Carried::part(std::size_t i) const {
  const Layout::Part& part = layout_->parts[i];
  auto* at = static_cast<std::byte*>(group(part.group).data) +
             part.offset * static_cast<Index>(size_of(dtype_));
  return {at, part.shape, part.stride, dtype_};
}

void Carried::assign_values(const Tape& tape, const std::vector<std::uint32_t>& owners) const {
  for (std::size_t i = 0; i < owners.size(); ++i) copy(tape.nodes()[owners[i]].value, group(i));
}

bool Carried::is_neutral() const {
  for (std::size_t i = 0; i < layout_->groups.size(); ++i) {
    if (!carousel::is_neutral(group(i))) return false;
  }
  return true;
}

void Carried::fill_neutral() const {
  for (std::size_t i = 0; i < layout_->groups.size(); ++i) carousel::fill_neutral(group(i));
}

}  // namespace carousel::cells::detail
