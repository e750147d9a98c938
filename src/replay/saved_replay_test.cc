#include "replay/saved_replay.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/testing/refusal.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/replay.h"
#include "replay/replay_config.h"
#include "replay/segment.h"
#include "replay/step.h"
#include "replay/store.h"
#include "replay/testing/naive_replay.h"
#include "replay/testing/recorded_replay.h"
#include "replay/transition.h"

namespace arcadeq {
namespace {

constexpr int kActions = 1'000'000;  // actions are frame numbers here
constexpr int kEnvs = 2;
constexpr TransitionRule kRule{.n_step = 3, .terminal_on_life_loss = true};

// A replay or its store as saved on disk.
struct Files {
  template <typename Saved>
  explicit Files(const Saved& what) {
    const SavedReplay saved = what.Save();
    state = saved.state;
    for (const SavedSegment& segment : saved.segments) {
      segments[{segment.env, segment.number}] = {segment.bytes.begin(), segment.bytes.end()};
    }
  }
  template <typename Saved>
  void RestoreInto(Saved& what, int actions = kActions) const {
    what.Restore(state, actions,
                 [this](int env, std::int64_t number, std::span<std::uint8_t> bytes) {
                   const auto file = segments.find({env, number});
                   if (file == segments.end() || file->second.size() != bytes.size()) {
                     ThrowUserError("no such segment");
                   }
                   std::ranges::copy(file->second, bytes.begin());
                 });
  }

  std::string state;
  std::map<std::pair<int, std::int64_t>, std::vector<std::uint8_t>> segments;
};

void Fill(RecordedReplay& r, int steps, RandomStream& random) {
  for (int k = 0; k < steps; ++k) r.StepAtRandom(random);
}

bool SameBatches(const Batch& a, const Batch& b) {
  if (a.size() != b.size()) return false;
  for (int i = 0; i < a.size(); ++i) {
    if (NumbersIn(a.s_tm1[i]) != NumbersIn(b.s_tm1[i]) || a.a_tm1[i] != b.a_tm1[i] ||
        a.r_t[i] != b.r_t[i] || a.discount_t[i] != b.discount_t[i] ||
        NumbersIn(a.s_t[i]) != NumbersIn(b.s_t[i]) || a.id[i] != b.id[i]) {
      return false;
    }
  }
  return true;
}

class SavedReplayTest : public ::testing::Test {
 protected:
  RecordedReplay Filled(int steps, const char* compression = "lz4") {
    RecordedReplay r(3, {kCapacity, compression}, kRule, kEnvs);
    Fill(r, steps, random_);
    return r;
  }
  static ReplayStore Empty(const char* compression = "lz4", int stack = 3) {
    return ReplayStore(kNumberedFrame, stack, {kCapacity, compression}, kRule, kEnvs);
  }

  static constexpr std::int64_t kCapacity = 130;
  RandomStream random_{1, "saved"};
};

RC_GTEST_PROP(SavedReplay, ContinuesFromASavedState, ()) {
  const int stack = *rc::gen::inRange(1, kMaxStack + 1);
  const TransitionRule rule{0.9, *rc::gen::inRange(1, 6), *rc::gen::arbitrary<bool>()};
  const std::string compression = *rc::gen::element("lz4", "none");
  const ReplayConfig config{kEnvs * (stack + rule.n_step) + *rc::gen::inRange(0, 150), compression};
  RandomStream random(*rc::gen::arbitrary<std::uint32_t>(), "saved");
  RecordedReplay r(stack, config, rule, kEnvs);
  Fill(r, *rc::gen::inRange(0, 600), random);

  Replay restored(kNumberedFrame, stack, config, rule, kEnvs);
  Files(r.replay).RestoreInto(restored);
  r.twin = &restored;
  ThreadPool pool(1);
  Batch a(8), b(8);
  for (int round = 0; round < 40; ++round) {
    RC_ASSERT(r.replay.store().frames() == restored.store().frames());
    const Batch all = ReadAll(restored.store());
    RC_ASSERT(SameBatches(ReadAll(r.replay.store()), all));
    for (int k = 0; k < all.size(); ++k) RC_ASSERT(r.IsRight(all, k));
    RandomStream draws(7, "replay"), same(7, "replay");
    if (r.replay.CanSample()) {
      r.replay.Sample(draws, pool, a);
      restored.Sample(same, pool, b);
      RC_ASSERT(SameBatches(a, b));
    }
    RC_ASSERT(Files(r.replay).state == Files(restored).state);
    RC_ASSERT(Files(r.replay).segments == Files(restored).segments);
    Fill(r, 1 + round % 10, random);
  }
}

TEST_F(SavedReplayTest, RestoresWhichTransitionsAreComplete) {
  for (const StepEnd end : {kTerminated, kTruncated, kLifeLost, StepEnd{}}) {
    for (int steps_after = 0; steps_after < 4; ++steps_after) {
      RecordedReplay r = Filled(0);
      r.Episode(5, end);
      if (!end.life_lost) r.BeginEpisode();
      for (int k = 0; k < steps_after; ++k) r.Step();
      ReplayStore store = Empty();
      Files(r.replay.store()).RestoreInto(store);
      EXPECT_EQ(store.transitions(0), (StepRange{0, 5 + std::max(0, steps_after - 2)}));
      EXPECT_EQ(store.transitions(0), r.replay.store().transitions(0));
    }
  }
}

TEST_F(SavedReplayTest, ARestoredReplayStillLeavesMemoryFree) {
  Replay restored(kNumberedFrame, 3, {kCapacity}, kRule, kEnvs);
  restored.Reserve(std::numeric_limits<std::int64_t>::max() / 2);
  Files(Filled(50).replay).RestoreInto(restored);
  const auto grow = [&] {
    for (int k = 0; k < kCapacity; ++k) restored.BeginEpisode(0, FrameOf(k));
  };
  EXPECT_THAT(RefusalOf(grow), ::testing::HasSubstr("memory runs out"));
}

TEST_F(SavedReplayTest, SealedSegmentsNeverChange) {
  RecordedReplay r = Filled(100);
  const SavedReplay first = r.replay.Save();
  const Files before(r.replay);
  Fill(r, 60, random_);
  const SavedReplay second = r.replay.Save();
  int met_again = 0;
  for (const SavedSegment& old : first.segments) {
    // The saved bytes remain valid whatever happens to the replay.
    EXPECT_TRUE(std::ranges::equal(old.bytes, before.segments.at({old.env, old.number})));
    for (const SavedSegment& now : second.segments) {
      if (!old.sealed || now.env != old.env || now.number != old.number) continue;
      EXPECT_TRUE(now.sealed);
      EXPECT_EQ(now.checksum, old.checksum);
      EXPECT_EQ(now.bytes.data(), old.bytes.data());
      ++met_again;
    }
  }
  EXPECT_GT(met_again, 2);
  for (int k = 0; k < 10; ++k) Fill(r, 100, random_);
  for (const SavedSegment& old : first.segments) {
    EXPECT_TRUE(std::ranges::equal(old.bytes, before.segments.at({old.env, old.number})));
  }
}

TEST_F(SavedReplayTest, RestoresAnEmptyReplay) {
  RecordedReplay r = Filled(0);
  RecordedReplay full = Filled(500);
  Files(r.replay).RestoreInto(full.replay);
  EXPECT_EQ(full.replay.store().frames(), 0);
  EXPECT_FALSE(full.replay.CanSample());
}

TEST_F(SavedReplayTest, DetectsEveryFlippedBit) {
  for (const char* compression : {"lz4", "none"}) {
    const RecordedReplay r = Filled(400, compression);
    ReplayStore store = Empty(compression);
    Files files(r.replay.store());
    for (std::size_t bit = 0; bit < 8 * files.state.size(); ++bit) {
      char& byte = files.state[bit / 8];
      const char right = byte;
      byte = static_cast<char>(right ^ (1 << bit % 8));
      EXPECT_THROW(files.RestoreInto(store), UserError) << bit;
      byte = right;
    }
    for (auto& [name, bytes] : files.segments) {
      for (int trial = 0; trial < 200; ++trial) {
        const auto bit = random_.Below(8 * bytes.size());
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_THROW(files.RestoreInto(store), UserError);
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      }
    }
    EXPECT_EQ(store.frames(), 0);  // unchanged
    files.RestoreInto(store);
    EXPECT_EQ(store.frames(), r.replay.store().frames());
  }
}

TEST_F(SavedReplayTest, DetectsEveryTruncation) {
  const RecordedReplay r = Filled(400);
  ReplayStore store = Empty();
  const Files files(r.replay.store());
  for (std::size_t size = 0; size < files.state.size(); ++size) {
    Files cut = files;
    cut.state.resize(size);
    EXPECT_THROW(cut.RestoreInto(store), UserError) << size;
  }
}

// Forged bytes with valid checksums cause a UserError or a usable replay, nothing worse.
TEST_F(SavedReplayTest, DamageWithAValidChecksumIsRefusedOrHarmless) {
  const RecordedReplay r = Filled(400);
  const Files files(r.replay.store());
  int refused = 0, restored = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    Files damaged = files;
    StoreState state = StoreState::FromBytes(files.state);
    StoreState::Entry& entry = state.segments[random_.Below(state.segments.size())];
    auto& bytes = damaged.segments.at({entry.env, entry.number});
    switch (random_.Below(4)) {
      case 0:
        bytes.resize(random_.Below(bytes.size() + 1));
        entry.size = bytes.size();
        break;
      case 1:
        entry.number += static_cast<std::int64_t>(random_.Below(5)) - 2;
        break;
      default:
        for (auto flips = 1 + random_.Below(3); flips > 0; --flips) {
          bytes[random_.Below(bytes.size())] ^= static_cast<std::uint8_t>(1 << random_.Below(8));
        }
    }
    entry.checksum = SegmentChecksum(bytes);
    damaged.state = state.ToBytes();
    ReplayStore store = Empty();
    try {
      damaged.RestoreInto(store);
      ++restored;
    } catch (const UserError&) {
      ++refused;
      continue;
    }
    ReadAll(store);
    for (int env = 0; env < kEnvs; ++env) store.BeginEpisode(env, FrameOf(1));
  }
  EXPECT_GT(refused, 500);
  EXPECT_GT(restored, 100);
}

TEST_F(SavedReplayTest, RefusesAnotherKindOfReplay) {
  const RecordedReplay r = Filled(200);
  const Files files(r.replay.store());
  ReplayStore other = Empty("none");
  const std::string refusal = RefusalOf([&] { files.RestoreInto(other); });
  EXPECT_THAT(refusal, ::testing::HasSubstr("lz4"));
  EXPECT_THAT(refusal, ::testing::HasSubstr("uncompressed"));
  ReplayStore deeper = Empty("lz4", 4);
  EXPECT_THROW(files.RestoreInto(deeper), UserError);
  ReplayStore more(kNumberedFrame, 3, {kCapacity + 1, "lz4"}, kRule, kEnvs);
  EXPECT_THROW(files.RestoreInto(more), UserError);
}

TEST_F(SavedReplayTest, RefusesActionsThatTheGameDoesNotHave) {
  const RecordedReplay r = Filled(200);
  ReplayStore store = Empty();
  EXPECT_THROW(Files(r.replay.store()).RestoreInto(store, 6), UserError);
}

TEST_F(SavedReplayTest, RefusesSegmentsOutOfOrder) {
  const RecordedReplay r = Filled(500);
  const StoreState state = StoreState::FromBytes(Files(r.replay.store()).state);
  for (std::size_t k = 0; k < state.segments.size(); ++k) {
    Files files(r.replay.store());
    StoreState fewer = state;
    fewer.segments.erase(fewer.segments.begin() + static_cast<std::ptrdiff_t>(k));
    // Dropping the open segment leaves the valid, earlier state of an environment.
    if (!state.segments[k].sealed) continue;
    files.state = fewer.ToBytes();
    ReplayStore store = Empty();
    EXPECT_THROW(files.RestoreInto(store), UserError) << k;
  }
}

// The parts of Replay::Save()'s bytes.
struct ReplayState {
  explicit ReplayState(const std::string& sealed) {
    ByteReader bytes(Unseal(sealed, "test"), "test");
    format = bytes.ReadString("format");
    store = bytes.ReadString("store");
    for (auto& number : told) number = bytes.Read<std::int64_t>("told");
    sampler = bytes.ReadString("sampler");
    bytes.ExpectEnd();
  }
  std::string ToBytes() const {
    ByteWriter bytes;
    bytes.Write(std::string_view(format));
    bytes.Write(std::string_view(store));
    for (const std::int64_t number : told) bytes.Write(number);
    bytes.Write(std::string_view(sampler));
    return bytes.SealedText();
  }

  std::string format, store, sampler;
  std::array<std::int64_t, 2 * kEnvs> told{};  // the begin and the end of each environment's
};

TEST_F(SavedReplayTest, RefusesTransitionsThatTheSamplerCannotKnow) {
  RecordedReplay r = Filled(400);
  r.replay.UpdatePriorities({}, {});  // updates the sampler
  Files files(r.replay);
  const ReplayState state(files.state);
  const auto restore = [&](auto&& change) {
    ReplayState changed = state;
    change(changed);
    files.state = changed.ToBytes();
    Replay replay(kNumberedFrame, 3, {kCapacity, "lz4"}, kRule, kEnvs);
    files.RestoreInto(replay);
  };
  EXPECT_NO_THROW(restore([](auto&) {}));
  EXPECT_NO_THROW(restore([](auto& s) { s.told = {}; }));
  EXPECT_THROW(restore([](auto& s) { s.format += "x"; }), UserError);
  EXPECT_THROW(restore([](auto& s) { s.sampler = "x"; }), UserError);
  EXPECT_THROW(restore([](auto& s) { ++s.told[3]; }), UserError);
  EXPECT_THROW(restore([](auto& s) { ++s.told[2]; }), UserError);
  EXPECT_THROW(restore([](auto& s) { s.told[0] = s.told[1] + 1; }), UserError);
  EXPECT_THROW(restore([](auto& s) { s.told[0] = -1; }), UserError);
  EXPECT_THROW(restore([](auto& s) { s.told[0] = 0; }), UserError);  // more than the capacity
}

}  // namespace
}  // namespace arcadeq
