#include "sim/trace/sentences.hpp"

#include <algorithm>

#include "sim/trace/style.hpp"

namespace concordat::trace {

namespace {

struct Row {
  Phrase phrase;
  Sentence said;
};

constexpr auto rows = std::to_array<Row>({
    {Phrase::gap, {" ", ""}},
    {Phrase::comma, {", ", "，"}},
    {Phrase::semicolon, {"; ", "；"}},
    {Phrase::stop, {".", "。"}},
    {Phrase::name_comma, {", ", "、"}},
    {Phrase::name_and, {" and ", "和"}},
    {Phrase::action_and, {" and ", "，并"}},
    {Phrase::fact_and, {" and ", "，"}},
    {Phrase::in_brackets, {" ({0})", "（{0}）"}},
    {Phrase::pair, {"{0} ({1})", "{0}（{1}）"}},
    {Phrase::introduction,
     {"\"{0}\" is a run of {1}{2} with {3}.", "“{0}”是{1}{2}的一次运行，参加者有{3}。"}},
    {Phrase::vote_one,
     {"{0} votes; commit needs a yes from every voter.",
      "{0}参加投票；只有每个投票者都投赞成票，才能提交。"}},
    {Phrase::vote_many,
     {"{0} vote; commit needs a yes from every voter.",
      "{0}参加投票；只有每个投票者都投赞成票，才能提交。"}},
    {Phrase::there_are, {"There are {0}.", "共有{0}。"}},
    {Phrase::share_node, {"{0} share the node {1}.", "{0}同在节点{1}上。"}},
    {Phrase::timed_seed,
     {"It is a timed run with seed {0}.", "这是一次带时间的运行，随机种子为{0}。"}},
    {Phrase::no_process, {"no process", "零个进程"}},
    {Phrase::at_time, {"At {0}, ", "在{0}，"}},
    {Phrase::from_time_to, {"From {0} to {1}, ", "从{0}到{1}，"}},
    {Phrase::later, {"{0} later {1}", "{0}之后{1}"}},
    {Phrase::in_transaction, {" in transaction {0}", "（事务{0}）"}},
    {Phrase::subject, {"{0} {1}.", "{0}{1}。"}},
    {Phrase::each_subject, {"Each of {0} {1}.", "{0}各自{1}。"}},
    {Phrase::starts, {"starts", "启动"}},
    {Phrase::starts_work, {"starts work{0}", "开始工作{0}"}},
    {Phrase::timeout, {"runs into its {0} timeout{1}", "遇到{0}超时{1}"}},
    {Phrase::sends, {"sends {0} to {1}", "向{1}发送{0}"}},
    {Phrase::receives, {"receives {0}", "收到{0}"}},
    {Phrase::reception, {"{0} from {1}", "{1}发来的{0}"}},
    {Phrase::changes_nothing, {", which changes nothing", "，但什么也没有改变"}},
    {Phrase::forces_log, {"forces its log", "强制写日志"}},
    {Phrase::forces_store, {"{0}s its data on disk", "在磁盘上{0}它的数据"}},
    {Phrase::forces, {"forces {0} to its log", "把{0}强制写入日志"}},
    {Phrase::forces_prepared,
     {"forces {0} with its data and locks to its log", "把{0}连同数据和锁强制写入日志"}},
    {Phrase::forces_data, {"forces {0} with its data to its log", "把{0}连同数据强制写入日志"}},
    {Phrase::forces_undone,
     {"forces {0} to its log (undoing its data)", "把{0}强制写入日志（并撤销对数据的修改）"}},
    {Phrase::appends, {"writes {0} to its log without forcing it", "把{0}写入日志但不强制落盘"}},
    {Phrase::votes, {"votes {0}", "投{0}"}},
    {Phrase::decides, {"decides {0}", "决定{0}"}},
    {Phrase::doubt_over, {" (its doubt is over)", "（存疑结束）"}},
    {Phrase::doubt_over_after, {" (its doubt of {0} is over)", "（存疑{0}后结束）"}},
    {Phrase::tells_client, {"tells the client {0}", "答复客户端{0}"}},
    {Phrase::draws, {"draws {0} = {1}", "选定{0} = {1}"}},
    {Phrase::asks_store, {"asks its store to {0}{1}", "请求存储执行 `{0}`{1}"}},
    {Phrase::crashes, {"crashes{0}{1}", "{0}崩溃{1}"}},
    {Phrase::right_after, {" right after {0}", "刚{0}就"}},
    {Phrase::just_sending, {"sending {0} to {1}", "向{1}发送{0}"}},
    {Phrase::just_forcing, {"forcing {0}", "强制写入{0}"}},
    {Phrase::just_writing, {"writing {0}", "写入{0}"}},
    {Phrase::just_telling, {"telling the client", "答复客户端"}},
    {Phrase::just_receiving, {"receiving {0}", "收到{0}"}},
    {Phrase::before_sending, {", before it sends anything", "，还没有发出任何消息"}},
    {Phrase::before_it, {", before it {0}", "，还没来得及{0}"}},
    {Phrase::then_node, {"Then {0} {1}.", "随后{0}{1}。"}},
    {Phrase::then_node_at, {"Then, at {2}, {0} {1}.", "随后在{2}，{0}{1}。"}},
    {Phrase::down_until, {"It is down until {0}.", "它一直宕机到{0}。"}},
    {Phrase::goes_down_in_doubt,
     {"It goes down in doubt{0}: its vote binds it when it comes back.",
      "它在存疑时宕机{0}：恢复之后仍受自己那一票的约束。"}},
    {Phrase::only_one_knows,
     {"The decision{0} exists, but only {1} knows it.", "决定已经存在{0}，但只有{1}知道。"}},
    {Phrase::comes_back,
     {"comes back{0} with what its log says{1}", "{0}恢复，只记得日志里写下的内容{1}"}},
    {Phrase::after_time, {" after {0}", "在{0}之后"}},
    {Phrase::log_tail, {" (tail: {0})", "（日志尾部：“{0}”）"}},
    {Phrase::doubt_now_one,
     {"From now on {0} is in doubt: it has voted yes and may not decide alone.",
      "从此{0}存疑：它已投赞成票，不能独自作出决定。"}},
    {Phrase::doubt_now_many,
     {"From now on {0} are in doubt: they have voted yes and may not decide alone.",
      "从此{0}存疑：它们已投赞成票，不能独自作出决定。"}},
    {Phrase::doubt_since_one,
     {"From {1} on {0} is in doubt: it has voted yes and may not decide alone.",
      "从{1}起{0}存疑：它已投赞成票，不能独自作出决定。"}},
    {Phrase::doubt_since_many,
     {"From {1} on {0} are in doubt: they have voted yes and may not decide alone.",
      "从{1}起{0}存疑：它们已投赞成票，不能独自作出决定。"}},
    {Phrase::in_doubt, {"It is in doubt", "它存疑"}},
    {Phrase::in_doubt_for, {"It has been in doubt for {0}", "它已经存疑{0}"}},
    {Phrase::only_asks, {"{0}, so it can only ask, or wait.", "{0}，所以只能询问，或者等待。"}},
    {Phrase::reverses,
     {"That reverses its own decision: it had decided {0} in step {1}.",
      "这推翻了它自己的决定：它在第{1}步已经决定{0}。"}},
    {Phrase::split,
     {"But {0} decided {1} in step {2}: the transaction is split.",
      "但{0}在第{2}步已经决定{1}：事务的结果不一致了。"}},
    {Phrase::first_decision,
     {"This is the first decision{0}; from here on nobody may decide otherwise.",
      "这是第一个决定{0}；从此谁也不得作出不同的决定。"}},
    {Phrase::first_decision_no,
     {"This is the first decision{0}. After its own no it needs to ask nobody.",
      "这是第一个决定{0}。它自己投了反对票，不必再问任何人。"}},
    {Phrase::copy_stays,
     {"A copy of this message stays under way and may arrive again.",
      "这条消息的一个副本仍在途中，可能再次到达。"}},
    {Phrase::network_splits,
     {"The network splits: {0}. No message passes between the sides.",
      "网络分区：{0}。各侧之间的消息都无法通过。"}},
    {Phrase::network_splits_event, {"The network splits: {0}.", "网络分区：{0}。"}},
    {Phrase::two_sides, {"{0} on one side, {1} on the other", "{0}在一侧，{1}在另一侧"}},
    {Phrase::lasts_until, {"It lasts until {0}.", "分区持续到{0}。"}},
    {Phrase::end_of_run, {"the end of the run", "运行结束"}},
    {Phrase::heals,
     {"The partition heals; every message can pass again.", "分区恢复；所有消息又可以通过。"}},
    {Phrase::pauses,
     {"{0} pauses{1}: it is up, but does nothing.", "{0}暂停{1}：它没有宕机，但什么也不做。"}},
    {Phrase::for_time, {" for {0}", "（持续{0}）"}},
    {Phrase::goes_on, {"{0} goes on after its pause.", "{0}暂停之后继续工作。"}},
    {Phrase::client_acts, {"The client acts: {0}.", "客户端动作：{0}。"}},
    {Phrase::operator_acts, {"An operator steps in: {0}.", "运维人员介入：{0}。"}},
    {Phrase::outside_write,
     {"Somebody outside the protocol writes: {0}.", "协议之外有人写入：{0}。"}},
    {Phrase::forgets,
     {"{0} comes back with an older log: it has forgotten what it wrote.",
      "{0}带着较旧的日志恢复：它忘记了自己写过的内容。"}},
    {Phrase::then_event, {"Then {0}.", "随后{0}。"}},
    {Phrase::loses,
     {"The network loses {0} on its way from {1} to {2}{3}.", "网络丢失了{1}发往{2}的{0}{3}。"}},
    {Phrase::at_the_cut, {", at the cut", "（断在分区处）"}},
    {Phrase::receiver_down, {", which is down", "（接收者已宕机）"}},
    {Phrase::violated_here, {"Here {0} is violated: {1}.", "{0}在此被违反：{1}。"}},
    {Phrase::in_the_end, {"In the end", "最后，"}},
    {Phrase::end_of_first, {", in transaction {0}, ", "在事务{0}中，"}},
    {Phrase::end_of_next, {" In transaction {0}, ", "在事务{0}中，"}},
    {Phrase::nothing_known, {"nothing is known of the processes.", "各进程的状态不得而知。"}},
    {Phrase::under_way, {"Still under way: {0}.", "仍在途中：{0}。"}},
    {Phrase::decided_one, {"{0} has decided {1}", "{0}已决定{1}"}},
    {Phrase::decided_many, {"{0} have decided {1}", "{0}已决定{1}"}},
    {Phrase::undecided_one, {"{0} has not decided", "{0}尚未作出决定"}},
    {Phrase::undecided_many, {"{0} have not decided", "{0}尚未作出决定"}},
    {Phrase::down_one, {"{0} is down", "{0}已宕机"}},
    {Phrase::down_many, {"{0} are down", "{0}已宕机"}},
    {Phrase::bound_one,
     {"{0} is blocked{1}: it has voted yes and may not decide alone",
      "{0}被阻塞{1}：它已投赞成票，不能独自作出决定"}},
    {Phrase::bound_many,
     {"{0} are blocked{1}: they have voted yes and may not decide alone",
      "{0}被阻塞{1}：它们已投赞成票，不能独自作出决定"}},
    {Phrase::stuck_one, {"{0} is blocked{1}: it cannot decide", "{0}被阻塞{1}：它无法作出决定"}},
    {Phrase::stuck_many,
     {"{0} are blocked{1}: they cannot decide", "{0}被阻塞{1}：它们无法作出决定"}},
    {Phrase::waits_one, {"; it waits for {0}", "；它在等待“{0}”"}},
    {Phrase::waits_many, {"; they wait for {0}", "；它们在等待“{0}”"}},
    {Phrase::holds, {"{0} holds {1}", "{0}占着{1}"}},
    {Phrase::meanwhile,
     {"Meanwhile {0}, which nobody else can use.", "在此期间，{0}，别人都不能使用。"}},
    {Phrase::frees_one, {"What would free it: {0}.", "能使它解除阻塞的是：“{0}”。"}},
    {Phrase::frees_many, {"What would free them: {0}.", "能使它们解除阻塞的是：“{0}”。"}},
    {Phrase::is_violated, {"{0} is violated: {1}.", "{0}被违反：{1}。"}},
    {Phrase::held, {"{0} held in this run.", "{0}在这次运行中成立。"}},
    {Phrase::not_reached_one, {"{0} was not reached.", "{0}没有涉及到。"}},
    {Phrase::not_reached_many, {"{0} were not reached.", "{0}没有涉及到。"}},
    {Phrase::run_ended, {"The run ended at {0}: {1}.", "运行在{0}结束：{1}。"}},
    {Phrase::told_after, {"the client was told after {0}", "客户端在{0}后得到答复"}},
    {Phrase::never_told, {"the client was never told", "客户端始终没有得到答复"}},
    {Phrase::last_decision_after,
     {", and the last decision came after {0}", "，最后一个决定在{0}后作出"}},
    {Phrase::not_all_decided, {", and not everyone decided", "，并非所有进程都作出了决定"}},
    {Phrase::latency_in, {"In transaction {0} {1}", "在事务{0}中，{1}"}},
    {Phrase::told_of,
     {"Of {0} transactions the client was told of {1}", "在{0}个事务中，客户端得到了{1}个的答复"}},
    {Phrase::decided_everywhere, {"; {0} were decided everywhere", "；{0}个在所有进程上都已决定"}},
    {Phrase::took, {"after {0}", "耗时{0}"}},
    {Phrase::took_between, {"after {0} to {1}", "耗时{0}到{1}"}},
    {Phrase::span, {"from {0} until {1} ({2})", "从{0}到{1}（{2}）"}},
    {Phrase::open_span, {"since {0} ({1})", "自{0}起（{1}）"}},
    {Phrase::span_in, {"in transaction {0} {1}", "在事务{0}中{1}"}},
    {Phrase::the_network, {"the network", "网络"}},
    {Phrase::was, {"{0} was {1} {2}", "{0}{1}：{2}"}},
    {Phrase::again, {"{0} {1}", "{0}：{1}"}},
    {Phrase::many_times, {"{0} times, for {1} in all and {2} at most", "{0}次，共{1}，最长{2}"}},
    {Phrase::waiting_for, {", waiting for {0}", "，等待“{0}”"}},
    {Phrase::namely, {": {0}", "：{0}"}},
});

constexpr auto known_terms = std::to_array<Sentence>({
    {"coordinator", "协调者"},
    {"participant", "参与者"},
    {"manager", "管理者"},
    {"acceptor", "接受者"},
    {"leader", "领导者"},
    {"sender", "发送方"},
    {"receiver", "接收方"},
    {"queue", "队列"},
    {"client", "客户端"},
    {"transaction", "事务"},
    {"commit", "提交"},
    {"abort", "中止"},
    {"yes", "赞成票"},
    {"no", "反对票"},
    {"read-only", "只读票"},
    {"prepare", "准备"},
    {"rollback", "回滚"},
    {"refused", "被拒绝"},
    {"granted", "已获得"},
    {"step", "步骤"},
    {"branch", "分支"},
    {"replica", "副本"},
    {"database", "数据库"},
    {"broker", "消息代理"},
    {"relay", "转发者"},
    {"worker", "工作者"},
    {"auditor", "对账者"},
    {"order", "订单"},
    {"stock", "库存"},

    {"all", "全部"},
    {"none", "无"},
    {"state", "状态"},
    {"store", "存储"},
    {"log", "日志"},
    {"locks", "锁"},
    {"timers", "定时器"},
    {"node", "节点"},
    {"in doubt", "存疑"},
    {"blocked", "被阻塞"},
    {"down", "宕机"},
    {"paused", "暂停"},
    {"cut", "被切断"},
    {"nothing more could happen", "再也没有事件可以发生"},
    {"only retries that change nothing were left", "只剩下不改变任何状态的重试"},
    {"everyone who must decide had decided", "所有必须作出决定的进程都已决定"},
    {"the time limit had come", "到达了时间上限"},
    {"uniform_agreement", "统一一致性（uniform_agreement）"},
    {"agreement_among_correct", "正确进程间的一致性（agreement_among_correct）"},
    {"commit_validity", "提交有效性（commit_validity）"},
    {"abort_validity", "中止有效性（abort_validity）"},
    {"abort_validity_weak", "弱中止有效性（abort_validity_weak）"},
    {"irrevocability", "决定不可撤销（irrevocability）"},
    {"answer_true", "答复真实（answer_true）"},
    {"non_blocking", "非阻塞性（non_blocking）"},
    {"eventual_termination", "最终终止（eventual_termination）"},
    {"resource_conservation", "资源守恒（resource_conservation）"},
    {"no_dangling_hold", "无悬挂占用（no_dangling_hold）"},
    {"idempotence", "幂等性（idempotence）"},
    {"compensation", "补偿（compensation）"},
    {"isolation", "隔离性（isolation）"},
    {"message_effect", "消息生效（message_effect）"},
});

constexpr std::size_t phrase_count = static_cast<std::size_t>(Phrase::namely) + 1;

consteval bool is_ordered() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].phrase) != i) return false;
  return rows.size() == phrase_count;
}
static_assert(is_ordered(), "one row for each Phrase, in its order");

constexpr auto table = [] {
  std::array<Sentence, phrase_count> out{};
  for (std::size_t i = 0; i < rows.size(); ++i)
    out[i] = rows[i].said;
  return out;
}();

constexpr std::array<std::string_view, 13> numbers = {"no",
                                                      "one",
                                                      "two",
                                                      "three",
                                                      "four",
                                                      "five",
                                                      "six",
                                                      "seven",
                                                      "eight",
                                                      "nine",
                                                      "ten",
                                                      "eleven",
                                                      "twelve"};

bool is_latin(char32_t code) {
  return code > U' ' && code < 0x7F;
}

bool is_chinese(char32_t code) {
  return code >= 0x3400 && code <= 0x9FFF;
}

/// Where a Chinese sign meets a Latin one, Chinese text has a blank.
void join_on(std::u32string& out, std::string_view text, Language language) {
  const std::u32string more = decode(text);
  if (more.empty()) return;
  if (language == Language::chinese && !out.empty()) {
    const char32_t last = out.back();
    const char32_t next = more.front();
    if ((is_latin(last) && is_chinese(next)) || (is_chinese(last) && is_latin(next))) out += U' ';
  }
  out += more;
}

}  // namespace

std::span<const Sentence> all_sentences() {
  return table;
}

std::span<const Sentence> all_terms() {
  return known_terms;
}

std::string Words::fill(Phrase phrase, std::span<const std::string_view> values) const {
  const Sentence& sentence = table[static_cast<std::size_t>(phrase)];
  return put(language_ == Language::chinese ? sentence.chinese : sentence.english, values);
}

std::string Words::fill(std::string_view text, const std::vector<std::string>& values) const {
  return put(text, std::vector<std::string_view>(values.begin(), values.end()));
}

std::string Words::put(std::string_view text, std::span<const std::string_view> values) const {
  if (values.empty()) return std::string(text);
  std::u32string out;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    join_on(out, text.substr(0, open), language_);
    text.remove_prefix(open);
    if (text.empty()) break;
    const auto number = static_cast<std::size_t>(text[1] - '0');  // {0}
    if (number < values.size()) join_on(out, values[number], language_);
    text.remove_prefix(3);
  }
  return encode(out);
}

std::string Words::term(std::string_view word) const {
  if (language_ == Language::english) return std::string(word);
  const auto known = std::ranges::find(known_terms, word, &Sentence::english);
  return std::string(known == known_terms.end() ? word : known->chinese);
}

std::vector<std::string> Words::terms(const std::vector<std::string>& words) const {
  std::vector<std::string> out;
  out.reserve(words.size());
  for (const std::string& word : words)
    out.push_back(term(word));
  return out;
}

std::string Words::count(std::size_t n, std::string_view thing) const {
  if (language_ == Language::chinese) {
    std::u32string out = decode(std::to_string(n) + " 个");
    join_on(out, term(thing), language_);
    return encode(out);
  }
  const std::string number = n < numbers.size() ? std::string(numbers[n]) : std::to_string(n);
  return number + " " + std::string(thing) + (n == 1 ? "" : "s");
}

std::string Words::listed(const std::vector<std::string>& items, Phrase comma, Phrase last) const {
  std::u32string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) join_on(out, (*this)(i + 1 == items.size() ? last : comma), language_);
    join_on(out, items[i], language_);
  }
  return encode(out);
}

std::string Words::names(const std::vector<std::string>& items) const {
  return listed(items, Phrase::name_comma, Phrase::name_and);
}

std::string Words::actions(const std::vector<std::string>& items) const {
  return listed(items, Phrase::comma, Phrase::action_and);
}

std::string Words::facts(const std::vector<std::string>& items) const {
  return listed(items, Phrase::comma, Phrase::fact_and);
}

}  // namespace concordat::trace
