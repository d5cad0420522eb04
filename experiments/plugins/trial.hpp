#pragma once
#include <autograd/support/table.hpp>
#include <cells/any_cell.hpp>
#include <functional>
#include <string>

namespace carousel {

/// Does the work in a process of its own, and says what became of it: empty where it went well,
/// else the exception's text, or how it ended the process.
std::string fault_of(const std::function<void()>& work);

/// What is wrong with a cell whose code nobody has looked at: it is made, asked for its settings,
/// built, and runs three steps forward and back in a process of its own. Empty where nothing is.
std::string fault_of_cell(const Table<cells::AnyCell>::Entry& entry);

/// A cell that stands for one with a fault: building it is an error that tells it.
std::unique_ptr<cells::AnyCell> faulty_cell(const std::string& name, const std::string& fault);

}  // namespace carousel
