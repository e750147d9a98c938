#include "train/dead_unit_watch.h"

#include <gmock/gmock.h>

#include "base/state.h"
#include "config/config.h"
#include "record/event.h"

namespace arcadeq {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const Diagnosis kDead{1000, {{"conv1", 0.5}, {"value_hidden", 0.984}, {"hidden", 0.9}}, 1};

TEST(DeadUnitWatch, NamesTheWorstLayerOnce) {
  DeadUnitWatch watch{Config()};
  const Note note = watch.Look(kDead, 1000).value_or(Note{});
  EXPECT_TRUE(note.warning);
  EXPECT_THAT(note.text, HasSubstr("98 % of the units of value_hidden are dead"));
  EXPECT_FALSE(watch.Look(kDead, 2000));
}

TEST(DeadUnitWatch, IgnoresTheFirstUpdates) {
  DeadUnitWatch watch{Config()};
  EXPECT_FALSE(watch.Look(kDead, 10));
  EXPECT_TRUE(watch.Look(kDead, 5000));
}

TEST(DeadUnitWatch, NeedsMoreThanAFewStates) {
  Config config;
  config.agent.learning.batch_size = 1;
  EXPECT_FALSE(DeadUnitWatch(config).Look(kDead, 1000));
}

TEST(DeadUnitWatch, ToleratesSomeDeadUnits) {
  DeadUnitWatch watch{Config()};
  EXPECT_FALSE(watch.Look({1000, {{"conv1", 0.2}, {"hidden", 0.5}}, 20}, 1000));
  EXPECT_FALSE(watch.Look({1000, {}, 0}, 1000));
}

TEST(DeadUnitWatch, SuggestsOnlyWhatIsNotInEffect) {
  Config config;
  const auto text = [&] { return DeadUnitWatch(config).Look(kDead, 1000).value().text; };
  EXPECT_THAT(text(), HasSubstr("try a lower optimizer.learning_rate, network.normalisation = "
                                "channels or env.reward_transform = clip in a new run"));
  config.agent.network.normalisation = "sample";
  config.env.reward_transform = "root";
  EXPECT_THAT(text(), HasSubstr("try a lower optimizer.learning_rate in a new run"));
  config.env.reward_transform = "none";
  config.agent.value_rescaling = true;
  EXPECT_THAT(text(), HasSubstr("try a lower optimizer.learning_rate in a new run"));
}

TEST(DeadUnitWatch, AResumedRunDoesNotWarnAgain) {
  DeadUnitWatch warned{Config()}, resumed{Config()};
  warned.Look(kDead, 1000);
  StateWriter writer;
  warned.VisitRecord(writer);
  StateReader reader(writer.bytes(), "test");
  resumed.VisitRecord(reader);
  EXPECT_FALSE(resumed.Look(kDead, 1000));
}

}  // namespace
}  // namespace arcadeq
