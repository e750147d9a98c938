#include "window/key.h"

#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(KeyEvent, SurvivesItsText) {
  std::set<std::string> texts;
  for (int key = 0; key < static_cast<int>(Key::kCount); ++key) {
    for (const bool pressed : {false, true}) {
      const KeyEvent event{static_cast<Key>(key), pressed};
      EXPECT_EQ(ParseKeyEvent(ToText(event)), event);
      texts.insert(ToText(event));
    }
  }
  EXPECT_EQ(texts.size(), 2 * static_cast<std::size_t>(Key::kCount));
}

TEST(KeyEvent, IsNotFoundInOtherText) {
  for (const char* const text :
       {"", "press", "press ", "press x", "no display", "Press up", "up"}) {
    EXPECT_EQ(ParseKeyEvent(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace arcadeq
