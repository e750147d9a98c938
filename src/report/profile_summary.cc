#include "report/profile_summary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace arcadeq {
namespace {

using Json = nlohmann::json;

struct Event {
  std::size_t name = 0;  // number of the scope
  double began = 0;      // microseconds
  double duration = 0;
};

// Collects the scopes as they are parsed: a profile has millions, and a tree of them would take
// gigabytes. They are the objects with "ph": "X" in the list of the outermost object.
class Reader final : public nlohmann::json_sax<Json> {
 public:
  const std::map<double, std::vector<Event>>& threads() const { return threads_; }
  const std::vector<std::string>& names() const { return names_; }
  bool valid() const { return valid_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override {
    return Number(static_cast<double>(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Number(static_cast<double>(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return Number(value); }
  bool string(string_t& value) override {
    if (depth_ == kScopeDepth && key_ == "name") name_ = value;
    if (depth_ == kScopeDepth && key_ == "ph") is_scope_ = value == "X";
    return true;
  }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    if (++depth_ != kScopeDepth) return true;
    event_ = {.name = 0, .began = kNone, .duration = kNone};
    thread_ = kNone;
    name_.clear();
    is_scope_ = false;
    return true;
  }
  bool key(string_t& value) override {
    key_ = value;
    return true;
  }
  bool end_object() override {
    if (depth_-- != kScopeDepth || !is_scope_) return true;
    valid_ = valid_ && std::abs(event_.began) <= kMostMicroseconds && event_.duration >= 0 &&
             event_.duration <= kMostMicroseconds && !std::isnan(thread_);
    if (!valid_) return false;
    event_.name = NumberOf(name_);
    threads_[thread_].push_back(event_);
    return true;
  }
  bool start_array(std::size_t) override {
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    valid_ = false;
    return false;
  }

 private:
  static constexpr int kScopeDepth = 3;
  static constexpr double kMostMicroseconds = 1e15;  // 30 years
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  bool Number(double value) {
    if (depth_ != kScopeDepth) return true;
    if (key_ == "ts") event_.began = value;
    if (key_ == "dur") event_.duration = value;
    if (key_ == "tid") thread_ = value;
    return true;
  }
  std::size_t NumberOf(const std::string& name) {
    const auto [found, is_new] = numbers_.emplace(name, names_.size());
    if (is_new) names_.push_back(name);
    return found->second;
  }

  std::map<double, std::vector<Event>> threads_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> names_;
  int depth_ = 0;
  std::string key_, name_;
  bool is_scope_ = false, valid_ = true;
  double thread_ = kNone;
  Event event_;
};

// Adds each scope's own time to `own`, in microseconds.
void AddOwnTimes(std::vector<Event> events, std::vector<double>& own) {
  std::ranges::sort(events, {}, [](const Event& e) { return std::pair(e.began, -e.duration); });
  std::vector<const Event*> open;
  for (const Event& event : events) {
    while (!open.empty() && open.back()->began + open.back()->duration <= event.began) {
      open.pop_back();
    }
    if (!open.empty()) own[open.back()->name] -= event.duration;
    own[event.name] += event.duration;
    open.push_back(&event);
  }
}

}  // namespace

ProfileSummary SummarizeProfile(std::string_view text, const std::string& origin) {
  Reader reader;
  const bool parsed = Json::sax_parse(text, &reader);
  if (!parsed || !reader.valid() || reader.threads().empty()) {
    ThrowUserError("{} is not a complete profile (train --profile)", origin);
  }
  std::vector<double> own(reader.names().size(), 0);
  double began = std::numeric_limits<double>::infinity(), ended = -began;
  for (const auto& [thread, events] : reader.threads()) {
    AddOwnTimes(events, own);
    for (const Event& event : events) {
      began = std::min(began, event.began);
      ended = std::max(ended, event.began + event.duration);
    }
  }
  ProfileSummary summary;
  summary.threads = reader.threads().size();
  summary.thread_seconds = 1e-6 * (ended - began) * static_cast<double>(summary.threads);
  for (std::size_t i = 0; i < own.size(); ++i) {
    summary.scopes.push_back({reader.names()[i], 1e-6 * std::max(own[i], 0.0)});
  }
  std::ranges::sort(summary.scopes, std::ranges::greater{}, &ProfileSummary::Scope::seconds);
  return summary;
}

}  // namespace arcadeq
