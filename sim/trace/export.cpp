#include "sim/trace/export.hpp"

#include "sim/base/enum_name.hpp"
#include "sim/trace/json.hpp"

namespace concordat::trace {

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  names.reserve(static_cast<std::size_t>(enum_count<Format>()));
  for (int i = 0; i < enum_count<Format>(); ++i)
    names.push_back(enum_name(static_cast<Format>(i)));
  return names;
}

std::optional<Format> format_named(std::string_view name) {
  return enum_from_name<Format>(name);
}

std::string exported(const Trace& trace, Format format, const TextOptions& options) {
  switch (format) {
    case Format::text: return render(trace, options);
    case Format::json: return to_json(trace);
    case Format::mermaid: return to_mermaid(trace);
    case Format::plantuml: return to_plantuml(trace);
    case Format::shiviz: return to_shiviz(trace);
  }
  return "";
}

}  // namespace concordat::trace
