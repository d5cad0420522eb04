#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <autograd/support/error.hpp>
#include <experiments/runner/yaml_reader.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>

namespace carousel {
namespace {

using Place = std::function<std::string(const YAML::Mark&)>;

/// Nodes of one document, copies by aliases included: aliases of aliases grow exponentially.
constexpr std::size_t most_nodes = 100000;

std::size_t count(const YamlNode& node) {
  std::size_t total = 1;
  for (const YamlNode& child : node.children) total += count(child);
  return total;
}

/// Builds the tree from yaml-cpp's events. Its own Node would do neither of two things that are
/// needed here: keep keys that appear twice, and keep the place of every key.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(Place place) : place_(std::move(place)) {}

  const std::optional<YamlNode>& root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) {
      throw Error(ErrorKind::config, place_(mark), "the end of the document", "more text",
                  "A file holds one document");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (awaits_key()) refuse_key(mark, "an empty one");
    YamlNode node;
    node.where = place_(mark);
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (awaits_key()) refuse_key(mark, "an alias");
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw Error(ErrorKind::config, place_(mark), "an alias of something that is complete",
                  "an alias inside of what it stands for");
    }
    count_ += count(found->second);
    add(found->second, YAML::NullAnchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    if (awaits_key()) return take_key(mark, value);
    add(yaml_scalar(value, tag == "!", place_(mark)), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A list or map whose end has not come yet.
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor;
    std::optional<std::string> key;
    std::string key_where;
  };

  bool awaits_key() const {
    return !open_.empty() && open_.back().node.is_map() && !open_.back().key;
  }

  [[noreturn]] void refuse_key(const YAML::Mark& mark, const std::string& got) const {
    throw Error(ErrorKind::config, place_(mark), "a word as the key of a map", got);
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag.empty() || tag == "?" || tag == "!") return;  // yaml-cpp's "untagged" and "in quotes"
    throw Error(ErrorKind::config, place_(mark), "a value without a tag", "the tag '" + tag + "'",
                "Write the plain value");
  }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    Open& map = open_.back();
    if (const YamlNode* first = map.node.find(key)) {
      throw Error(ErrorKind::config, place_(mark), "", "key '" + key + "' appears twice",
                  "Its first place is " + first->key_where);
    }
    map.key = key;
    map.key_where = place_(mark);
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    check_tag(mark, tag);
    if (awaits_key()) refuse_key(mark, kind == YamlNode::Kind::map ? "a map" : "a list");
    YamlNode node;
    node.kind = kind;
    node.where = place_(mark);
    open_.push_back({std::move(node), anchor, {}, {}});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(YamlNode node, YAML::anchor_t anchor) {
    if (++count_ > most_nodes) {
      throw Error(ErrorKind::config, node.where, "at most 100000 values in a document", "more",
                  "Each alias counts as a copy");
    }
    node.key.clear();
    node.key_where.clear();
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_map()) {
      node.key = *parent.key;
      node.key_where = parent.key_where;
      parent.key.reset();
    }
    parent.node.children.push_back(std::move(node));
  }

  Place place_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  std::optional<YamlNode> root_;
  std::size_t count_ = 0;
};

std::optional<YamlNode> parse(const std::string& text, const Place& place) {
  std::istringstream stream(text);
  Builder builder(place);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::DeepRecursion& error) {
    throw Error(ErrorKind::config, place(error.mark), "at most some hundred levels", "more");
  } catch (const YAML::Exception& error) {
    throw Error(ErrorKind::config, place(error.mark), "", error.msg);
  }
  return builder.root();
}

/// What may have been meant by the path of a file that does not exist.
std::string advice(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  std::vector<std::string> neighbours;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".yaml") neighbours.push_back(entry.path().filename().string());
  }
  const std::string near = did_you_mean(path.filename().string(), neighbours);
  if (!near.empty()) return "Did you mean '" + (path.parent_path() / near).string() + "'?";
  return "Give the path of a YAML file, seen from " +
         std::filesystem::current_path(ignored).string();
}

}  // namespace

YamlNode parse_yaml(const std::string& text, const std::string& name) {
  const auto root = parse(text, [&name](const YAML::Mark& mark) {
    return name + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
  });
  const std::string expected = "a map of settings, such as 'task: adding'";
  if (!root) throw Error(ErrorKind::config, name, expected, "an empty file");
  if (!root->is_map()) throw Error(ErrorKind::config, root->where, expected, root->described());
  return *root;
}

YamlNode load_yaml(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(ErrorKind::io, path, "a file", "none of this name", advice(path));
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (std::filesystem::is_directory(path, ignored) || !file) {
    throw Error(ErrorKind::io, path, "a file that can be read",
                file ? "a directory" : "one that cannot be opened",
                file ? "Give the path of a YAML file" : "Check its permissions");
  }
  text << file.rdbuf();
  return parse_yaml(text.str(), path);
}

YamlNode parse_yaml_value(const std::string& text, const std::string& where) {
  auto root = parse(text, [&where](const YAML::Mark&) { return where; });
  if (root) return *root;
  YamlNode null;
  null.where = where;
  return null;
}

}  // namespace carousel
