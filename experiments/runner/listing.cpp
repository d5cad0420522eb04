#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/runner/config.hpp>
#include <experiments/runner/listing.hpp>
#include <sstream>

namespace carousel {
namespace {

/// Characters on the screen: UTF-8 continuation bytes take no room.
std::size_t screen_width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t used = screen_width(text);
  return text + std::string(width > used ? width - used : 0, ' ');
}

/// Breaks `text` between words so that lines end before `width`; it starts in column `indent`,
/// where further lines start, too.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::istringstream words(text);
  std::string result, word;
  std::size_t column = indent;
  while (words >> word) {
    const std::size_t size = screen_width(word);
    if (column > indent && column + 1 + size > width) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += size;
  }
  return result;
}

std::string type_of(const SettingDoc& row) {
  if (row.type == "word") return "one of " + row.allowed;
  return row.type + (row.allowed.empty() ? "" : ", " + row.allowed);
}

std::string value_of(const SettingDoc& row) { return row.value.empty() ? "\"\"" : row.value; }

struct Columns {
  std::size_t name = 0, key = 0, value = 0, type = 0;
};

/// A value or type that is longer than this gets a line of its own, for the sake of the others.
constexpr std::size_t widest_value = 16, widest_type = 28;

Columns measure(const std::vector<Components::Entry>& entries) {
  Columns columns;
  for (const auto& entry : entries) {
    columns.name = std::max(columns.name, screen_width(entry.name));
    for (const SettingDoc& row : document(*entry.make())) {
      columns.key = std::max(columns.key, screen_width(row.key));
      const std::size_t value = screen_width(value_of(row));
      if (value <= widest_value) columns.value = std::max(columns.value, value);
      const std::size_t type = screen_width(type_of(row));
      if (type <= widest_type) columns.type = std::max(columns.type, type);
    }
  }
  return columns;
}

std::string setting_line(const SettingDoc& row, const Columns& columns, std::size_t width) {
  std::string text = "      " + padded(row.key, columns.key) + " = ";
  const std::size_t type_column = screen_width(text) + columns.value + 2;
  const std::string value = value_of(row);
  text += screen_width(value) <= columns.value ? padded(value, columns.value) + "  "
                                               : value + "\n" + std::string(type_column, ' ');
  const std::string type = type_of(row);
  std::size_t doc_column = type_column + columns.type + 2;
  constexpr std::size_t narrowest_doc = 20;
  const bool narrow = doc_column + narrowest_doc > width;
  if (narrow) doc_column = type_column;
  text += wrapped(type, type_column, width);
  if (narrow || screen_width(type) > columns.type) {
    text += "\n" + std::string(doc_column, ' ');
  } else {
    text += std::string(columns.type - screen_width(type) + 2, ' ');
  }
  return text + wrapped(row.doc, doc_column, width) + "\n";
}

std::size_t usable(int width) { return static_cast<std::size_t>(std::max(width, 40)); }

std::string section(const std::string& title, const Components& table, std::size_t width) {
  const Columns columns = measure(table.entries());
  std::string text = title + "\n";
  for (const auto& entry : table.entries()) {
    const std::size_t doc_column = 2 + columns.name + 2;
    std::string line =
        "  " + padded(entry.name, columns.name) + "  " + wrapped(entry.doc, doc_column, width);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    for (const SettingDoc& row : document(*entry.make())) text += setting_line(row, columns, width);
  }
  return text;
}

using Kinds = std::vector<std::pair<std::string, Components>>;

/// The kinds that were asked for.
Kinds chosen(const Catalogue& known, const std::string& kind) {
  check_list_kind(kind);
  Kinds all = tables_by_kind(known);
  const auto other = [&kind](const auto& one) { return !kind.empty() && one.first != kind; };
  all.erase(std::remove_if(all.begin(), all.end(), other), all.end());
  return all;
}

}  // namespace

const Words& list_kinds() {
  static const Words kinds{"cells",        "tasks", "optimizers", "schedules",
                           "initializers", "ops",   "experiment"};
  return kinds;
}

void check_list_kind(const std::string& kind) {
  const Words& kinds = list_kinds();
  if (kind.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return;
  throw unknown_name(ErrorKind::config, "carousel list", "kind", kind, kinds);
}

Kinds tables_by_kind(const Catalogue& known) {
  return {{"cells", known.cells},
          {"tasks", known.tasks},
          {"optimizers", known.optimizers},
          {"schedules", known.schedules},
          {"initializers", known.initializers},
          {"ops", known.ops},
          {"experiment", experiment_sections()}};
}

std::string settings_text(const Components::Entry& entry, int width) {
  std::string text;
  const Columns columns = measure({entry});
  for (const SettingDoc& row : document(*entry.make())) {
    text += setting_line(row, columns, usable(width));
  }
  return text;
}

std::string listing(const Catalogue& known, const std::string& kind, int width) {
  std::string text;
  for (const auto& [title, table] : chosen(known, kind)) {
    text += (text.empty() ? "" : "\n") + section(title, table, usable(width));
  }
  return text;
}

std::string listed_names(const Catalogue& known, const std::string& kind) {
  std::string text;
  for (const auto& [title, table] : chosen(known, kind)) {
    for (const std::string& name : table.names()) {
      if (kind.empty()) text.append(title).append(" ");
      text.append(name).append("\n");
    }
  }
  return text;
}

}  // namespace carousel
