#include <algorithm>
#include <array>
#include <experiments/runner/settings_dumper.hpp>

namespace carousel {
namespace {

/// Whether YAML, of whatever version, takes the characters for a word and for nothing else: a
/// letter first (numbers, .inf and - are out), then letters, digits and _ . / + -.
bool is_plain(const std::string& text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_inner = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') ||
           std::string("_./+-").find(c) != std::string::npos;
  };
  if (text.empty() || !is_letter(text[0])) return false;
  if (!std::all_of(text.begin(), text.end(), is_inner)) return false;
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const Words reserved{"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
  return std::find(reserved.begin(), reserved.end(), lower) == reserved.end();
}

std::string in_quotes(const std::string& text) {
  constexpr std::array<char, 17> hex{"0123456789abcdef"};
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += std::string("\\") + c;
    } else if (byte < 0x20 || byte == 0x7F) {
      result += std::string("\\x") + hex[byte >> 4] + hex[byte & 15];
    } else {
      result += c;  // UTF-8 stays as it is
    }
  }
  return result + '"';
}

std::string scalar(const YamlNode& node) {
  if (node.is_null()) return "null";
  const bool unsafe = node.text.find_first_of(",[]{}:#&*!|>'\"%@`\n") != std::string::npos;
  return node.quoted || unsafe ? in_quotes(node.text) : node.text;
}

std::string key(const YamlNode& node) {
  return is_plain(node.key) ? node.key : in_quotes(node.key);
}

bool is_block(const YamlNode& node) {
  if (node.is_map()) return !node.children.empty();
  return std::any_of(node.children.begin(), node.children.end(),
                     [](const YamlNode& child) { return child.is_list() || child.is_map(); });
}

/// What stands behind "key:" or "-" on the same line.
std::string inline_text(const YamlNode& node) {
  if (node.is_map()) return "{}";
  if (!node.is_list()) return scalar(node);
  Words items;
  for (const YamlNode& child : node.children) items.push_back(scalar(child));
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return "[" + text + "]";
}

/// Writes a map or a list of maps. The first line is not indented: "- " may stand before it.
void write(std::string& out, const YamlNode& node, const std::string& indent) {
  bool first = true;
  for (const YamlNode& child : node.children) {
    if (!first) out += indent;
    first = false;
    const std::string deeper = indent + "  ";
    out += node.is_map() ? key(child) + ":" : "-";
    if (!is_block(child)) {
      out += " " + inline_text(child) + "\n";
      continue;
    }
    out += node.is_map() ? "\n" + deeper : " ";
    write(out, child, deeper);
  }
}

}  // namespace

void SettingsDumper::operator()(const char* key, bool& value, const char*) {
  map_.set(key, yaml_scalar(value ? "true" : "false"));
}

void SettingsDumper::operator()(const char* key, std::int64_t& value, const char*, const Range&) {
  map_.set(key, yaml_scalar(std::to_string(value)));
}

void SettingsDumper::operator()(const char* key, double& value, const char*, const Range&) {
  map_.set(key, yaml_scalar(shortest(value)));
}

void SettingsDumper::operator()(const char* key, std::optional<double>& value, const char*,
                                const Range&) {
  map_.set(key, value ? yaml_scalar(shortest(*value)) : YamlNode{});
}

void SettingsDumper::operator()(const char* key, std::string& value, const char*, const Words&) {
  map_.set(key, yaml_text(value));
}

void SettingsDumper::operator()(const char* key, std::vector<std::int64_t>& value, const char*,
                                const Range&) {
  YamlNode list;
  list.kind = YamlNode::Kind::list;
  for (const std::int64_t item : value) list.children.push_back(yaml_scalar(std::to_string(item)));
  map_.set(key, std::move(list));
}

YamlNode yaml_text(const std::string& text) { return yaml_scalar(text, !is_plain(text)); }

std::string to_yaml(const YamlNode& node) {
  if (!is_block(node)) return inline_text(node) + "\n";
  std::string text;
  write(text, node, "");
  return text;
}

}  // namespace carousel
