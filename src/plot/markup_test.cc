#include "plot/markup.h"

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(Markup, EscapesWhatHasAMeaning) {
  EXPECT_EQ(EscapeMarkup("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
  EXPECT_EQ(EscapeMarkup("1\x01\n\x7F"), "1\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(EscapeMarkup("Größe"), "Größe");
}

}  // namespace
}  // namespace arcadeq
