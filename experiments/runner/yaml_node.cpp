#include <experiments/runner/yaml_reader.hpp>
#include <utility>

namespace carousel {

const YamlNode* YamlNode::find(const std::string& name) const {
  if (!is_map()) return nullptr;
  for (const YamlNode& child : children) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

YamlNode* YamlNode::find(const std::string& name) {
  return const_cast<YamlNode*>(std::as_const(*this).find(name));
}

YamlNode& YamlNode::set(const std::string& name, YamlNode value) {
  value.key = name;
  value.key_where = value.where;
  if (YamlNode* present = find(name)) return *present = std::move(value);
  return children.emplace_back(std::move(value));
}

std::string YamlNode::described() const {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
    case Kind::scalar:
      break;
  }
  constexpr std::size_t longest = 60;
  std::string shown = text;
  if (text.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // not inside of a UTF-8 character
    shown = text.substr(0, end) + "...";
  }
  return quoted ? '"' + shown + '"' : "'" + shown + "'";
}

YamlNode yaml_scalar(std::string text, bool quoted, std::string where) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  node.where = std::move(where);
  return node;
}

YamlNode yaml_map(std::string where) {
  YamlNode node;
  node.kind = YamlNode::Kind::map;
  node.where = std::move(where);
  return node;
}

}  // namespace carousel
