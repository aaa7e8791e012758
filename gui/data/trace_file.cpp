#include "gui/data/trace_file.hpp"

#include <algorithm>
#include <array>
#include <boost/interprocess/exceptions.hpp>
#include <boost/interprocess/file_mapping.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <simdjson.h>
#include <thread>
#include <type_traits>

#include "sim/trace/fields.hpp"
#include "sim/trace/json.hpp"
#include "sim/trace/json_tree.hpp"

namespace concordat::gui {

namespace {

namespace dom = simdjson::dom;
using trace::Need;

constexpr std::string_view first_step = "\n \"steps\": [\n  {\"index\": ";
constexpr std::string_view next_step = "\n  {\"index\": ";
constexpr std::string_view last_step = "\n ]";

/// Fills a struct whose fields come in the order of the file. A member keeps its memory, so that
/// one Step after the other is read without asking for more. Each `read` is false at the first
/// thing that is not as Concordat writes it.
template <class T>
requires trace::is_record<T>
bool read(const dom::element& json, T& out);

bool read(const dom::element& json, std::string& out) {
  std::string_view text;
  if (json.get_string().get(text) != simdjson::SUCCESS) return false;
  out.assign(text);
  return true;
}

bool read(const dom::element& json, bool& out) {
  return json.get_bool().get(out) == simdjson::SUCCESS;
}

bool read(const dom::element& json, std::int64_t& out) {
  return json.get_int64().get(out) == simdjson::SUCCESS;
}

bool read(const dom::element& json, int& out) {
  std::int64_t wide = 0;
  if (!read(json, wide)) return false;
  out = static_cast<int>(wide);
  return out == wide;
}

bool read(const dom::element& json, std::optional<std::int64_t>& out) {
  return read(json, out.emplace());
}

template <class Kind>
requires std::is_enum_v<Kind>
bool read(const dom::element& json, Kind& out) {
  std::string_view name;
  if (json.get_string().get(name) != simdjson::SUCCESS) return false;
  const std::optional<Kind> kind = enum_from_name<Kind>(name);
  if (kind) out = *kind;
  return kind.has_value();
}

template <class T>
bool read(const dom::element& json, std::vector<T>& out) {
  dom::array array;
  if (json.get_array().get(array) != simdjson::SUCCESS) return false;
  std::size_t count = 0;
  for (const dom::element item : array) {
    if (count == out.size()) out.emplace_back();
    if (!read(item, out[count++])) return false;
  }
  out.resize(count);
  return true;
}

template <class Member>
void clear(Member& member) {
  if constexpr (requires { member.clear(); })
    member.clear();
  else
    member = Member{};
}

bool allowed(const std::string& text, trace::OneOf words) {
  return words.list.empty() || words.allows(text);
}
template <class T>
bool allowed(const T& /*value*/, trace::OneOf /*words*/) {
  return true;
}

template <class T>
requires trace::is_record<T>
bool read(const dom::element& json, T& out) {
  dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) return false;
  auto field = object.begin();
  const auto end = object.end();
  bool good = true;
  trace::each_field<T>([&](std::string_view key, auto member, Need need, trace::OneOf words) {
    if (!good) return;
    if (field != end && field.key_equals(key)) {
      good = read(field.value(), out.*member) && allowed(out.*member, words);
      ++field;
    } else if (need == Need::required) {
      good = false;
    } else {
      clear(out.*member);
    }
  });
  return good && !(field != end);
}

}  // namespace

struct TraceFile::Mapping {
  boost::interprocess::file_mapping file;
  boost::interprocess::mapped_region region;
};

/// Reads one step after the other; each thread has its own.
class TraceFile::Reader {
 public:
  static constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

  bool step(std::string_view text, trace::Step& out) {
    dom::element json;
    if (parser_.parse(text.data(), text.size(), false).get(json) != simdjson::SUCCESS) return false;
    return read(json, out);
  }

 private:
  dom::parser parser_;
};

TraceFile::TraceFile(std::string path, std::unique_ptr<const Mapping> mapping)
    : path_(std::move(path)), mapping_(std::move(mapping)) {}

TraceFile::~TraceFile() = default;

std::shared_ptr<const TraceFile> TraceFile::map(const std::string& path) {
  namespace ipc = boost::interprocess;
  auto mapping = std::make_unique<Mapping>();
  try {
    mapping->file = ipc::file_mapping(path.c_str(), ipc::read_only);
    mapping->region = ipc::mapped_region(mapping->file, ipc::read_only);
  } catch (const ipc::interprocess_exception&) {
    return nullptr;
  }
  std::shared_ptr<TraceFile> file(new TraceFile(path, std::move(mapping)));
  const std::string_view text = file->text();
  const std::size_t begin = text.find(first_step);
  if (begin == std::string_view::npos) return nullptr;
  // A line break within a text is escaped, so that each of these is one between values.
  std::size_t line = begin + first_step.size() - next_step.size();
  const std::size_t to_object = next_step.find('{');
  for (;; ++line) {
    line = text.find('\n', line);
    if (line == std::string_view::npos) return nullptr;
    const std::string_view rest = text.substr(line);
    if (rest.starts_with(next_step))
      file->offsets_.push_back(line + to_object);
    else if (rest.starts_with(last_step))
      break;
  }
  file->offsets_.push_back(line + to_object);
  return text.size() - line < Reader::padding ? nullptr : file;
}

std::string_view TraceFile::text() const {
  return {static_cast<const char*>(mapping_->region.get_address()), mapping_->region.get_size()};
}

std::string_view TraceFile::slice(int index) const {
  const auto at = static_cast<std::size_t>(index);
  const std::string_view all =
      text().substr(offsets_[at], offsets_[at + 1] - offsets_[at] - next_step.find('{'));
  return all.ends_with(',') ? all.substr(0, all.size() - 1) : all;
}

Error TraceFile::error_at(int index) const {
  // The thorough reader says what is wrong with the step. Its lines count from the step's own.
  const std::string_view step = slice(index);
  const auto begin = static_cast<std::size_t>(step.data() - text().data());
  const int line = trace::position_of(text(), begin).line;
  std::string alone(text().substr(0, text().find(first_step)));
  const int lines_before = trace::position_of(alone, alone.size()).line;
  alone += "\n \"steps\": [\n  " + std::string(step) + "]";
  alone += text().substr(offsets_.back() - next_step.find('{') + last_step.size());
  const auto read = trace::from_json(alone, path_);
  const std::string name = "steps[" + std::to_string(index) + "]";
  if (read) return {path_, {line, 0}, name + ": its fields are not in the usual order", ""};
  Error error = read.error();
  constexpr std::string_view first = "steps[0]";
  if (error.what.starts_with(first)) error.what.replace(0, first.size(), name);
  error.at.line += line - lines_before - 2;
  return error;
}

trace::Step TraceFile::step(int index) const {
  thread_local Reader reader;
  trace::Step out;
  check(reader.step(slice(index), out), "a step that has been read can be read again");
  return out;
}

Result<trace::Trace> TraceFile::rest() const {
  std::string all(text().substr(0, text().find(first_step)));
  all += "\n \"steps\": [";
  all += text().substr(offsets_.back() - next_step.find('{') + 2);
  return trace::from_json(all, path_);
}

/// Steps that one thread has read and another takes, in a ring of parts. A part's steps keep their
/// memory from one use to the next.
class TraceFile::Belt {
 public:
  struct Part {
    std::vector<trace::Step> steps;
    int count = 0;  // of them are filled; fewer than `part_size`: the last
  };
  static constexpr int part_size = 128;

  Belt() {
    for (Part& part : parts_)
      part.steps.resize(part_size);
  }

  /// An empty part; nullptr once the taker has gone. Then `put` it.
  Part* next_empty() {
    std::unique_lock held(lock_);
    changed_.wait(held, [this] { return put_ - taken_ < parts_.size() || is_left_; });
    return is_left_ ? nullptr : &parts_[put_ % parts_.size()];
  }
  void put() { change(put_); }

  /// A full part; give it back by `taken`.
  Part& next_full() {
    std::unique_lock held(lock_);
    changed_.wait(held, [this] { return put_ > taken_; });
    return parts_[taken_ % parts_.size()];
  }
  void taken() { change(taken_); }

  void leave() {
    const std::lock_guard held(lock_);
    is_left_ = true;
    changed_.notify_all();
  }

 private:
  void change(std::size_t& count) {
    const std::lock_guard held(lock_);
    ++count;
    changed_.notify_all();
  }

  std::array<Part, 4> parts_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::size_t put_ = 0;
  std::size_t taken_ = 0;
  bool is_left_ = false;
};

void TraceFile::read_all(Belt& belt) const {
  Reader reader;
  int next = 0;
  while (Belt::Part* part = belt.next_empty()) {
    const int wanted = std::min(Belt::part_size, step_count() - next);
    part->count = 0;
    while (part->count < wanted &&
           reader.step(slice(next), part->steps[static_cast<std::size_t>(part->count)])) {
      ++part->count;
      ++next;
    }
    const bool is_last = part->count < Belt::part_size;
    belt.put();
    if (is_last) return;
  }
}

Result<bool> TraceFile::each(const std::function<void(const trace::Step&)>& visit) const {
  Belt belt;
  std::jthread reader([this, &belt] { read_all(belt); });
  int done = 0;
  for (bool is_last = false; !is_last;) {
    const Belt::Part& part = belt.next_full();
    for (int i = 0; i < part.count; ++i)
      visit(part.steps[static_cast<std::size_t>(i)]);
    done += part.count;
    is_last = part.count < Belt::part_size;
    belt.taken();
  }
  belt.leave();
  if (done < step_count()) return error_at(done);
  return true;
}

}  // namespace concordat::gui
