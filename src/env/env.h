#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/frame.h"
#include "base/random.h"

namespace arcadeq {

struct Rgb {
  std::uint8_t r, g, b;
  bool operator==(const Rgb&) const = default;
};

// The picture a person would see, in colours of a palette of at most 256; valid until the
// environment's next call.
struct ScreenView {
  int height = 0;
  int width = 0;
  std::span<const std::uint8_t> pixels;  // indices into the palette, row by row
  std::span<const Rgb> palette;
};

// What followed an action. The three endings are different things: `terminated` is the game's own
// end (nothing follows, the return ends here), `truncated` a limit of ours (the episode stops, but
// the return would have gone on), `life_lost` an event within a game that goes on.
struct StepResult {
  float reward = 0;       // what the agent learns from: clipped to [-1, 1] if the settings say so
  double raw_reward = 0;  // what the game paid; scores are sums of this one
  bool terminated = false;
  bool truncated = false;
  bool life_lost = false;
  int frames = 0;  // frames of the emulator that passed during this step

  bool done() const { return terminated || truncated; }
};

struct EnvSpec {
  FrameFormat frame;
  std::vector<std::string> action_names;
  double frames_per_second;  // the speed at which a person would see them
  int num_actions() const { return static_cast<int>(action_names.size()); }
};

// One environment. Reset() comes first and after every step that is done(); the frame and the
// screen are those after the last Reset() or Step(). Not thread-safe; different environments may
// be used from different threads.
class Env {
 public:
  virtual ~Env() = default;

  virtual const EnvSpec& spec() const = 0;
  // Starts an episode; returns the emulator frames that passed before the first decision.
  virtual int Reset() = 0;
  // `action` in [0, spec().num_actions()).
  virtual StepResult Step(int action) = 0;
  // The present frame in the spec's format; valid until the next Reset() or Step().
  virtual std::span<const std::uint8_t> frame() const = 0;
  virtual ScreenView screen() = 0;

  // Everything random in it comes from `random` from now on. After RestoreState(), that state and
  // `random` decide what follows.
  virtual void Reseed(RandomStream random) = 0;

  // All that decides what follows, at any time.
  virtual std::string SaveState() const = 0;
  // Goes on as the environment would whose state it was, bit for bit, with the same frame and
  // screen, if it was made with the same settings. Throws UserError for bytes that are damaged or
  // of another game or frame size; nothing has changed then.
  virtual void RestoreState(std::string_view state) = 0;
};

}  // namespace arcadeq
