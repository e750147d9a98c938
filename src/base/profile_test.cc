#include "base/profile.h"

#include <map>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

void InnerInOuter() {
  const ProfileScope outer("outer");
  const ProfileScope inner("inner");
}

nlohmann::json WriteProfile() {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "profile.json";
  Profile::WriteAndStop(file);
  return nlohmann::json::parse(ReadFile(file));
}

TEST(Profile, HoldsEveryThreadsScopesNestedInTime) {
  Profile::Start();
  InnerInOuter();
  std::thread(InnerInOuter).join();
  const nlohmann::json profile = WriteProfile();
  std::map<int, std::map<std::string, nlohmann::json>> scopes;
  for (const auto& event : profile["traceEvents"]) {
    if (event["ph"] == "X") scopes[event["tid"]][event["name"]] = event;
  }
  ASSERT_EQ(scopes.size(), 2u);
  for (auto& [thread, by_name] : scopes) {
    ASSERT_EQ(by_name.size(), 2u);
    const double outer = by_name["outer"]["ts"], inner = by_name["inner"]["ts"];
    const double outer_length = by_name["outer"]["dur"], inner_length = by_name["inner"]["dur"];
    EXPECT_LE(outer, inner);
    EXPECT_GE(outer + outer_length + 1e-3, inner + inner_length);
  }
}

TEST(Profile, KeepsTheNewestScopes) {
  Profile::Start(3);
  for (int i = 0; i < 5; ++i) InnerInOuter();
  int scopes = 0;
  const nlohmann::json profile = WriteProfile();
  for (const auto& event : profile["traceEvents"]) scopes += event["ph"] == "X";
  EXPECT_EQ(scopes, 3);
}

TEST(Profile, NothingIsKeptOrWrittenWithoutAStart) {
  InnerInOuter();
  const TemporaryDirectory directory;
  Profile::WriteAndStop(directory.path() / "profile.json");
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "profile.json"));
}

}  // namespace
}  // namespace arcadeq
