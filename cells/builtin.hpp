#pragma once
#include <autograd/support/table.hpp>
#include <cells/cell.hpp>

namespace carousel::cells {

/// The cells of the library by name.
Table<AnyCell> cells();

}  // namespace carousel::cells
