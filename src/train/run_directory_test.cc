#include "train/run_directory.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <ios>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/random.h"
#include "base/testing/refusal.h"
#include "config/config.h"
#include "evaluate/weights.h"
#include "nn/network.h"
#include "nn/testing/values.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

class RunDirectoryTest : public ::testing::Test {
 protected:
  RunDirectoryTest() {
    fs::remove_all(path_);
    RandomStream random(1, "init");
    network_->Initialize(*parameters_, random);
  }
  ~RunDirectoryTest() override { fs::remove_all(path_); }

  RunDirectory Create() { return RunDirectory::Create(path_, config_); }

  fs::path path_ =
      fs::temp_directory_path() /
      (std::string("arcadeq-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
  Config config_;
  static std::unique_ptr<Network> MakeMlp(int hidden) {
    return MakeNetwork({.architecture = "mlp", .hidden = hidden, .dueling = false},
                       {FrameFormat{ElementType::kFloat32, 1, 4}, 1, 2});
  }
  std::unique_ptr<Network> network_ = MakeMlp(16);
  std::unique_ptr<Network::Parameters> parameters_ = network_->MakeParameters();
};

TEST_F(RunDirectoryTest, KeepsTheSettingsInEffect) {
  config_.env.game = "pong";
  config_.agent.gamma = 0.123;
  Create();
  Config loaded = RunDirectory::Open(path_).LoadConfig();
  EXPECT_EQ(Declare(loaded).ToToml(), Declare(config_).ToToml());
}

TEST_F(RunDirectoryTest, AConfigurationWithoutSettingsIsDamaged) {
  const RunDirectory run = Create();
  std::ofstream(run.config_toml(), std::ios::trunc).flush();
  EXPECT_THAT(RefusalOf([&] { run.LoadConfig(); }), ::testing::HasSubstr("has no settings"));
}

TEST_F(RunDirectoryTest, WritesOnlySettingsThatItCanRead) {
  const RunDirectory run = Create();
  config_.env.rom = "\xff";
  EXPECT_THAT(RefusalOf([&] { run.WriteConfig(config_); }), ::testing::HasSubstr("config.toml"));
  EXPECT_EQ(run.LoadConfig().env.rom, "");
}

TEST_F(RunDirectoryTest, IsUnusedIfItHoldsOnlyALock) {
  const auto refusal = [&] { return RefusalOf([&] { RunDirectory::CheckUnused(path_); }); };
  EXPECT_EQ(refusal(), "");
  fs::create_directories(path_);
  EXPECT_EQ(refusal(), "");
  std::ofstream(path_ / "lock");
  EXPECT_EQ(refusal(), "");
  std::ofstream(path_ / "mine.txt") << "precious";
  EXPECT_THAT(refusal(), ::testing::HasSubstr("not an empty directory"));
  fs::remove_all(path_);
  std::ofstream(path_) << "a file";
  EXPECT_THAT(refusal(), ::testing::HasSubstr("not an empty directory"));
}

// Even within the same second.
TEST_F(RunDirectoryTest, EachDefaultDirectoryIsNew) {
  fs::create_directories(path_);
  const fs::path before = fs::current_path();
  fs::current_path(path_);
  std::set<fs::path> made;
  for (int i = 0; i < 5; ++i) {
    const fs::path path = RunDirectory::MakeDefault(config_, "tutorial");
    EXPECT_TRUE(fs::is_empty(path)) << path;
    made.insert(path);
  }
  fs::current_path(before);
  EXPECT_EQ(made.size(), 5u);
}

TEST_F(RunDirectoryTest, OpensOnlyRuns) {
  EXPECT_THAT(RefusalOf([&] { RunDirectory::Open(path_); }),
              ::testing::HasSubstr("not a directory"));
  fs::create_directories(path_);
  EXPECT_THAT(RefusalOf([&] { RunDirectory::Open(path_); }), ::testing::HasSubstr("not a run"));
}

TEST_F(RunDirectoryTest, RemovesWhatAKilledProcessLeft) {
  const RunDirectory run = Create();
  const auto files = [&] {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(path_)) found.push_back(entry.path());
    return found;
  };
  std::ofstream(run.videos() / "episode_000001.gif") << "GIF89a";
  const auto before = files();
  std::ofstream(path_ / "config.toml.77.tmp");
  std::ofstream(run.weights() / "step_000000100.safetensors.77.tmp");
  std::ofstream(run.videos() / "episode_000051.gif.77.tmp");
  run.RemoveLeftovers();
  EXPECT_THAT(files(), ::testing::UnorderedElementsAreArray(before));
}

TEST_F(RunDirectoryTest, TheNewestWeightsAreThoseOfTheHighestStep) {
  const RunDirectory run = Create();
  EXPECT_THAT(RefusalOf([&] { run.NewestWeights(); }), ::testing::HasSubstr("no weights yet"));
  for (std::int64_t step : std::initializer_list<std::int64_t>{900, 10000000000, 20000}) {
    run.WriteWeights(*network_, *parameters_, "cartpole", step, 1);
  }
  EXPECT_EQ(run.NewestWeights().filename(), "step_10000000000.safetensors");
  EXPECT_TRUE(run.HasWeights(900));
  EXPECT_FALSE(run.HasWeights(901));
  for (const char* other :
       {"step_20000000000 (copy).safetensors", ".step_20000000000.safetensors",
        "step_020000000000.safetensors", "step_99999999999999999999.safetensors",
        "step_-0000000001.safetensors", "my_best_weights_so_far_ever.safetensors"}) {
    std::ofstream(run.weights() / other) << "of somebody else";
  }
  EXPECT_EQ(run.NewestWeights().filename(), "step_10000000000.safetensors");
}

TEST_F(RunDirectoryTest, WeightsReadBackTheSame) {
  const RunDirectory run = Create();
  const fs::path file = run.WriteWeights(*network_, *parameters_, "cartpole", 5, 1);
  const auto loaded = network_->MakeParameters();
  EXPECT_EQ(LoadWeights(file, "cartpole", *network_, *loaded), 5);
  EXPECT_EQ(testing::HashOf(*network_, *loaded), testing::HashOf(*network_, *parameters_));
}

TEST_F(RunDirectoryTest, WeightsThatAreNotFiniteAreNotWritten) {
  const RunDirectory run = Create();
  auto tensors = network_->Export(*parameters_);
  tensors.back().values.back() = std::numeric_limits<float>::infinity();
  network_->Import(tensors, *parameters_);
  EXPECT_THAT(RefusalOf([&] { run.WriteWeights(*network_, *parameters_, "cartpole", 5, 1); }),
              ::testing::AllOf(::testing::HasSubstr("step_000000005.safetensors: tensor "),
                               ::testing::HasSubstr("holds inf")));
  EXPECT_TRUE(fs::is_empty(run.weights()));
}

TEST_F(RunDirectoryTest, WeightsOfAnotherNetworkAreRefused) {
  const RunDirectory run = Create();
  const fs::path file = run.WriteWeights(*network_, *parameters_, "cartpole", 5, 1);
  const auto wider = MakeMlp(32);
  const auto loaded = wider->MakeParameters();
  EXPECT_THAT(RefusalOf([&] { LoadWeights(file, "cartpole", *wider, *loaded); }),
              ::testing::HasSubstr("step_000000005.safetensors"));
}

}  // namespace
}  // namespace arcadeq
