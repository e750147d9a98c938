#include "env/atari.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <ale/ale_interface.hpp>

#include "base/aligned_buffer.h"
#include "env/preprocess.h"

namespace arcadeq {
namespace {

std::unique_ptr<ale::ALEInterface> LoadEmulator(const EnvConfig& config,
                                                const std::filesystem::path& rom, int seed) {
  ale::Logger::setMode(ale::Logger::Error);
  auto emulator = std::make_unique<ale::ALEInterface>();
  // ALE reads these only while it loads a ROM. Frames are skipped here, not by ALE, which would not
  // show the frame before the last.
  emulator->setInt("random_seed", seed);
  emulator->setInt("frame_skip", 1);
  emulator->setFloat("repeat_action_probability", static_cast<float>(config.sticky));
  emulator->setBool("color_averaging", false);
  emulator->setInt("max_num_frames_per_episode", static_cast<int>(config.max_frames));
  emulator->loadROM(rom);
  return emulator;
}

FrameFormat ObservationFormat(const std::string& observation) {
  if (observation == "84x84") return {ElementType::kUint8, 84, 84};
  return {ElementType::kUint8, 105, 80};
}

std::string ActionName(ale::Action action) {
  return ale::action_to_string(action).substr(std::string_view("PLAYER_A_").size());
}

class Atari final : public Env {
 public:
  Atari(const EnvConfig& config, const std::filesystem::path& rom, RandomStream random)
      : random_(random),
        frame_skip_(config.frame_skip),
        noop_max_(static_cast<int>(config.noop_max)),
        max_pool_(config.max_pool),
        clip_rewards_(config.clip_rewards),
        emulator_(
            LoadEmulator(config, rom, static_cast<int>(random_.Below(std::uint64_t{1} << 31)))),
        actions_(config.full_action_set ? emulator_->getLegalActionSet()
                                        : emulator_->getMinimalActionSet()),
        height_(static_cast<int>(emulator_->getScreen().height())),
        width_(static_cast<int>(emulator_->getScreen().width())),
        palette_(256),
        previous_screen_(emulator_->getScreen().arraySize()),
        grey_(emulator_->getScreen().arraySize()),
        spec_{ObservationFormat(config.observation), {}},
        frame_(spec_.frame.bytes()),
        reduction_(height_, width_, spec_.frame.height, spec_.frame.width) {
    for (const ale::Action action : actions_) spec_.action_names.push_back(ActionName(action));
    const ale::ColourPalette& colours = emulator_->theOSystem->colourPalette();
    for (int i = 0; i < 256; ++i) {
      const std::uint32_t rgb = colours.getRGB(i);
      palette_[i] = {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8),
                     static_cast<std::uint8_t>(rgb)};
      // Each colour, of even index, is followed by its grey, which is also what a PAL console
      // shows when it loses the colour of a line.
      luma_[i] = static_cast<std::uint8_t>(colours.getRGB(i | 1));
    }
  }

  const EnvSpec& spec() const override { return spec_; }

  int Reset() override {
    emulator_->reset_game();
    const int noops = noop_max_ > 0 ? random_.Between(1, noop_max_) : 0;
    for (int i = 0; i < noops; ++i) {
      emulator_->act(ale::PLAYER_A_NOOP);
      if (emulator_->game_over()) emulator_->reset_game();
    }
    Observe(false);
    return noops;
  }

  StepResult Step(int action) override {
    const int lives = emulator_->lives();
    const int skip =
        random_.Between(static_cast<int>(frame_skip_.low), static_cast<int>(frame_skip_.high));
    StepResult result;
    do {
      if (max_pool_) std::ranges::copy(Screen(), previous_screen_.begin());
      result.raw_reward += emulator_->act(actions_[action]);
      ++result.frames;
    } while (result.frames < skip && !emulator_->game_over());
    Observe(max_pool_ && result.frames > 1);

    result.reward = static_cast<float>(clip_rewards_ ? std::clamp(result.raw_reward, -1.0, 1.0)
                                                     : result.raw_reward);
    result.terminated = emulator_->game_over(/*with_truncation=*/false);
    result.truncated = !result.terminated && emulator_->game_truncated();
    result.life_lost = !result.terminated && emulator_->lives() < lives;
    return result;
  }

  std::span<const std::uint8_t> frame() const override { return frame_.span(); }

  ScreenView screen() override { return {height_, width_, Screen(), palette_}; }

 private:
  std::span<const std::uint8_t> Screen() const {
    const ale::ALEScreen& screen = emulator_->getScreen();
    return {screen.getArray(), screen.arraySize()};
  }

  void Observe(bool pool) {
    if (pool) {
      ToMaxLuma(previous_screen_, Screen(), luma_, grey_);
    } else {
      ToLuma(Screen(), luma_, grey_);
    }
    reduction_.Reduce(grey_, frame_.span());
  }

  RandomStream random_;
  const IntRange frame_skip_;
  const int noop_max_;
  const bool max_pool_;
  const bool clip_rewards_;
  const std::unique_ptr<ale::ALEInterface> emulator_;
  const ale::ActionVect actions_;
  const int height_;
  const int width_;
  std::vector<Rgb> palette_;
  LumaTable luma_;
  std::vector<std::uint8_t> previous_screen_;  // with max_pool: the one before the present
  std::vector<std::uint8_t> grey_;
  EnvSpec spec_;
  AlignedBuffer<std::uint8_t> frame_;
  AreaReduction reduction_;
};

}  // namespace

std::unique_ptr<Env> MakeAtari(const EnvConfig& config, const std::filesystem::path& rom,
                               RandomStream random) {
  return std::make_unique<Atari>(config, rom, random);
}

}  // namespace arcadeq
