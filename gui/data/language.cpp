#include "gui/data/language.hpp"

#include <array>
#include <atomic>

namespace concordat::gui {

namespace {

std::atomic<trace::Language> spoken = trace::Language::english;

/// How the words of a mark begin.
constexpr auto beginnings = std::to_array<trace::Sentence>({
    {"start", "启动"},
    {"force ", "强制写 "},
    {"append ", "写 "},
    {"vote yes", "投赞成票"},
    {"vote no", "投反对票"},
    {"vote read", "投只读票"},
    {"COMMIT", "提交"},
    {"ABORT", "中止"},
    {"decide ", "决定 "},
    {"tell client commit", "答复客户端：提交"},
    {"tell client abort", "答复客户端：中止"},
    {"tell client ", "答复客户端 "},
    {"crash ", "崩溃："},
    {"crash", "崩溃"},
    {"recover, log tail ", "恢复，日志尾部 "},
    {"recover", "恢复"},
});

}  // namespace

void set_language(trace::Language language) {
  spoken = language;
}

trace::Language language() {
  return spoken;
}

std::string term(std::string_view word) {
  return trace::Words(language()).term(word);
}

std::string said(std::string_view mark) {
  if (language() == trace::Language::english) return std::string(mark);
  std::string out;
  const std::size_t tx = mark.find(' ') + 1;  // "t2 force prepared"
  if (tx > 1 && mark[0] == 't' && mark[1] >= '0' && mark[1] <= '9') {
    out = mark.substr(0, tx);
    mark.remove_prefix(tx);
  }
  if (mark.ends_with(" timer")) return out + std::string(mark.substr(0, mark.size() - 6)) + " 超时";
  for (const trace::Sentence& beginning : beginnings)
    if (mark.starts_with(beginning.english)) {
      out += beginning.chinese;
      mark.remove_prefix(beginning.english.size());
      break;
    }
  return out + std::string(mark);
}

}  // namespace concordat::gui
